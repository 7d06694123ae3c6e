# cmake -DBUILD=<folder> -DSOURCE=<folder> -P coverage.cmake
# Merges the profiles that the tests of the coverage preset left, and prints lines and branches per
# file for everything but the tests. Needs llvm-profdata-14 and llvm-cov-14 (Debian: llvm-14).
cmake_minimum_required(VERSION 3.25)

find_program(PROFDATA llvm-profdata-14 REQUIRED)
find_program(COV llvm-cov-14 REQUIRED)

file(GLOB profiles "${BUILD}/profiles/*.profraw")
if(NOT profiles)
    message(FATAL_ERROR "no profiles in ${BUILD}/profiles: run ctest --preset coverage first")
endif()
list(JOIN profiles "\n" lines)
file(WRITE "${BUILD}/profiles/list" "${lines}\n")
execute_process(COMMAND "${PROFDATA}" merge -sparse -f "${BUILD}/profiles/list"
    -o "${BUILD}/profiles/all.profdata" COMMAND_ERROR_IS_FATAL ANY)

file(GLOB_RECURSE programs LIST_DIRECTORIES false "${BUILD}/tests/test_*" "${BUILD}/tests/fuzz_*"
    "${BUILD}/wattclause")
list(FILTER programs EXCLUDE REGEX "\\.|CMakeFiles")
set(objects)
foreach(program IN LISTS programs)
    list(APPEND objects -object "${program}")
endforeach()
execute_process(
    COMMAND "${COV}" report -instr-profile "${BUILD}/profiles/all.profdata" ${objects}
        --show-branch-summary "--ignore-filename-regex=(^|/)tests/|coverage/generated/"
    WORKING_DIRECTORY "${SOURCE}" COMMAND_ERROR_IS_FATAL ANY)
