#!/bin/bash
# The demo as its users run it: figures, folders, bad input, and that nothing but the data decides.
#   demo.sh WATTCLAUSE ROOT [DAY...]      further days are run, too
set -u
program=$1
root=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
passed=0
failed=0
data="$root/tests/data/citylearn2022"
script="$root/tests/reference/recompute.py"

note() { # note GOOD TEXT
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$2"
    fi
}

demo() { "$program" demo --data "$data" --recompute "$script" "$@" </dev/null; }

# expect CODE PATTERN COMMAND...: exit code and a pattern in what it prints (both streams).
expect() {
    local code=$1 pattern=$2 out got
    shift 2
    out=$("$@" 2>&1)
    got=$?
    [ "$got" -eq "$code" ] && grep -q -- "$pattern" <<<"$out"
    note $? "$*: exit $got, expected $code and \`$pattern\`
$(head -5 <<<"$out")"
}

root_of() { sed -n 's/.*"state_root":"\([0-9a-f]*\)".*/\1/p' "$1"; }

# ---- one object with the agreed fields, all differences zero ----------------------------------------
cat >check.py <<'PYTHON'
import json
import sys

FIELDS = {"difference", "state_root", "replay_root", "blocks", "transactions", "gas", "seconds",
          "seconds_signatures", "ledger_dir", "parties", "refusals"}
CODES = {"KEY_NOT_METER", "READING_EXISTS", "GATE_CLOSED", "TERMS_DIFFER", "ESCROW_SHORT"}
with open(sys.argv[1], encoding="utf-8") as source:
    result = json.load(source)
assert set(result) == FIELDS, set(result) ^ FIELDS
assert set(result["difference"]) == {"ledger", "bank_statement", "recomputed", "energy"}
assert all(float(text) == 0 for text in result["difference"].values()), result["difference"]
assert result["state_root"] == result["replay_root"]
assert {refusal["code"] for refusal in result["refusals"]} == CODES and len(result["refusals"]) == 5
assert all(refusal["text"] for refusal in result["refusals"])
assert result["blocks"] > 100 and result["transactions"] > 700 and result["gas"] > 10**6
parties = {party["id"]: party for party in result["parties"]}
assert len(parties) == 9
assert round(sum(float(party["net"]) for party in parties.values()), 2) == 0
assert parties["home-2"]["bank"] == "reissued"
PYTHON

demo --json first >first.json
note $? 'demo --json ends with 0'
python3 check.py first.json
note $? 'the JSON object is what was agreed, and clean'
grep -q '"net":"18.97"' first.json
note $? 'day 32 gives the retailer 18.97'

# ---- nothing but the data and the seed decides ------------------------------------------------------
demo --json first >again.json
[ "$(root_of first.json)" = "$(root_of again.json)" ]
note $? 'a second run into the same folder gives the same root'
mkdir 'far away'
(cd 'far away' && TZ=Asia/Shanghai LC_ALL=de_DE.UTF-8 LANG=zh_CN.UTF-8 "$program" demo --json \
    --data "$data" --recompute "$script" --threads 1 'a ledger') >far.json
[ "$(root_of first.json)" = "$(root_of far.json)" ]
note $? 'another folder, time zone and locale with one thread give the same root'
demo --json --threads 2 two >two.json
[ "$(root_of first.json)" = "$(root_of two.json)" ]
note $? 'two threads give the same root'
demo --json --seed 2 two >two.json
[ "$(root_of first.json)" != "$(root_of two.json)" ]
note $? 'another seed gives another root'
python3 check.py two.json
note $? 'another seed is clean, too'

# ---- the ledger stays, and can be audited -----------------------------------------------------------
expect 0 'identical' "$program" audit replay first
[ -s first/names.json ] && python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))["home-1"].startswith("wc1")' first/names.json
note $? 'names.json names home-1'
expect 0 'accepted' "$program" verify first/contracts/SpotMarket.wcb

# ---- a view, with its arguments as people write them ------------------------------------------------
market=$("$program" query inbox market-operator --ledger first | sed -n 's/^SpotMarket[^(]*(\(wc1[a-z0-9]*\)).*/\1/p')
view() { "$program" query --ledger first view "$@"; }
expect 0 '^(0\.[0-9]* CNY/kWh, [0-9]*\.[0-9]* kWh)$' view "$market" result '["2022-09-01T10:00:00Z"]'
expect 0 '^  "result": \["[0-9.]*", "[0-9.]*"\]$' view "$market" unmatched '{"at": "2022-09-01T10:00:00Z"}' --json
expect 1 'it has: due, owed, position, result, unmatched, traded' view "$market" price
expect 1 'ARGS: needs 2 values (who, on), found 0' view "$market" traded
expect 1 'ARGS: at: ' view "$market" result '["tomorrow"]'
expect 1 'ARGS: is no JSON: line 1, column 2' view "$market" result '[1'
expect 1 'the view failed: OutsideTerm(at 2022-08-31T' view "$market" result '["2022-08-31T10:00:00Z"]'
expect 1 'is no contract of this ledger' view home-1 result '[]'
expect 2 'view CONTRACT VIEW \[ARGS\]' view "$market"

