# cmake -DROOT=<folder> -P format.cmake
# Compares the layout of every C file with .clang-format. Other versions of clang-format differ in
# detail, so without version 14 the check is skipped (./dev installs it).
cmake_minimum_required(VERSION 3.25)

find_program(CLANG_FORMAT clang-format-14)
if(NOT CLANG_FORMAT)
    message("SKIPPED: clang-format-14 is not installed")
    return()
endif()

file(GLOB_RECURSE files "${ROOT}/vm/*.[ch]" "${ROOT}/compiler/*.[ch]" "${ROOT}/node/*.[ch]"
    "${ROOT}/tests/*.[ch]")
list(FILTER files EXCLUDE REGEX "/tests/lint/planted/")
execute_process(COMMAND "${CLANG_FORMAT}" --dry-run -Werror --style=file ${files}
    RESULT_VARIABLE code ERROR_VARIABLE report)
if(NOT code EQUAL 0)
    string(REGEX MATCHALL "[^\n]*: error: code should be clang-formatted" places "${report}")
    list(JOIN places "\n" places)
    message(FATAL_ERROR "run clang-format-14 -i on:\n${places}")
endif()
