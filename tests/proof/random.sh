#!/bin/bash
# Random trees here, judged by the other engine.
#   random.sh RANDOM_PROOFS PYTHON JUDGE COUNT SEED
set -o pipefail
echo "seed $5"
"$1" "$4" "$5" | "$2" -B "$3"
