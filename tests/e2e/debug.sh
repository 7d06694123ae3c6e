#!/bin/bash
# run, debug and dap at the command line: traces and sessions as they are shown, exit codes, messages.
#   debug.sh WATTCLAUSE ROOT
# With WATTCLAUSE_GOLDEN=rewrite the golden files are written anew; look at the difference.
program=$1
root=$2
golden=$root/tests/golden/debug
. "$(dirname "$0")/expect.sh"

# golden NAME COMMAND...: the output is the file's.
golden() {
    local name=$1
    shift
    "$@" >"$name" 2>&1 </dev/null
    if [ "${WATTCLAUSE_GOLDEN:-}" = rewrite ]; then cp "$name" "$golden/$name"; fi
    same "$golden/$name" "$name"
}

# session NAME FILE TITLE: the commands of NAME.in, each shown before its answer.
session() {
    while read -r line; do
        printf '%s\n' "$line"
    done <"$golden/$1.in" >commands
    "$program" debug "$2" --test "$3" <commands >"$1.txt" 2>&1
    [ "$?" -eq 0 ] || fail "debug $2 exits with $?"
    if [ "${WATTCLAUSE_GOLDEN:-}" = rewrite ]; then cp "$1.txt" "$golden/$1.txt"; fi
    same "$golden/$1.txt" "$1.txt"
}

cp "$root/tests/dap/market.clause" "$root/tests/golden/debug/shapes.clause" .

golden market.txt "$program" run market.clause --test 'two days'
golden market.jsonl "$program" run market.clause --test 'two days' --json
golden failing.txt "$program" run market.clause --test 'a wrong expectation'
golden undone.txt "$program" run market.clause --test 'comes back'
golden shapes.txt "$program" run shapes.clause
golden added.txt "$program" run market.clause --test 'comes back' \
    --do 'as home { s.fund(1.00 CNY); }' --lines 2
session market_session market.clause 'two days'
session shapes_session shapes.clause 'every shape of a value'
session failing_session market.clause 'a wrong expectation'
session conditions_session market.clause 'two days'

# A property: its smallest failing case is what `test` reports for the seed; without one its first case.
printf 'end\nlocals\n' >ask
golden property.txt sh -c '"$1" debug market.clause --property "at most ten" --seed 3 <ask' - "$program"
"$program" test --seed 3 market.clause 2>&1 | grep -qF '10.001 kWh' && pass || fail "test finds another case"
printf 'locals\n' | "$program" debug market.clause --property 'never rise' --seed 3 >first.txt 2>&1
grep -qF 'no case of 200 runs of --seed 3 fails; this is the first' first.txt && pass || fail "the first case"
printf 'end\nlocals\n' | "$program" debug market.clause --property 'never rise' --seed 3 --runs 1 >one.txt
printf 'end\nlocals\n' | "$program" debug market.clause --property 'never rise' --seed 3 --runs 2 | tail -n +2 >two.txt
tail -n +2 one.txt >again.txt
same again.txt two.txt

# The same run gives the same bytes again.
"$program" run market.clause --test 'two days' >again.txt
same market.txt again.txt
# Each line of --json is an object; gas adds up: lines to what contracts took, calls to the rest.
"$program" run market.clause --test 'two days' --json --lines 10000 >all.jsonl
python3 - all.jsonl <<'PYTHON' && pass || fail "the gas of a trace does not add up"
import json, sys
items = [json.loads(line) for line in open(sys.argv[1])]
result = items[-1]
assert result['kind'] == 'result' and result['passed'] and result['complete']
assert sum(int(i['gas']) for i in items if i['kind'] == 'line_gas') == int(result['gas_lines'])
# A view that a contract calls is paid by its caller; the test calls none here.
calls = [i for i in items if i['kind'] == 'end' and not i['name'].startswith('view ')]
around = int(result['gas_around'])
assert sum(int(i['gas']) for i in calls) == int(result['gas_lines']) + around
# What the code of calls does not take is known before it begins, at least.
stack, begun, heads = [], set(), 0
for i in items:
    if i['kind'] == 'call':
        stack.append(i['name'])
        begun.discard(len(stack))
    elif i['kind'] == 'end':
        stack.pop()
    elif i['kind'] == 'statement' and 'gas' in i and len(stack) not in begun:
        begun.add(len(stack))
        heads += int(i['gas'])
assert 0 < heads <= around, (heads, around)
PYTHON

expect 0 'passed' "$program" run market.clause --test 'two days'
expect 4 'left is 0.35000 CNY/kWh, right is 0.40000 CNY/kWh' "$program" run market.clause --test 'a wrong'
expect 4 'market.clause:77' "$program" run market.clause --test 'a wrong'
expect 2 'which test' "$program" run market.clause
expect 2 'two days are settled' "$program" debug market.clause
expect 2 'no test of market.clause is called .nothing' "$program" run market.clause --test nothing
expect 2 'takes one source' "$program" run
expect 2 'takes one source' "$program" debug market.clause market.clause
expect 3 'missing.clause' "$program" run missing.clause
expect 1 'E0' "$program" run market.clause --do 'let x = nothing;'
expect 0 'call     deploy Tariff' "$program" run market.clause \
    --do 'let t = Tariff.deploy(owner: grid, base: 1.00000 CNY/kWh)'
expect 2 'takes no files' "$program" dap market.clause

# A property has no values of its own.
cat >property.clause <<'CLAUSE'
module laws;
use std.energy;

property "twice is more" (q : Energy) {
    assert q + q >= q || q < 0.000 kWh;
}
CLAUSE
expect 2 'is a property' "$program" run property.clause

# An upgrade is stepped through like any call.
upgrades=$root/tests/data/upgrade
expect 0 'self.last = 2026-01-05' "$program" run "$upgrades/sale_2.clause" \
    --previous "$upgrades/sale_1.clause" --test 'an upgrade keeps'

# A debug part names registers and places in the disassembly; one of another module is refused.
"$program" build market.clause --contract Sale -o sale.wcb >/dev/null 2>&1
expect 0 'is due : money<CNY>' "$program" dis sale.wcb
expect 0 '# market.clause:47:9' "$program" dis sale.wcb
"$program" build market.clause --contract Tariff -o tariff.wcb >/dev/null 2>&1
python3 - sale.wcb tariff.wcb mixed.wcb <<'PYTHON'
import sys
def parts(path):
    data = open(path, 'rb').read()
    at = data.index(b'WCD\0')
    return data[:at], data[at:]
open(sys.argv[3], 'wb').write(parts(sys.argv[1])[0] + parts(sys.argv[2])[1])
PYTHON
expect 1 'V0' "$program" dis mixed.wcb
finish
