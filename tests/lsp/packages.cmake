# Gets the packages of package-lock.json into TO/node_modules, unless they are there already.
foreach(program IN ITEMS NODE NPM)
    if(NOT ${program} OR ${program} MATCHES "NOTFOUND$")
        string(TOLOWER "${program}" missing)
        message(FATAL_ERROR "`${missing}` is missing: install the Debian packages nodejs and npm, then "
            "configure again. The language server and the debug adapter are tested with public clients, which need it.")
    endif()
endforeach()

file(SHA256 "${FROM}/package-lock.json" wanted)
set(stamp "${TO}/packages.stamp")
if(EXISTS "${stamp}")
    file(READ "${stamp}" present)
    if(present STREQUAL wanted)
        return()
    endif()
endif()

file(REMOVE "${stamp}")
file(COPY "${FROM}/package.json" "${FROM}/package-lock.json" DESTINATION "${TO}")
execute_process(
    COMMAND "${NPM}" ci --no-audit --no-fund --ignore-scripts --fetch-retries=2 --fetch-timeout=60000
    WORKING_DIRECTORY "${TO}"
    TIMEOUT 240
    RESULT_VARIABLE result
    OUTPUT_VARIABLE said
    ERROR_VARIABLE said)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "npm could not fetch the packages of tests/lsp/package-lock.json (${result}). "
        "They are seven, 2 MB, from the npm registry; behind a proxy set HTTPS_PROXY or npm's "
        "`registry`. npm said:\n${said}")
endif()
file(WRITE "${stamp}" "${wanted}")
