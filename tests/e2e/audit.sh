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
expect 2 'does not go with' "$program" audit bundle ledger --bare -o x
expect 2 'does not go with' "$program" audit replay ledger --to 3
expect 3 'nowhere' "$program" audit bundle nowhere -o x
expect 3 'nowhere' "$program" audit replay nowhere

# ---- a range: it brings the state of its beginning along ---------------------------------------------
expect 0 'begins with the state after record 60, hash' \
    "$program" audit bundle ledger --from 60 --to 90 -o range.wcbundle
expect 0 '"records":31,.*"first_record":60,"first_record_hash":"[0-9a-f]\{64\}"}' \
    "$program" audit bundle ledger --from 60 --to 90 --json --plain -o plain-range.wcbundle
ls | grep -q 'state-' && fail "the state that was made beside a bundle is removed" || pass
expect 0 'verdict       identical' "$program" audit replay range.wcbundle
expect 0 'rests on      the certificate of that record' "$program" audit replay range.wcbundle
hash=$("$program" audit replay part.wcbundle | sed -n 's/^record hash *//p')
expect 0 'rests on      the hash of that record, which was given' \
    "$program" audit replay range.wcbundle --record-hash "$hash"
expect 0 "\"first_record\":60,\"first_record_hash\":\"$hash\",\"trust\":\"record_hash\"" \
    "$program" audit replay plain-range.wcbundle --record-hash "$hash" --json
expect 1 'holds another record than the given one' \
    "$program" audit replay range.wcbundle --record-hash "${hash:2}00"
expect 2 '64 hexadecimal digits' "$program" audit replay range.wcbundle --record-hash 12
expect 3 'record-hash is for one that does not' "$program" audit replay whole.wcbundle --record-hash "$hash"
expect 3 'brings it along' "$program" audit replay range.wcbundle --snapshot state
expect 0 'rests on      the certificate of that record.*--signatures does' \
    "$program" audit replay --engine reference range.wcbundle
expect 0 'identical' "$program" audit replay --engine reference --signatures range.wcbundle
expect 0 'the hash of that record, which was given' \
    "$program" audit replay --engine reference --record-hash "$hash" range.wcbundle
expect 1 'holds another record than the given one' \
    "$program" audit replay --engine reference --record-hash "${hash:2}00" range.wcbundle
expect 0 'all records, 0 to 90' "$program" audit bisect range.wcbundle
expect 0 'A is the beginning of B' "$program" audit bisect range.wcbundle ledger
expect 0 'records 60 to 90' "$program" audit bisect range.wcbundle ledger
expect 0 '31 records' "$program" audit bundle ledger --to 30 -o start.wcbundle
expect 1 'they have none in common' "$program" audit bisect range.wcbundle start.wcbundle
expect 0 'Deal(' "$program" audit why 70.0 --ledger range.wcbundle
expect 1 'PRUNED: range.wcbundle begins with the state after record 60, so record 60' \
    "$program" audit why 60.0 --ledger range.wcbundle
expect 1 'PRUNED: .* record 7 cannot be run again' "$program" audit steps range.wcbundle 7.0
expect 0 'call' "$program" audit steps range.wcbundle 70.0
expect 0 'at record 70 of demo-day' "$program" audit proof range.wcbundle receipt 70.0 -o range.proof
expect 0 'at record 70 of demo-day' "$program" audit proof --check range.proof \
    --record "$("$program" audit bundle ledger --to 70 -o to-70.wcbundle >/dev/null &&
    "$program" audit replay to-70.wcbundle | sed -n 's/^record hash *//p')"
expect 1 'PRUNED' "$program" audit proof range.wcbundle receipt 50.0 -o range.proof
expect 0 'is not in the answer' "$program" export journal range.wcbundle -o range.csv
"$program" export journal whole.wcbundle -o whole.csv >/dev/null
[ "$(wc -l <range.csv)" -gt 10 ] &&
    cmp -s <(tail -n +2 range.csv) <(awk -F, 'NR > 1 && $1 > 60 && $1 <= 90' whole.csv)
[ $? -eq 0 ] && pass || fail "the rows of a range are those of the whole"
expect 2 'is before --from 9' "$program" audit bundle ledger --from 9 --to 3 -o none.wcbundle
expect 3 'there is no record 133' "$program" audit bundle ledger --from 133 -o none.wcbundle
"$program" node snapshot ledger --output newest >/dev/null
expect 0 'begins with the state after record 132' "$program" audit bundle ledger --snapshot newest -o last.wcbundle
expect 0 'checked       1 records' "$program" audit replay last.wcbundle
expect 2 'behind --from 60' "$program" audit bundle ledger --snapshot newest --from 60 -o none.wcbundle
expect 0 'begins        with the state after record 60' bash -c "'$program' audit bundle ledger --from 60 \
    --plain -o - >piped.wcbundle && '$program' audit replay piped.wcbundle"
# One byte of a chunk, and of the header's certificate, with the hash at the end made good again.
python3 - plain-range.wcbundle "$root/tests/reference" <<'PYTHON'
import hashlib
import sys

sys.path.insert(0, sys.argv[2])
from ledger.bundle import Bundle
from ledger.snapshot import Snapshot
from ledger import genesis

