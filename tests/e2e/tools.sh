#!/bin/bash
# What a contract tells people and programs: abi, doc, new, repl, run as users run them.
#   tools.sh WATTCLAUSE ROOT
program=$1
root=$2
. "$(dirname "$0")/expect.sh"

cat >good.clause <<'CLAUSE'
// Sale: one delivery at a fixed price.
module good;
use std.energy;

contract Sale {
    parties { seller, buyer : party; }
    signatory seller, buyer;
    terms { price : Price; }
    states { Open initial; Done final; }

    action settle(delivered : Energy) by seller, buyer when Open -> Done {
        pay buyer -> seller : round<Yuan>(delivered * price, half_even);
        goto Done();
    }
    after deployed + 720 h when Open -> Done { goto Done(); }
}

test "a kilowatt-hour at forty fen" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    as home { c.fund(100.00 CNY); }
    as sun { as home { c.settle(1.000 kWh); } }
    assert c.posted(sun) == 0.40 CNY;
}
CLAUSE
sed 's/delivered \* price/delivered + price/' good.clause >units.clause
printf 'module x;\n\0' >nul.clause

# ---- abi -------------------------------------------------------------------------------------------
"$program" build --quiet good.clause
expect 0 '"signature": "action settle(dec<3,kWh>)"' "$program" abi good.clause
expect 0 '"action.settle"' "$program" abi good.wcb --schema
expect 0 '' "$program" abi good.wcb -o good.json
expect 1 'E0503' "$program" abi units.clause
expect 2 'takes one source' "$program" abi
expect 1 'error' "$program" abi nul.clause
expect 0 '"action": "settle", "arguments": {"delivered": "1.000"}' "$program" test --json --calls good.clause
"$program" abi good.clause | cmp -s - good.json || note "a source and its module have two ABIs"

# ---- doc -------------------------------------------------------------------------------------------
expect 0 '^# Sale' "$program" doc good.clause
expect 0 '"format": "wattclause-sheet/1"' "$program" doc good.clause --format json
expect 0 '"format": "wattclause-sheet/1"' "$program" doc good.clause --json
expect 0 'sale.html' "$program" doc good.clause -o sale.html
expect 2 'html, md or json' "$program" doc good.clause --format pdf
expect 1 'E0503' "$program" doc units.clause
expect 1 'no such contract' "$program" doc good.clause --contract Other
expect 2 'several contracts' "$program" doc good.clause "$root/contracts/tariff/tariff.clause"
mkdir -p sheets
expect 0 'sheets/Tariff.html' "$program" doc good.clause "$root/contracts/tariff/tariff.clause" --format html -o sheets
[ -s sheets/Sale.html ] || note "doc -o FOLDER left no sheets/Sale.html"
head -1 sale.html | grep -q '^<!doctype html>' || note "doc -o sale.html is no HTML"
grep -q '<script' sale.html && note "a sheet has a script"
(LC_ALL=C TZ=Asia/Shanghai "$program" doc good.clause --quiet -o again.html)
cmp -s sale.html again.html || note "two sheets of one source differ"

# ---- new -------------------------------------------------------------------------------------------
for kind in empty ppa spot ancillary bank; do
    expect 0 "wattclause test my_${kind}_test.clause" "$program" new "my-$kind" --kind $kind
    cd "my-$kind" || exit 3
    expect 0 'no errors' "$program" check --deny-warnings "my_$kind.clause" "my_${kind}_test.clause"
    expect 0 '0 warnings' "$program" lint "my_$kind.clause" "my_${kind}_test.clause"
    expect 0 '' "$program" fmt --check "my_$kind.clause" "my_${kind}_test.clause"
    expect 0 ' passed, 0 failed' "$program" test "my_${kind}_test.clause"
    expect 0 'bytes of module' "$program" build "my_$kind.clause"
    expect 0 'accepted' "$program" verify "my_$kind.wcb"
    expect 0 '^# ' "$program" doc "my_$kind.clause"
    grep -q '@' README.md "my_$kind.clause" "my_${kind}_test.clause" && note "a placeholder is left in my-$kind"
    cd "$work" || exit 3
