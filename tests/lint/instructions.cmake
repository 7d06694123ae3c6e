# cmake -DOBJDUMP=<objdump> -DARCHIVES=<list> -DPLANTED=<archive> -P instructions.cmake
# Fails when the code of the deterministic layers holds an instruction of floating arithmetic: what the
# compiler made of them under the flags of the release, not only what the sources say. Moving bytes
# through the wide registers is no arithmetic. x86-64.
cmake_minimum_required(VERSION 3.25)

set(arithmetic "add|sub|mul|div|sqrt|min|max|rcp|rsqrt|cmp[a-z]*|comi|ucomi|hadd|hsub|round|dp")
set(instruction "\t(v?(${arithmetic})[sp][sd]|v?fn?m(add|sub)[0-9a-z]+|v?cvt[a-z0-9]+|f[a-z0-9]+)[ \n]")

# wc_find_float(<variable> <archive>)
function(wc_find_float result archive)
    execute_process(COMMAND "${OBJDUMP}" --disassemble --no-show-raw-insn "${archive}"
        OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
    set(${result} "")
    if(output MATCHES "${instruction}")
        string(STRIP "${CMAKE_MATCH_0}" found)
        set(${result} "${archive}: ${found}" PARENT_SCOPE)
    else()
        set(${result} "" PARENT_SCOPE)
    endif()
endfunction()

wc_find_float(found "${PLANTED}")
if(NOT found)
    message(FATAL_ERROR "a planted multiplication of doubles was not found")
endif()
foreach(archive IN LISTS ARCHIVES)
    wc_find_float(found "${archive}")
    if(found)
        message(FATAL_ERROR "${found}")
    endif()
endforeach()
