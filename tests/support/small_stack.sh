#!/bin/sh
# small_stack.sh KIB PROGRAM [ARGUMENT...]: runs a program with so much native stack, and no core file
# when it needs more.
ulimit -c 0
ulimit -s "$1" || exit 3
shift
exec "$@"
