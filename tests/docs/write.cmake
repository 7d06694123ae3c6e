# Writes the output of a program to a file, which keeps its contents when the program fails.
#   cmake -DTOOL=<program> -DPAGE=<argument> -DOUT=<file> -P write.cmake
execute_process(COMMAND "${TOOL}" "${PAGE}" OUTPUT_FILE "${OUT}.new" COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${OUT}.new" "${OUT}")
