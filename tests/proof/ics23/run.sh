#!/bin/bash
# Proofs under the public ICS23 library, which is written in Go. Without Go, or when its module cannot be
# had, one line says so and the test counts as skipped; the stored claims are judged all the same, by
# test_proof_vectors and by tests/reference.
#   run.sh FOLDER RANDOM_PROOFS COUNT SEED
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 random=$2 count=$3 seed=$4

command -v go >/dev/null || { echo "SKIPPED: Go is not installed (Debian: golang-go)"; exit 0; }
mkdir -p "$folder"
cp "$here/go.mod" "$here/go.sum" "$here/main.go" "$folder/"
cd "$folder"
export GOFLAGS=-mod=readonly GOTOOLCHAIN=local
timeout 90 go mod download >download.log 2>&1 ||
    { echo "SKIPPED: the module github.com/cosmos/ics23/go cannot be had: $(tail -n 1 download.log)"; exit 0; }
go build -o judge .
./judge "$here/../../golden/proofs/membership.json"
echo "seed $seed"
"$random" "$count" "$seed" | ./judge -
