# Writes a list of words, one a line, into a C source as the table wc_mnemonic_words.
#   cmake -DOUT=words.c -DFILE=english.txt -P words.cmake
file(STRINGS "${FILE}" words)
list(LENGTH words count)
if(NOT count EQUAL 2048)
    message(FATAL_ERROR "${FILE} has ${count} words, not 2048")
endif()
list(JOIN words "\",\n    \"" rows)
file(WRITE "${OUT}.new" "/* Made by words.cmake; do not edit. */
#include \"node/crypto/mnemonic.h\"

const char *const wc_mnemonic_words[WC_MNEMONIC_LIST_LEN] = {
    \"${rows}\",
};
")
file(RENAME "${OUT}.new" "${OUT}")
