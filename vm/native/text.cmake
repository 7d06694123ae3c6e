# Writes text.c: the parts of the machine that go into the C that the native tier writes, as lines.
# Taken from the sources of the interpreter, so that an instruction has one definition: each handler
# `OP(name) body` becomes a macro `H_name`.
#   cmake -DROOT=<repository> -DOUTPUT=<file> -P text.cmake
set(written "/* Made by vm/native/text.cmake from the sources named below. */\n#include \"vm/native/text.h\"\n")

function(read_code file result)
    file(READ "${ROOT}/${file}" text)
    string(REGEX REPLACE "/[*]([^*]|[*]+[^*/])*[*]+/" "" text "${text}")
    string(REGEX REPLACE "#include [^\n]*\n" "" text "${text}")
    string(REGEX REPLACE "[ \t]+(\\\\?)\n" " \\1\n" text "${text}")
    string(REGEX REPLACE "\n[ \n]*\n" "\n" text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(put name file text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REGEX REPLACE "([^\n]*)\n" "    \"\\1\\\\n\",\n" text "${text}")
    string(APPEND written "\n/* ${file} */\nconst char *const wc_native_${name}[] = {\n${text}    0,\n};\n")
    set(written "${written}" PARENT_SCOPE)
endfunction()

# Handlers: a line that opens one starts a macro, every other line continues it.
function(read_handlers file result)
    read_code("${file}" text)
    string(REGEX REPLACE "\n#define STEP[(].*" "\n" text "${text}")
    string(REGEX REPLACE "\n+$" "" text "${text}")
    string(REPLACE "\n" " \\\n" text "${text}")
    string(REGEX REPLACE "[ \\]*\nOP[(]([a-z_0-9]+)[)]" "\n#define H_\\1" text "${text}")
    set(${result} "${text}\n" PARENT_SCOPE)
endfunction()

foreach(row IN ITEMS "numbers|vm/base/int.h" "access|vm/exec/access.h" "machine|vm/native/machine.inc"
        "steps|vm/exec/steps.inc")
    string(REPLACE "|" ";" row "${row}")
    list(GET row 0 name)
    list(GET row 1 file)
    read_code("${file}" text)
    put("${name}" "${file}" "${text}")
endforeach()
foreach(row IN ITEMS "handlers|vm/exec/handlers.inc" "values|vm/exec/handlers_values.inc")
    string(REPLACE "|" ";" row "${row}")
    list(GET row 0 name)
    list(GET row 1 file)
    read_handlers("${file}" text)
    put("${name}" "${file}" "${text}")
endforeach()

# What else decides what an object does: which form of an instruction runs on which constants, and what
# a block costs. Hashes of it make objects of another version of these files objects of another build.
set(text "")
foreach(file IN ITEMS vm/native/emit.c vm/exec/cells.c vm/exec/handlers.def vm/isa/ops.def vm/isa/gas.def)
    file(SHA256 "${ROOT}/${file}" hash)
    string(APPEND text "/* ${hash} ${file} */\n")
endforeach()
put("sources" "hashes of sources" "${text}")

file(WRITE "${OUTPUT}" "${written}")
