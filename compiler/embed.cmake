# Writes text files into a C source as one table of wc_embedded rows (compiler/compiler.h).
#   cmake -DOUT=file.c -DNAME=wc_stdlib -DROOT=folder -DPREFIX=std [-DEXT=tz] -P embed.cmake
# Rows ascend by path; "ROOT/a/b.EXT" becomes "PREFIX.a.b"; EXT is clause when it is not given. Files that end in _test.clause are the
# tests of their neighbours and stay outside.
if(NOT HEADER)
    set(HEADER compiler/compiler.h)
endif()
if(NOT EXT)
    set(EXT clause)
endif()
file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/*.${EXT}")
list(SORT files)
set(tables "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
    if(file MATCHES "_test\\.clause$")
        continue()
    endif()
    string(REGEX REPLACE "\\.${EXT}$" "" path "${file}")
    string(REPLACE "/" "." path "${path}")
    if(PREFIX)
        set(path "${PREFIX}.${path}")
    endif()
    file(READ "${ROOT}/${file}" hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(................................................................................)" "\\1\n    " bytes "${bytes}")
    string(APPEND tables "static const unsigned char file_${count}[] = {\n    ${bytes}0x00};\n\n")
    string(APPEND rows "    {\"${path}\", (const char *)file_${count}, sizeof(file_${count}) - 1},\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE "${OUT}.new" "/* Made by embed.cmake from the sources under ${NAME}; do not edit. */
#include \"${HEADER}\"

${tables}const wc_embedded ${NAME}_files[] = {
${rows}};

const size_t ${NAME}_file_count = ${count};
")
file(RENAME "${OUT}.new" "${OUT}")
