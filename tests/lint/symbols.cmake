# cmake -DNM=<nm> -DARCHIVES=<list> -P symbols.cmake
# Fails when a library of the deterministic core refers to a symbol that is neither the project's own
# nor on this list. So heap, files, clocks, locale, threads and floating point stay out even when they
# come in through a header or the compiler.
cmake_minimum_required(VERSION 3.25)

set(allowed
    memchr memcmp memcpy memmove memset strlen      # string.h, pure
    __memcpy_chk __memmove_chk __memset_chk         # the same under _FORTIFY_SOURCE
    __stack_chk_fail __chk_fail                     # stop the program
    __udivti3 __umodti3 __udivmodti4 __divti3           # 128-bit division of the compiler's library
    __popcountdi2                                   # bits of a word, likewise
    _GLOBAL_OFFSET_TABLE_)

set(bad)
foreach(archive IN LISTS ARCHIVES)
    execute_process(COMMAND "${NM}" --undefined-only --format=posix "${archive}"
        OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "[A-Za-z_0-9.]+ U" symbols "${output}")
    foreach(symbol IN LISTS symbols)
        string(REPLACE " U" "" symbol "${symbol}")
        if(NOT symbol MATCHES "^wc_" AND NOT symbol IN_LIST allowed)
            get_filename_component(name "${archive}" NAME)
            list(APPEND bad "${name} refers to ${symbol}")
        endif()
    endforeach()
endforeach()
if(bad)
    list(REMOVE_DUPLICATES bad)
    list(JOIN bad "\n" bad)
    message(FATAL_ERROR "${bad}")
endif()
