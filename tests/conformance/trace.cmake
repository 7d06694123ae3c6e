# Runs `wattclause` with its calls written down, then runs the trace on the second engine.
#   cmake -DTRACE=<program> -DPYTHON=<python3> -DREPLAY=<replay_trace.py> -DFOLDER=<scratch>
#         "-DARGUMENTS=<verb;...>" -P trace.cmake
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env "WC_TRACE=${FOLDER}/calls.trace" "${TRACE}" ${ARGUMENTS}
    WORKING_DIRECTORY "${FOLDER}" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(
    COMMAND "${PYTHON}" -B "${REPLAY}" "${FOLDER}/calls.trace" COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE "${FOLDER}")
