# What page_grammar.c reads: the lines of precedence of a grammar, then its rules without actions.
#   cmake -DLEMON=<program> -DGRAMMAR=<file.y> -DOUT=<file> -P rules.cmake
file(STRINGS "${GRAMMAR}" levels REGEX "^%(left|right|nonassoc) ")
execute_process(COMMAND "${LEMON}" -g "${GRAMMAR}" OUTPUT_VARIABLE rules COMMAND_ERROR_IS_FATAL ANY)
list(JOIN levels "\n" levels)
file(WRITE "${OUT}" "${levels}\n${rules}")
