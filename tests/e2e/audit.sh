#!/bin/bash
# Auditing by the command line: folders, bundles, what is wrong with either.
#   audit.sh WATTCLAUSE ROOT
program=$1
root=$2
. "$(dirname "$0")/expect.sh"

"$program" demo --quiet --data "$root/tests/data/citylearn2022" \
    --recompute "$root/tests/reference/recompute.py" ledger </dev/null
[ $? -eq 0 ] && pass || fail "the demo makes a ledger"

# ---- bundles ----------------------------------------------------------------------------------------
expect 0 '133 records' "$program" audit bundle ledger -o whole.wcbundle
expect 0 'identical' "$program" audit replay whole.wcbundle
expect 0 '"content"' "$program" audit bundle ledger --plain --json -o plain.wcbundle
expect 0 'identical' "$program" audit replay plain.wcbundle
[ "$(wc -c <whole.wcbundle)" -lt "$(($(wc -c <plain.wcbundle) / 2))" ]
[ $? -eq 0 ] && pass || fail "a bundle is compressed"
"$program" audit bundle ledger --plain -o - >stdout.wcbundle && cmp -s stdout.wcbundle plain.wcbundle
[ $? -eq 0 ] && pass || fail "a bundle goes to standard output, and is the same every time"
expect 0 '61 records' "$program" audit bundle ledger --to 60 -o part.wcbundle
expect 0 '61 records' "$program" audit replay part.wcbundle
expect 3 'there is no record 133' "$program" audit bundle ledger --to 133 -o none.wcbundle
[ ! -e none.wcbundle ] && [ ! -e none.wcbundle.part ]
[ $? -eq 0 ] && pass || fail "what fails leaves no file"
expect 2 'needs --output' "$program" audit bundle ledger
expect 2 'does not go with' "$program" audit bundle ledger --threads 2 -o x
expect 2 'does not go with' "$program" audit replay ledger --to 3
expect 3 'nowhere' "$program" audit bundle nowhere -o x
expect 3 'nowhere' "$program" audit replay nowhere

# ---- what is wrong with a file ----------------------------------------------------------------------
head -c 100000 whole.wcbundle >cut.wcbundle
expect 1 'is damaged' "$program" audit replay cut.wcbundle
echo letter >letter.txt
expect 3 'neither a ledger folder nor a bundle' "$program" audit replay letter.txt
printf 'WCBUNDLE\0\2\0' >newer.wcbundle
expect 7 'does not know' "$program" audit replay newer.wcbundle

# ---- the second engine ------------------------------------------------------------------------------
engine=(audit replay --engine reference)
expect 0 'signatures    checked by: wattclause' "$program" "${engine[@]}" ledger
expect 0 'checked by: this engine' "$program" "${engine[@]}" --signatures whole.wcbundle
expect 0 'identical' python3 -B "$root/tests/reference/replay_ledger.py" plain.wcbundle
"$program" "${engine[@]}" --json part.wcbundle >part.json
python3 - part.json <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as source:
    report = json.load(source)
assert report["verdict"] == "identical" and report["records"] == 61, report
assert report["signatures_checked_by"] == "wattclause" and report["signatures"] == 0, report
PYTHON
[ $? -eq 0 ] && pass || fail "the report of the second engine is one JSON object"
"$program" "${engine[@]}" --quiet ledger >quiet.txt 2>&1 && [ ! -s quiet.txt ]
[ $? -eq 0 ] && pass || fail "--quiet says nothing when all is the same"

# One byte of a receipt altered on its way, the hash at the end made good again: both engines name it.
python3 - plain.wcbundle altered.wcbundle "$root/tests/reference" <<'PYTHON'
import hashlib
import sys

sys.path.insert(0, sys.argv[3])
from ledger.bundle import Bundle

with open(sys.argv[1], "rb") as source:
    page = next(block.pages[0] for block in Bundle(source).blocks() if block.pages)
    source.seek(0)
    data = source.read()
altered = page[:56] + bytes([page[56] ^ 1]) + page[57:]  # gas_used
content = data[11:-32].replace(page, altered, 1)
with open(sys.argv[2], "wb") as target:
    target.write(data[:11] + content + hashlib.sha256(content).digest())
