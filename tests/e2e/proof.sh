#!/bin/bash
# Proofs on the command line: made from a ledger folder, checked with nothing but a hash, by the program
# and by the reference's verifier.
#   proof.sh WATTCLAUSE ROOT
program=$1
root=$2
. "$(dirname "$0")/expect.sh"

"$program" demo --quiet --data "$root/tests/data/citylearn2022" \
    --recompute "$root/tests/reference/recompute.py" ledger </dev/null
[ $? -eq 0 ] && pass || fail "the demo makes a ledger"

# What a record's hash is, somebody else says: here, the proof's maker.
hash_of() { grep -a '^record hash' "$1" | awk '{print $3}'; }

# proved TEXT FACT...: is made, holds by both verifiers, and says TEXT without any names.
proved() {
    local text=$1 hash
    shift
    if ! "$program" audit proof ledger "$@" -o one.proof >made.txt 2>&1; then
        fail "audit proof ledger $*: $(head -c 300 made.txt)"
        return
    fi
    hash=$(hash_of made.txt)
    expect 0 "$text" "$program" audit proof --check one.proof --record "$hash"
    expect 0 '"record":' python3 -B "$root/tests/reference/proofs.py" one.proof "$hash"
}

proved 'proved  *account wc1.* held no CNY free, at record 132 of demo-day' balance home-1 CNY
proved 'proved  *account wc1.* held 56.18 CNY free, at record 60 of demo-day, 2022-09-01T09:00:00Z' \
    balance home-1 CNY --seq 60
proved 'contract wc1.* held 3.82 CNY of wc1.* in escrow, at record 60' \
    escrow 'K7 2022-09-01' home-1 CNY --seq 60 # 60.00 less what is free
proved 'was an active account with role Consumer' account home-1
proved 'there was no account wc1' account 'K4a 2022-09-01'
proved 'was a Supply in state Delivering between supplier wc1' contract 'K4a 2022-09-01' --seq 40
proved '`price` of contract wc1.*, a Supply, was \[0.44390 CNY/kWh, ' field 'K4a 2022-09-01' price
proved 'asset 2 was CNY' asset CNY
proved 'serial number WCM-0001 at connection point CP-0001' meter meter-1
proved '96 intervals had been reported, from 2022-09-01T00:00:00Z to 2022-09-02T00:00:00Z' \
    readings meter-1 2022-09-01
proved 'for 2022-09-02, nothing had been reported' readings meter-1 2022-09-02
proved 'version 1, for 2022-09-01, nothing had been reported' readings meter-1 2022-09-01 1
proved 'reported, for the interval from 2022-09-01T10:00:00Z in version 0, to contract wc1.*imported 0.106 kWh' \
    reading meter-1 2022-09-01T10