done
expect 2 'not empty' "$program" new my-ppa
[ -e my-ppa/my_ppa.wcb ] || note "a refused new touched the folder"
mkdir -p vacant
expect 0 'vacant.clause' "$program" new vacant
expect 2 'not `casino`' "$program" new wonder --kind casino
[ -e wonder ] && note "a refused new left a folder"
expect 2 'cannot name a module' "$program" new Upper
expect 2 'cannot name a module' "$program" new contract
touch plain
expect 2 'is no folder' "$program" new plain
expect 2 'name of one new folder' "$program" new
expect 2 'wattclause new my_ppa --kind ppa' "$program" new ppa my_ppa
mkdir a_folder && expect 3 'a_folder: a folder; name a file in it' "$program" check a_folder
expect 3 'cannot make' "$program" new no/such/folder
expect 0 '"kind": "spot"' "$program" new quiet_one --kind spot --json

# ---- repl ------------------------------------------------------------------------------------------
# session CODE PATTERN [FILE...]: what stands on standard input, at once.
session() {
    cat >input
    expect "$1" "$2" repl_of_input "${@:3}"
}
repl_of_input() { "$program" repl "$@" <input; }

session 0 '^3.80 CNY  *: dec<2, CNY>$' <<<'0.38 CNY/kWh * 10 kWh'
session 0 '^4.69 CNY  *: dec<2, CNY>$' <<<'round<Yuan>(0.38 CNY/kWh * 12.345 kWh, half_even)'
session 0 '^dec<0, kWh>$' <<<':type 3 kW * 2 h'
session 0 '^4.500 kWh ' <<<$'let x = 3 kWh\nx + 1.500 kWh'
session 0 '^7  *: int$' <<<$'func twice(x : int<0..9>) -> int<0..18> {\n  return x * 2;\n}\ntwice(3) + 1 // a comment'
session 1 '^ 5 | x + 1 CNY$' <<<$'let x = 3 kWh\nx + 1 CNY'
session 1 '^   *| - ^ ----- ' <<<$'let x = 3 kWh\nx + 1 CNY'
session 1 '^2  *: int' <<<$'1 +\n)\n"open\nnonsense(\n)\n:foo\n}\n1 + 1'
session 1 'which file' <<<$':load\n1 + 1'
session 1 'which file' <<<$':save'
session 0 ':reset' <<<':help'
session 0 '^2026-01-01T01:00:00Z$' <<<$'advance 1 h\n:time'
out=$(printf '%s\n' '1 + 1' | "$program" repl)
[ "$out" = '2                         : int' ] || fail "repl prints more than the value to a pipe: $out"

cat >session.txt <<'CLAUSE'
let c = Sale.deploy(seller: sun, buyer: home,
                    price: 0.40000 CNY/kWh);
as home { c.fund(100.00 CNY); }
as sun { c.settle(1.000 kWh); }
c.state()
:money
as sun { as home { c.settle(1.000 kWh); } }
:state
c.posted(sun)
:gas
:save kept_test.clause
CLAUSE
session 1 '^c  a new Sale  ok, gas ' good.clause <session.txt
session 1 '^  money  100.00 CNY  home -> home in c  locked$' good.clause <session.txt
session 1 '^  home  free 999900.00 CNY (-100.00)  in c 100.00 CNY (+100.00)$' good.clause <session.txt
session 1 '^refused: NotAuthorised' good.clause <session.txt
session 1 '^Open  *: state of Sale$' good.clause <session.txt
session 1 '^  money  0.40 CNY  home in c -> sun  paid$' good.clause <session.txt
session 1 '^  c  Open -> Done$' good.clause <session.txt
session 1 '^c : Sale  Done since 2026-01-01T00:00:00Z$' good.clause <session.txt
session 1 '^0.40 CNY ' good.clause <session.txt
session 0 'by time at 2026-01-31T00:00:00Z' good.clause <<<$'let c = Sale.deploy(price: 0.4 CNY/kWh)\nadvance 720 h'
# What was refused left no trace, and the session is a test that holds.
expect 0 '1 passed, 0 failed' "$program" test kept_test.clause
grep -q 'as sun { c.settle' kept_test.clause && note "a refused input was saved"
session 1 'error\[E0503\]' units.clause <<<'1 + 1'
session 1 'absent.clause' absent.clause <<<'1 + 1'

finish