PYTHON
expect 1 'record 1, receipt 0, transaction .* gas_used' "$program" audit replay altered.wcbundle
expect 1 'record 1, receipt 0, transaction .* gas_used' "$program" "${engine[@]}" altered.wcbundle
expect 1 'record 1, receipt 0, transaction .* gas_used' "$program" "${engine[@]}" --quiet altered.wcbundle

expect 1 'damaged' "$program" "${engine[@]}" cut.wcbundle
expect 3 'no bundle' "$program" "${engine[@]}" letter.txt
expect 7 'does not know' "$program" "${engine[@]}" newer.wcbundle
expect 3 'nowhere' "$program" "${engine[@]}" nowhere
expect 3 'second engine is not at absent.py' "$program" "${engine[@]}" --reference absent.py ledger
expect 3 'python3 cannot be started' env PATH=/nowhere "$program" "${engine[@]}" ledger
expect 2 'fast or reference' "$program" audit replay --engine other ledger
expect 2 'native goes with --engine fast' "$program" audit replay --engine reference --native auto ledger
expect 2 'does not go with' "$program" audit replay --signatures ledger
echo 'raise SystemExit(9)' >broken.py
expect 70 '' "$program" "${engine[@]}" --reference broken.py ledger
expect 0 '31 records' "$program" audit bundle ledger --to 30 -o early.wcbundle
expect 0 'OK' python3 -B "$root/tests/reference/test_ledger.py" early.wcbundle

# ---- signed reports ---------------------------------------------------------------------------------
(umask 077 && echo 'five words nobody else knows' >passphrase)
for name in auditor other; do
    "$program" key new $name.key --quiet --passphrase-file passphrase --words-file $name.words >/dev/null
done
key=$("$program" key show auditor.key | sed -n 's/^public key *//p')
other=$("$program" key show other.key | sed -n 's/^public key *//p')
sign=(--sign auditor.key --passphrase-file passphrase)
expect 0 '' "$program" audit replay ledger "${sign[@]}" -o report.json
expect 0 "signed by     $key" "$program" audit check report.json
expect 0 '"verifies":true' "$program" audit check report.json --json --key "$key"
expect 1 "signed by $key, not by" "$program" audit check report.json --key "$other"
# Verified by arithmetic that shares nothing with the program; the build is the program's own file.
python3 - report.json "$root/tests/reference" "$key" "$program" <<'PYTHON'
import hashlib
import json
import sys

sys.path.insert(0, sys.argv[2])
from ledger import ed25519

with open(sys.argv[1], "rb") as source:
    line, rest = source.read().split(b"\n", 1)
signature = json.loads(rest)
message = b"wattclause/report/1\0" + hashlib.sha256(line).digest()
assert signature["scheme"] == "ed25519" and signature["key"] == sys.argv[3], signature
assert ed25519.verify(bytes.fromhex(signature["key"]), bytes.fromhex(signature["signature"]), message)
report = json.loads(line)
with open(sys.argv[4], "rb") as program:
    assert report["build"] == hashlib.sha256(program.read()).hexdigest(), report
assert report["verdict"] == "identical" and report["conserved_assets"] == 2, report
assert (report["first_record"], report["last_checked"], report["records"]) == (0, 132, 133), report
assert report["tool"] == "wattclause" and report["version"] and report["created"], report
assert len(report["state_root"]) == len(report["record_hash"]) == 64, report
PYTHON
[ $? -eq 0 ] && pass || fail "the signature is over what the report says"
sed 's/"records":133/"records":134/' report.json >altered.json
expect 1 'does not verify' "$program" audit check altered.json
(head -1 report.json; sed -n 2p report.json | sed 's/"}/", "note":""}/') >padded.json
expect 1 'is no signed report' "$program" audit check padded.json
expect 1 'is no signed report' "$program" audit check letter.txt
expect 3 'absent.json' "$program" audit check absent.json
expect 1 '"verdict":"differs".*"scheme":"ed25519"' bash -c \
    "'$program' audit replay altered.wcbundle ${sign[*]} | tr '\n' ' '; exit \${PIPESTATUS[0]}"
expect 2 'sign goes with --engine fast' "$program" "${engine[@]}" ledger "${sign[@]}"
expect 2 'for a signed report' "$program" audit replay ledger -o report.json
expect 3 'absent.key' "$program" audit replay ledger --sign absent.key --passphrase-file passphrase

finish
