# Writes the templates of `wattclause new` into a C source as one table (node/cli/templates.h).
#   cmake -DOUT=file.c -DROOT=folder -P embed_templates.cmake
# A folder of ROOT is a kind; its files and the README.md.in beside them are its rows.
file(GLOB files RELATIVE "${ROOT}" "${ROOT}/*/*.clause" "${ROOT}/*.in")
list(SORT files)
set(tables "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
    get_filename_component(kind "${file}" DIRECTORY)
    get_filename_component(name "${file}" NAME)
    string(REGEX REPLACE "\\.in$" "" name "${name}")
    string(REGEX REPLACE "^project" "@NAME@" name "${name}")
    file(READ "${ROOT}/${file}" hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n    " bytes "${bytes}")
    string(APPEND tables "static const unsigned char file_${count}[] = {\n    ${bytes}0x00};\n\n")
    string(APPEND rows "    {\"${kind}\", \"${name}\", (const char *)file_${count}},\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE "${OUT}.new" "/* Made by embed_templates.cmake from ${ROOT}; do not edit. */
#include \"node/cli/templates.h\"

${tables}const wc_template wc_templates[] = {
${rows}};

const size_t wc_template_count = ${count};
")
file(RENAME "${OUT}.new" "${OUT}")
