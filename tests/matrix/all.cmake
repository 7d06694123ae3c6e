# cmake -DROOT=<folder> -DBUILD=<folder> -DRECORDING=<file> -P all.cmake
# The whole matrix over one recording, for `./dev fuzz`.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/members.cmake")

foreach(row IN LISTS WC_MATRIX)
    wc_matrix_member("${row}")
    message(STATUS "${name}: ${compiler} ${flags} ${emulator}")
    execute_process(
        COMMAND "${CMAKE_COMMAND}" "-DROOT=${ROOT}" "-DBUILD=${BUILD}/${name}"
            "-DCOMPILER=${compiler}" "-DFLAGS=${flags}" "-DEMULATOR=${emulator}"
            "-DRECORDING=${RECORDING}" -P "${CMAKE_CURRENT_LIST_DIR}/run.cmake"
        COMMAND_ERROR_IS_FATAL ANY)
endforeach()
