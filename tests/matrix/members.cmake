# The members of the determinism matrix, one a line: name | compiler | flags | emulator | when.
# `test`: part of every test run; `fuzz`: of `./dev fuzz` only, with all the others. The release build
# of the project itself is the first member: it makes the recording.
set(WC_MATRIX
    "gcc_O0|gcc|-O0||test"
    "i686|gcc|-m32 -O1||test"
    "s390x|s390x-linux-gnu-gcc|-O1|qemu-s390x|test"
    "gcc_O3_lto|gcc|-O3 -flto=auto||fuzz"
    "gcc_switch_limbs|gcc|-O2 -DWC_INT_PORTABLE=1 -DWC_DISPATCH_SWITCH=1||fuzz"
    "clang_O0|clang-14|-O0||fuzz"
    "clang_O3_lto|clang-14|-O3 -flto -fuse-ld=lld||fuzz"
    "i686_O3|gcc|-m32 -O3||fuzz"
    "aarch64|aarch64-linux-gnu-gcc|-O2|qemu-aarch64|fuzz"
    "s390x_O3|s390x-linux-gnu-gcc|-O3|qemu-s390x|fuzz"
)

# Only a PC runs programs of the 32-bit PC without an emulator.
cmake_host_system_information(RESULT machine QUERY OS_PLATFORM)
if(NOT machine STREQUAL "x86_64")
    list(FILTER WC_MATRIX EXCLUDE REGEX "^i686")
endif()

# wc_matrix_member(<row>): takes a row apart into name, compiler, flags, emulator, when.
macro(wc_matrix_member row)
    string(REPLACE "|" ";" cells "${row}")
    list(GET cells 0 name)
    list(GET cells 1 compiler)
    list(GET cells 2 flags)
    list(GET cells 3 emulator)
    list(GET cells 4 when)
endmacro()