with open(sys.argv[1], "rb") as source:
    bundle = Bundle(source)
    snapshot = Snapshot(bundle.header, genesis.read(bundle.genesis))
    chunk = next(bundle.chunks())
    source.seek(0)
    data = source.read()


def write(name, part, at):
    altered = part[:at] + bytes([part[at] ^ 1]) + part[at + 1:]
    content = data[11:-32].replace(part, altered, 1)
    with open(name, "wb") as target:
        target.write(data[:11] + content + hashlib.sha256(content).digest())


write("chunk.wcbundle", chunk, len(chunk) // 2)
write("certificate.wcbundle", snapshot.certificate, len(snapshot.certificate) - 1)
PYTHON
for engine in fast reference; do
    expect 1 'chunk-00000: is not the chunk that the header lists' \
        "$program" audit replay --engine $engine chunk.wcbundle
done
expect 1 'certificate does not verify' "$program" audit replay certificate.wcbundle
expect 1 'certificate does not verify' "$program" audit replay --engine reference --signatures certificate.wcbundle

# ---- what is wrong with a file ----------------------------------------------------------------------
head -c 100000 whole.wcbundle >cut.wcbundle
expect 1 'is damaged' "$program" audit replay cut.wcbundle
echo letter >letter.txt
expect 3 'neither a ledger folder nor a bundle' "$program" audit replay letter.txt
printf 'WCBUNDLE\0\3\0' >newer.wcbundle
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
assert report["trust"] == "genesis" and report["tool"] == "wattclause" and report["version"] and report["created"], report
assert len(report["state_root"]) == len(report["record_hash"]) == 64, report
PYTHON
[ $? -eq 0 ] && pass || fail "the signature is over what the report says"
expect 0 '' "$program" audit replay range.wcbundle "${sign[@]}" -o range.json
expect 0 "\"last_checked\":90,.*\"first_record\":60,\"first_record_hash\":\"$hash\",\"trust\":\"certificate\"" \
    "$program" audit check range.json
expect 0 '' "$program" audit replay range.wcbundle --record-hash "$hash" "${sign[@]}" -o range.json
expect 0 '"trust":"record_hash"' "$program" audit check range.json
sed 's/"records":133/"records":134/' report.json >altered.json
expect 1 'does not verify' "$program" audit check altered.json
(head -1 report.json; sed -n 2p report.json | sed 's/"}/", "note":""}/') >padded.json
expect 1 'is no signed report' "$program" audit check padded.json
expect 1 'is no signed report' "$program" audit check letter.txt
# Anybody can sign anything: what would draw over the line with the key, or says a thing twice, is no report.
python3 - "$root/tests/reference" <<'PYTHON'
import hashlib
import sys

sys.path.insert(0, sys.argv[1])
from ledger import ed25519


def number_of(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ed25519.ORDER


def sign(seed, message):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ~7 & ((1 << 254) - 1) | 1 << 254
    nonce = number_of(digest[32:], message)
    point = ed25519.encode(ed25519.times(nonce, ed25519.BASE))
    h = number_of(point, ed25519.public_key_of(seed), message)
    return point + ((nonce + h * scalar) % ed25519.ORDER).to_bytes(32, "little")


SEED = bytes(range(32))
for name, line in (("good", b'{"verdict":"identical","note":"\xe5\x90\x88\xe7\xba\xa6"}'),
                   ("quotes", b'{"note":"' + b'\\"' * 500000 + b'"}'),
                   ("cursor", b'{"verdict":"identical"}\x1b[2A\rsigned by     the auditor'),
                   ("inside", b'{"verdict":"identical\x1b[2A\rsigned by     the auditor"}'),
                   ("latin", b'{"verdict":"\xff"}'), ("bare", b"verdict identical"), ("list", b'["identical"]'),
                   ("twice", b'{"verdict":"differs","verdict":"identical"}')):
    message = b"wattclause/report/1\0" + hashlib.sha256(line).digest()
    with open(name + ".signed", "wb") as report:
        report.write(line + b'\n{"scheme":"ed25519","key":"%s","signature":"%s"}\n' % (
            ed25519.public_key_of(SEED).hex().encode(), sign(SEED, message).hex().encode()))
PYTHON
expect 0 'verifies over this report' "$program" audit check good.signed
"$program" audit check --json quotes.signed | python3 -c 'import json, sys; assert json.load(sys.stdin)["verifies"]'
[ $? -eq 0 ] && pass || fail "a long report is told whole as JSON"
for forged in cursor inside latin bare list twice; do
    expect 1 'is no signed report' "$program" audit check $forged.signed
done
expect 3 'absent.json' "$program" audit check absent.json
expect 1 '"verdict":"differs".*"scheme":"ed25519"' bash -c \
    "'$program' audit replay altered.wcbundle ${sign[*]} | tr '\n' ' '; exit \${PIPESTATUS[0]}"
expect 2 'sign goes with --engine fast' "$program" "${engine[@]}" ledger "${sign[@]}"
expect 2 'for a signed report' "$program" audit replay ledger -o report.json
expect 3 'absent.key' "$program" audit replay ledger --sign absent.key --passphrase-file passphrase

finish
