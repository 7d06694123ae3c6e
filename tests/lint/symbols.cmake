# cmake -DNM=<nm> -DARCHIVES=<list> [-DPLANTED=<archive>] -P symbols.cmake
# Fails when an object of the deterministic layers refers to a symbol that is neither the project's
# own nor on the list for it. So heap, files, clocks, locale, threads and floating point stay out even
# when they come in through a header or the compiler. PLANTED: an archive that calls more than the
# lists allow; each of its functions must be found, or this check proves nothing.
cmake_minimum_required(VERSION 3.25)

# Every layer.
set(allowed
    memchr memcmp memcpy memmove memset strlen          # string.h, pure
    __memcpy_chk __memmove_chk __memset_chk             # the same under _FORTIFY_SOURCE
    __stack_chk_fail __chk_fail                         # stop the program
    __udivti3 __umodti3 __udivmodti4 __divti3           # 128-bit division of the compiler's library
    __popcountdi2                                       # bits of a word, likewise
    _GLOBAL_OFFSET_TABLE_)
# Files beyond that: pattern of archive[object], then what it may call.
set(more_files "libwc_compiler.a[[].*[]]" "libwc_compiler.a[[]source.c.o[]]")
set(more_1 strchr strcmp _setjmp longjmp __longjmp_chk) # leaving a parser or an interpreted program
set(more_2 fopen fread fseek ftell fclose __errno_location) # the one file that reads sources

# wc_find_foreign(<variable> <archive>): "object refers to symbol" for each that is on no list.
function(wc_find_foreign result archive)
    execute_process(COMMAND "${NM}" --undefined-only --format=posix --print-file-name "${archive}"
        OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
    # Brackets would make one element of a CMake list of everything between them.
    string(REGEX MATCHALL "[^\n/]+: [A-Za-z_0-9.]+ U" lines "${output}")
    set(found)
    string(REPLACE ";" "\n" lines "${lines}")
    while(lines MATCHES "^([^\n:]+): ([A-Za-z_0-9.]+) U\n?")
        set(object "${CMAKE_MATCH_1}")
        set(symbol "${CMAKE_MATCH_2}")
        string(LENGTH "${CMAKE_MATCH_0}" len)
        string(SUBSTRING "${lines}" ${len} -1 lines)
        if(symbol MATCHES "^wc_" OR symbol IN_LIST allowed)
            continue()
        endif()
        set(number 0)
        set(is_known FALSE)
        foreach(pattern IN LISTS more_files)
            math(EXPR number "${number} + 1")
            if(object MATCHES "^${pattern}$" AND symbol IN_LIST more_${number})
                set(is_known TRUE)
            endif()
        endforeach()
        if(NOT is_known)
            string(APPEND found "${object} refers to ${symbol}\n")
        endif()
    endwhile()
    set(${result} "${found}" PARENT_SCOPE)
endfunction()

if(PLANTED)
    wc_find_foreign(found "${PLANTED}")
    foreach(symbol IN ITEMS malloc getenv time strtod)
        if(NOT found MATCHES "refers to ${symbol}\n")
            message(FATAL_ERROR "a planted call of ${symbol} was not found")
        endif()
    endforeach()
endif()

set(bad)
foreach(archive IN LISTS ARCHIVES)
    wc_find_foreign(found "${archive}")
    string(APPEND bad "${found}")
endforeach()
if(bad)
    message(FATAL_ERROR "${bad}")
endif()
