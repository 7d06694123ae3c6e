#!/bin/bash
# A reading of a batch, proved by the program, judged by the reference's verifier: as it is, and with
# one bit of the value altered.
#   batch.sh TEST_PROOF_BATCH PYTHON PROOFS_PY
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
WC_TEST_PROOFS=$work "$1" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
read -r hash value <"$work/metered.hash"
"$2" -B "$3" "$work/metered.proof" "$hash" | tee "$work/said"
grep -q "\"kind\": \"metered\"" "$work/said"
grep -q "\"reading\": \"[0-9a-f]*$value\"" "$work/said"
"$2" - "$work/metered.proof" "$value" <<'PYTHON'
import sys

path, value = sys.argv[1], bytes.fromhex(sys.argv[2])
with open(path, "rb") as source:
    data = source.read()
at = data.index(value) + len(value) - 1
with open(path, "wb") as target:
    target.write(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
PYTHON
! "$2" -B "$3" "$work/metered.proof" "$hash" >"$work/said"
grep -q 'REFUSED: PAYLOAD_DIFFERS' "$work/said"
