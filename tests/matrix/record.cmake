# cmake -DPROGRAM=<wattclause> -DRECORDER=<wc_record_chain> -DFOLDER=<folder> -DRECORDING=<file>
#       [-DDAYS=<n>] -P record.cmake
# Runs the demo in a folder and records its chain.
cmake_minimum_required(VERSION 3.25)
if(NOT DAYS)
    set(DAYS 1)
endif()
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" demo --days ${DAYS} WORKING_DIRECTORY "${FOLDER}"
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${RECORDER}" "${FOLDER}/wattclause-demo" "${RECORDING}"
    COMMAND_ERROR_IS_FATAL ANY)
