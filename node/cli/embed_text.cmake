# Writes a text file into a C source as one string that ends with a NUL.
#   cmake -DOUT=file.c -DNAME=wc_rule_examples -DFILE=rules.txt -P embed_text.cmake
file(READ "${FILE}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n    " bytes "${bytes}")
file(WRITE "${OUT}.new" "/* Made by embed_text.cmake; do not edit. */
#include \"node/cli/explain.h\"

const char ${NAME}[] = {
    ${bytes}0x00};
")
file(RENAME "${OUT}.new" "${OUT}")
