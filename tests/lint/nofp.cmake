# cmake -DROOT=<folder> -DCOMPILER=<gcc> -DBUILD=<folder> -DPLANTED=<file> -P nofp.cmake
# Builds the deterministic layers with the flags of the nofp preset, after seeing that these flags do
# refuse a planted multiplication of doubles.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${COMPILER}" -std=c17 -mgeneral-regs-only -S -o - "${PLANTED}"
    RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
if(code EQUAL 0)
    message(FATAL_ERROR "-mgeneral-regs-only accepts floating point: this check proves nothing")
endif()
execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${ROOT}" -B "${BUILD}" -G Ninja -DCMAKE_BUILD_TYPE=Debug
        -DCMAKE_C_COMPILER=${COMPILER} -DWC_NOFP=ON -DWC_TESTS=OFF
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" --target nofp
    COMMAND_ERROR_IS_FATAL ANY)
