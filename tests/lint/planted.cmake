# cmake -DLINT=<program> -DROOT=<folder> -DEXPECTED=<file> -P planted.cmake
# Runs the linter over the planted violations and compares what it says, line by line.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${LINT}" "${ROOT}" RESULT_VARIABLE code OUTPUT_VARIABLE actual)
file(READ "${EXPECTED}" expected)
if(NOT actual STREQUAL expected)
    message(FATAL_ERROR "expected:\n${expected}\nactual:\n${actual}")
endif()
if(NOT code EQUAL 1)
    message(FATAL_ERROR "the linter ended with ${code}, not with 1")
endif()
