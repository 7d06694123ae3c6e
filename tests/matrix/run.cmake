# cmake -DROOT=<folder> -DBUILD=<folder> -DCOMPILER=<name> -DRECORDING=<file> [-DFLAGS=<flags>]
#       [-DEMULATOR=<name>] [-DBLOCKS=<n>] [-DPLANT=ON] -P run.cmake
# One member of the matrix: builds the core with a compiler and lets it compute a recorded chain again.
# PLANT: on a copy of the recording whose last byte is another, so the difference must be found.
cmake_minimum_required(VERSION 3.25)

# Every member is there or the test fails: a matrix with a hole proves nothing about it.
foreach(tool IN ITEMS ${COMPILER} ${EMULATOR})
    unset(found CACHE)
    find_program(found ${tool})
    if(NOT found)
        message(FATAL_ERROR "${tool} is missing; `./dev test` installs what this test needs")
    endif()
endforeach()

set(static OFF)
if(EMULATOR)
    set(static ON) # a program without shared libraries needs no root folder of the other machine
endif()
execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${ROOT}/tests/matrix/core" -B "${BUILD}" -G Ninja
        "-DCMAKE_C_COMPILER=${COMPILER}" "-DWC_ROOT=${ROOT}" "-DWC_FLAGS=${FLAGS}"
        -DWC_STATIC=${static} -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" -- --quiet
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "${output}")
endif()

set(expected 0)
if(PLANT)
    # The last byte of a recording belongs to the last event.
    set(planted "${BUILD}/planted.recording")
    file(SIZE "${RECORDING}" size)
    math(EXPR kept "${size} - 1")
    execute_process(COMMAND head -c ${kept} "${RECORDING}" OUTPUT_FILE "${planted}"
        COMMAND_ERROR_IS_FATAL ANY)
    file(READ "${RECORDING}" last OFFSET ${kept} HEX)
    set(other "z")
    if(last STREQUAL "7a") # z
        set(other "y")
    endif()
    file(APPEND "${planted}" "${other}")
    set(RECORDING "${planted}")
    set(expected 1)
endif()
execute_process(COMMAND ${EMULATOR} "${BUILD}/replay_core" "${RECORDING}" ${BLOCKS}
    RESULT_VARIABLE code)
if(NOT code EQUAL expected)
    message(FATAL_ERROR "replay_core ended with ${code}, not with ${expected}")
endif()
