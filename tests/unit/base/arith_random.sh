#!/bin/sh
# arith_random.sh COUNT SEED PROGRAM CHECK: COUNT random steps of arithmetic, computed anew by CHECK.
set -eu
echo "seed $2" >&2
{ "$3" "$1" "$2" || echo "arith_random,failed"; } | python3 -B "$4"
