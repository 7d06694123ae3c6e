# Runs test programs that leave bundles of their chains, then the second engine on all of them.
#   cmake "-DPROGRAMS=<program;...>" "-DARGUMENTS=<of each;...>" -DPYTHON=<python3> -DREPLAY=<replay_bundles.py> -DFOLDER=<scratch>
#         "-DOPTIONS=<option;...>" -P worlds.cmake
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}/bundles")
foreach(program IN LISTS PROGRAMS)
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E env "WC_TEST_BUNDLES=${FOLDER}/bundles" "${program}" ${ARGUMENTS}
        WORKING_DIRECTORY "${FOLDER}" OUTPUT_QUIET ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
endforeach()
execute_process(
    COMMAND "${PYTHON}" -B "${REPLAY}" ${OPTIONS} "${FOLDER}/bundles" COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE "${FOLDER}")