# ---- names for addresses ----------------------------------------------------------------------------
expect 0 'leg\|amount' view 'K8 grid 2022-09-01' leg_of '["retailer"]'
expect 1 'ARGS: to: `retailr` is no address (wc1...) and no name of names.json; near it: retailer' \
    view 'K8 grid 2022-09-01' leg_of '["retailr"]'
expect 1 '`K1` is no address (wc1...) and no name of names.json; near it: K1 2022-09-01' view K1 totals
for question in inbox statement readings; do
    expect 1 '`hom-1` is no address .*; near it: home-1, home-2, home-3' \
        "$program" query $question hom-1 --ledger first
done
expect 1 'hom-1: nothing found in first; near it: home-1' "$program" query find hom-1 --ledger first
expect 1 'regulator: no statement line, bank fact or leg in first; `wattclause query find regulator`' \
    "$program" query statement regulator --ledger first
printf '{"mine": "%s"}\n' "$market" >own.json
expect 0 '^(0\.' view mine result '["2022-09-01T10:00:00Z"]' --names own.json
expect 1 'near it: mine' view mint result '[]' --names own.json
expect 3 'names: nowhere: No such file or directory' view "$market" result '[]' --names nowhere
printf '{"mine": ' >own.json
expect 1 'own.json, byte 9' view mine result '[]' --names own.json

# ---- the screen -------------------------------------------------------------------------------------
demo >screen.txt 2>errors.txt
note $? 'demo ends with 0 without a terminal'
[ -d wattclause-demo ] && [ ! -s errors.txt ]
note $? 'the default folder is ./wattclause-demo, and no progress bar is in a file'
grep -q 'difference   ledger 0.00   bank statement 0.00   recomputed from the CSV 0.00   energy 0.000 kWh' screen.txt
note $? 'the screen shows four differences'
# Seconds are the machine's; every other character of the README is what a newcomer sees.
without_seconds() { sed 's/  [0-9.]* s$//'; }
sed -n '/^Wattclause demo /,/^```$/p' "$root/README.md" | sed '$d' | without_seconds >readme.txt
without_seconds <screen.txt | diff readme.txt - >&2
note $? 'the README shows this screen'
# So is what it shows behind it. The second engine is another test's.
while IFS= read -r line; do
    read -ra words <<<"${line%%   *}"
    expect 0 . "$program" "${words[@]:1}"
done < <(grep -E '^wattclause (audit|query|export) ' "$root/README.md" | grep -v 'engine reference')
grep -q '^Home 3                          50.177     21.980      60.00    37.74      8.29    -29.45   booked' screen.txt
note $? 'the screen shows the row of home 3'
! LC_ALL=C grep -q '[^[:print:]]' screen.txt
note $? 'the screen is plain text'
demo --quiet quiet >quiet.txt && [ ! -s quiet.txt ]
note $? '--quiet says nothing when all is well'

# ---- several days -----------------------------------------------------------------------------------
demo --json --day 364 --days 3 days >days.json
python3 check.py days.json
note $? 'three days over the seam of the year are clean'
for day in "$@"; do
    demo --json --day "$day" days >days.json && python3 check.py days.json
    note $? "day $day is clean"
done

# ---- what is wrong is named and changes nothing -----------------------------------------------------
mkdir foreign && echo mine >foreign/letter.txt
expect 3 'foreign' demo foreign
[ "$(cat foreign/letter.txt)" = mine ]
note $? 'a foreign folder is left alone'
echo mine >first/letter.txt
expect 3 'letter.txt' demo first
expect 0 'identical' "$program" audit replay first
rm first/letter.txt
expect 2 'from 1 to 365' demo --day 0
expect 2 'from 1 to 365' demo --day 366
expect 2 'from 1 to 365' demo --days 366
expect 2 'whole number' demo --threads 0
expect 2 'one folder' demo one two
expect 3 'Building_1.csv' "$program" demo --data nowhere
mkdir broken && cp "$data"/*.csv broken/ && sed -i '100s/^[^,]*,/0.23,/' broken/pricing.csv
expect 1 'pricing.csv, row 98, column electricity_pricing' "$program" demo --data broken
cp "$data"/*.csv broken/ && sed -i '$d' broken/Building_2.csv
expect 1 'Building_2.csv, row 8759' "$program" demo --data broken

# ---- the recomputation is a witness of its own ------------------------------------------------------
expect 3 'not recomputed' "$program" demo --data "$data" --recompute absent.py
echo 'raise SystemExit("out of order")' >broken.py
expect 3 'not recomputed' "$program" demo --data "$data" --recompute broken.py
mkdir other && cp "$(dirname "$script")"/*.py other/
sed -i 's/^FEE = 200 /FEE = 300 /' other/demo_terms.py
expect 1 'recomputed from the CSV \(0.0[1-9]\|0.[1-9]\|[1-9]\)' "$program" demo --data "$data" --recompute other/recompute.py
"$program" demo --json --data "$data" --recompute absent.py 2>errors.txt | grep -q '"recomputed":null'
note $? 'what was not recomputed is null, never zero'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
