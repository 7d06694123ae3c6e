# Are the names in limits.def those that the headers of limits define, no more and no fewer?
#   cmake -DROOT=<repository> -P limits.cmake
set(headers vm/isa/module.h node/ledger/limits.h compiler/limits.h)
set(no_limits WC_NONE WC_BY_ROLE)

set(defined)
foreach(header IN LISTS headers)
    file(READ "${ROOT}/${header}" text)
    string(REGEX MATCHALL "#define WC_[A-Z0-9_]+ " found "${text}") # an include guard ends its line
    list(TRANSFORM found REPLACE "#define ([A-Z0-9_]+) " "\\1")
    if(NOT found)
        message(FATAL_ERROR "no limits in ${header}")
    endif()
    list(APPEND defined ${found})
endforeach()
list(REMOVE_ITEM defined ${no_limits})
list(REMOVE_DUPLICATES defined)

file(READ "${ROOT}/tests/docs/limits.def" text)
string(REGEX MATCHALL "WC_LIMIT\\(WC_[A-Z0-9_]+" listed "${text}")
list(TRANSFORM listed REPLACE "WC_LIMIT\\(" "")

set(missing ${defined})
list(REMOVE_ITEM missing ${listed})
set(surplus ${listed})
list(REMOVE_ITEM surplus ${defined})
if(missing OR surplus)
    message(FATAL_ERROR "tests/docs/limits.def lacks: ${missing}; has without need: ${surplus}")
endif()