proved 'a time-out of contract wc1.* was done' receipt 57.0
proved 'event 57.0.3 of contract wc1.*, a SpotMarket, was Clearing(slot 34, price 0.38550 CNY/kWh' event 57.0.3
proved 'event 57.0.3 of contract wc1.*, was its event number' event 57.0.3 --bare
proved 'stood in the block at position 0; in the name of wc1.*SpotMarket.ask' transaction 57.0
id=$("$program" audit proof ledger transaction 57.0 --json | python3 -c '
import json, re, sys
print(re.search(r"[0-9a-f]{64}", json.load(sys.stdin)["fact"]).group(0))')
proved "transaction $id stood" transaction "$id"
proved 'state NONCE wc1.*, lane 3 was absent' key "12$(printf 'ab%.0s' {1..32})0003"

# ---- other trust ------------------------------------------------------------------------------------
"$program" audit proof ledger balance home-1 CNY --seq 60 --json -o sixty.proof >sixty.json
record=$(python3 -c 'import json; print(json.load(open("sixty.json"))["record_hash"])')
state_root=$(python3 -c 'import json; print(json.load(open("sixty.json"))["state_root"])')
expect 0 'the state with root' "$program" audit proof --check sixty.proof --state-root "$state_root"
expect 1 'STATE_NOT_PROVED' "$program" audit proof --check sixty.proof --state-root "$record"
"$program" audit proof ledger receipt 57.0 -o receipt.proof >receipt.txt
expect 1 'ROOT_NOT_ENOUGH' "$program" audit proof --check receipt.proof --state-root "$state_root"
expect 0 'held 56.18 CNY free' "$program" audit proof --check sixty.json --record "$record"
expect 0 '"holds":true' "$program" audit proof --check sixty.proof --record "$record" --json
expect 1 '"reason":"OTHER_RECORD"' "$program" audit proof --check sixty.proof --record "$state_root" --json
expect 1 'OTHER_RECORD' python3 -B "$root/tests/reference/proofs.py" sixty.proof "$state_root"
expect 1 'CERTIFICATE_FORGED' "$program" audit proof --check sixty.proof --sequencer "$record"

# ---- forged -----------------------------------------------------------------------------------------
python3 - <<'PYTHON'
data = open("sixty.proof", "rb").read()
amount = data.index((5618).to_bytes(8, "big"))
open("richer.proof", "wb").write(data[:amount] + (9618).to_bytes(8, "big") + data[amount + 8:])
open("cut.proof", "wb").write(data[:-1])
open("newer.proof", "wb").write(b"WCPROOF\2" + data[8:])
PYTHON
expect 1 'REFUSED: STATE_NOT_PROVED' "$program" audit proof --check richer.proof --record "$record"
expect 1 'REFUSED: MALFORMED' "$program" audit proof --check cut.proof --record "$record"
expect 7 'REFUSED: NEWER_VERSION' "$program" audit proof --check newer.proof --record "$record"
expect 1 'REFUSED: NO_PROOF_FILE' "$program" audit proof --check receipt.txt --record "$record"
expect 3 'nowhere.proof' "$program" audit proof --check nowhere.proof --record "$record"

# ---- ICS23 ------------------------------------------------------------------------------------------
expect 0 'ICS23 key' "$program" audit proof ledger balance home-1 CNY --seq 60 --as ics23 -o sixty.ics23
python3 -B - "$root/tests/reference" <<'PYTHON'
import json
import sys

sys.path.insert(0, sys.argv[1])
import proofs

told = json.load(open("sixty.json"))
proofs.check_ics23(open("sixty.ics23", "rb").read(), bytes.fromhex(told["state_root"]),
                   bytes.fromhex(told["tree_key"]), bytes.fromhex(told["value"]))
PYTHON
[ $? -eq 0 ] && pass || fail "ICS23 bytes prove the balance to the reference's verifier"
expect 1 'ICS23 has a form' "$program" audit proof ledger balance home-1 CNY --as ics23 -o none.ics23
[ ! -e none.ics23 ] && pass || fail "what fails leaves no file"

# ---- what is said of what cannot be -------------------------------------------------------------------
expect 1 'there is no record 133' "$program" audit proof ledger balance home-1 CNY --seq 133 -o x
expect 1 'holds no such thing' "$program" audit proof ledger event 57.0.99 -o x
expect 1 'readings. proves that' "$program" audit proof ledger reading meter-1 2022-09-02T10 -o x
expect 1 'no record holds' "$program" audit proof ledger transaction "$record" -o x
expect 2 'neither an address' "$program" audit proof ledger balance home-9 CNY -o x
expect 2 'it has .*price' "$program" audit proof ledger field 'K4a 2022-09-01' prices -o x
expect 2 'no asset .EUR' "$program" audit proof ledger balance home-1 EUR -o x
expect 2 'a FACT is one of balance' "$program" audit proof ledger -o x
expect 2 'takes .proof LEDGER balance' "$program" audit proof ledger balance home-1 -o x
expect 2 'needs --output' "$program" audit proof ledger balance home-1 CNY
expect 2 'needs what you trust' "$program" audit proof --check sixty.proof
expect 2 '64 hex digits' "$program" audit proof --check sixty.proof --record 12
expect 2 'goes with --check' "$program" audit proof ledger balance home-1 CNY -o x --record "$record"
expect 2 'does not go with --check' "$program" audit proof --check sixty.proof --record "$record" --seq 3
expect 2 'goes with facts about the state' "$program" audit proof ledger receipt 57.0 --seq 3 -o x
expect 2 'does not go with' "$program" audit replay ledger --seq 3
expect 2 'does not go with' "$program" audit proof ledger account home-1 -o x --plain
expect 2 'is ics23' "$program" audit proof ledger account home-1 -o x --as pdf
expect 3 'nowhere' "$program" audit proof nowhere account home-1 -o x
[ ! -e x ] && pass || fail "nothing was written"

finish
