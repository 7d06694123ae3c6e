#!/bin/bash
# Verbs of authors, run as users run them: exit codes, messages, files left behind.
#   verbs.sh WATTCLAUSE ROOT
program=$1
root=$2
. "$(dirname "$0")/expect.sh"

cat >good.clause <<'CLAUSE'
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
    assert c.free(home) == 999_999.60 CNY;
}
CLAUSE
sed 's/delivered \* price/delivered + price/' good.clause >units.clause
sed 's/0.40 CNY;/0.41 CNY;/' good.clause >failing.clause
sed 's/when Open -> Done { goto Done(); }/when Open -> Done { goto Gone(); }/' good.clause >states.clause
head -c 200 good.clause >cut.clause
printf 'module x;\n\0' >nul.clause

# Versions of a contract: build, compare, refuse.
upgrades=$root/tests/data/upgrade
sed 's/upgrade 2/upgrade 3/' "$upgrades/sale_2.clause" >skips.clause
sed 's/Open initial/Begun initial/; s/when Open/when Begun/g; s/-> Open/-> Begun/; s/goto Open/goto Begun/; /^test/,$d' \
    "$upgrades/sale_2.clause" >renames.clause
expect 1 'E1202' "$program" check "$upgrades/sale_2.clause"
expect 1 'E1203' "$program" check skips.clause --previous "$upgrades/sale_1.clause"
expect 0 'contract Sale' "$program" build "$upgrades/sale_1.clause" -o sale_1.wcb
expect 0 'contract Sale' "$program" build "$upgrades/sale_2.clause" -o sale_2.wcb --previous sale_1.wcb
expect 0 'can be upgraded to version 2' "$program" diff sale_1.wcb sale_2.wcb
expect 0 'can be upgraded to version 2' "$program" diff "$upgrades/sale_1.clause" "$upgrades/sale_2.clause"
expect 0 '"compatible":true' "$program" diff --json sale_1.wcb "$upgrades/sale_2.clause"
expect 7 'state Open' "$program" diff sale_1.wcb renames.clause
expect 7 '"at":"state Open"' "$program" diff --json sale_1.wcb renames.clause
expect 7 'upgrade 2' "$program" diff sale_1.wcb skips.clause
expect 7 'does not follow' "$program" diff sale_2.wcb sale_2.wcb
expect 2 'takes OLD and NEW' "$program" diff sale_1.wcb
# A term that named a party is not called: what it names may be younger than the contract.
cat >peer_1.clause <<'CLAUSE'
module peer;
interface Other { view n() -> int; }
contract Peer {
    parties { a, b : party; }
    signatory a, b;
    terms { peer : party; }
    storage { n : int; }
    states { On initial; Off final; }
    action set(n : int) by any(a, b) when On requires caller() != peer : Peered(); { self.n = n; }
    action stop() by a when On -> Off { goto Off(); }
    view n() -> int { return self.n; }
}
error Peered();
CLAUSE
sed 's/peer : party/peer : contract_ref<Other>/; s/self.n = n;/self.n = n + peer.n();/
    s/action set/upgrade 2 { } action set/' peer_1.clause >peer_2.clause
expect 1 'a term that named a party refers to a contract now: term `peer`' \
    "$program" build peer_2.clause --previous peer_1.clause
expect 7 'refers to a contract now: term peer' "$program" diff peer_1.clause peer_2.clause
expect 7 '"compatible":false.*"at":"term peer"' "$program" diff --json peer_1.clause peer_2.clause
# Terms that differ, and still the whole comparison.
sed 's/peer : party;/peer : party; rank : int;/; s/self.n = n;/self.n = n + rank;/
    s/action set/upgrade 2 { } action set/' peer_1.clause >peer_3.clause
expect 1 'the terms are not the same' "$program" build peer_3.clause --previous peer_1.clause
expect 7 'new     term rank' "$program" diff peer_1.clause peer_3.clause
expect 7 'the terms are not the same: term rank' "$program" diff peer_1.clause peer_3.clause
expect 7 'now contract_ref<Other>' "$program" diff peer_1.clause peer_2.clause
"$program" diff peer_1.clause peer_3.clause | grep -q 'new     method' && fail "an upgrade is no method"
expect 3 'missing' "$program" diff sale_1.wcb "$upgrades/missing.wcb"

expect 0 'no errors' "$program" check good.clause
cat >traps.clause <<'CLAUSE'
module traps;
func nth(xs : list<int<0..9>, 4>, n : int<0..3>) -> int<0..9> {
    return xs[n];
}
CLAUSE
sed 's/^func nth/\/\/ allow L0913 throughout: callers ask for the length first\n&/' traps.clause >allowed.clause
expect 0 '1 operation may trap (--explain-traps says which)' "$program" check traps.clause
expect 0 'warning\[L0913\]: this index may lie outside' "$program" check --explain-traps traps.clause
expect 0 'safe: behind require n < xs.len()' "$program" check --explain-traps traps.clause
expect 1 'error\[L0913\]' "$program" check --deny may-trap traps.clause
expect 0 'no errors$' "$program" check --deny may-trap allowed.clause
expect 2 'deny takes' "$program" check --deny everything traps.clause
expect 0 'action settle' "$program" gas good.clause
expect 0 'n(holders)' "$program" gas good.clause
expect 0 '"worst_case":"' "$program" gas --json good.clause
expect 0 '' "$program" gas good.clause --snapshot good.gas
expect 0 '' "$program" gas good.clause --check good.gas
sed 's/goto Done();$/let twice : Price = price; goto Done();/;s/deployed + 720 h/entered + 720 h/' good.clause >changed.clause
sed -i 's/pay buyer -> seller/emit Paid(delivered); pay buyer -> seller/;s/^contract/event Paid(e : Energy);\n&/' changed.clause
expect 1 'settle: worst case' "$program" gas changed.clause --check good.gas
expect 1 'good Sale action settle' "$program" gas --diff good.gas changed.clause
grep -v settle good.gas >less.gas
expect 0 'settle: new' "$program" gas good.clause --check less.gas
printf 'nonsense\n' >bad.gas
expect 1 'not a line of a gas snapshot' "$program" gas good.clause --check bad.gas
expect 0 'contract Sale' "$program" build good.clause
expect 0 'accepted' "$program" verify good.wcb
expect 0 'pay' "$program" dis good.wcb
expect 0 '1 passed, 0 failed' "$program" test good.clause
expect 0 '^\[\]' "$program" check --json good.clause
expect 1 'E0503' "$program" check units.clause
expect 1 '"code":"E0503"' "$program" check --json units.clause
expect 1 'E0503' "$program" build units.clause -o never.wcb
expect 1 'error' "$program" check states.clause
expect 1 'error' "$program" check cut.clause
expect 1 'error' "$program" check nul.clause
expect 4 'does not hold' "$program" test failing.clause
expect 4 'failing.clause:2' "$program" test failing.clause
expect 2 'no test matches' "$program" test good.clause --filter nothing
expect 0 '1 passed' "$program" test good.clause --filter forty
expect 3 'absent.clause' "$program" check absent.clause
expect 2 'which file' "$program" check
expect 2 'did you mean `check`' "$program" chekc good.clause
expect 2 'no option' "$program" check --no-such-option good.clause
# An option that its part of a verb does not know is refused: without effect it would be believed.
expect 2 '--key does not go with `build`' "$program" tx build a.json --key a.key
expect 2 '--weight does not go with `recover`' "$program" key recover a.key --weight 3
expect 2 '--accept-time does not go with `init`' "$program" node init a --genesis a.txt --accept-time
expect 2 '--output does not go with `snapshot`' "$program" node snapshot a --check -o b
expect 2 '--day does not go with `rules`' "$program" query rules --day 2026-01-01
[ ! -e a ] && [ ! -e a.key ] && pass || fail 'a refused command line leaves something'
expect 2 '`-o` lacks its value' "$program" tx build a.json -o
expect 2 '`-o` is no option of it' "$program" query find x -o y
expect 2 'did you mean `find`' "$program" query fnd x
expect 2 'did you mean `journal`' "$program" export journals a
expect 0 'units that do not match' "$program" explain E0503
expect 0 'gate' "$program" explain GATE_CLOSED
expect 0 'register' "$program" explain V0503
expect 0 'divisor' "$program" explain DIVZERO
expect 2 'no page' "$program" explain E9999
expect 0 'usage: wattclause build' "$program" help build
expect 0 'wattclause' "$program" version

cat >dear.clause <<'TEXT'
module dear;
use std.energy;

contract Dear {
    parties { a : party; }
    signatory a;
    states { Open initial; Done final; }
    storage { seen : map<int<0..100_000>, int, 60_000>; }
    action go() by a when Open -> Done {
        for k in 0 .. 60_000 { for j in 0 .. 100 { self.seen[k] += j; } }
        goto Done();
    }
    after deployed + 1 h when Open -> Done { goto Done(); }
}

test "nobody can deploy it" { let c = Dear.deploy(a: x); }
TEXT
expect 4 'a node does not take `Dear`: its action `go` may need [0-9]* gas, 100000000 is the most' "$program" test dear.clause
head -c 1100000 /dev/zero | tr '\0' 'x' >long.clause
expect 1 'E0112' "$program" check long.clause
expect 1 'E0112' "$program" lint long.clause
expect 1 'E0112' "$program" fmt long.clause
expect 1 'E0112' "$program" build long.clause
expect 2 'there is no benchmark' "$program" bench nothing
expect 2 'takes one of 10k' "$program" bench ledger contract
mkdir -p sources
cp good.clause sources/
expect 0 '"name":"compile.all"' "$program" bench compile sources --json
expect 0 'compile.growth_100x' "$program" bench compile sources --json
cp cut.clause sources/
expect 1 'cut.clause does not compile' "$program" bench compile sources
expect 3 'give the folders' "$program" bench compile absent

# A refused build leaves nothing behind; two builds give the same bytes; another folder, too.
[ -e never.wcb ] && fail "a refused build left a file"
mkdir -p 'far away'
cp good.clause 'far away/'
(cd 'far away' && LC_ALL=C TZ=Asia/Shanghai "$program" build --quiet good.clause)
same good.wcb 'far away/good.wcb'

# A damaged module is refused by name. (The debug part behind it explains and decides nothing.)
size=$("$program" verify good.wcb | sed 's/.*Sale, \([0-9]*\) bytes.*/\1/')
for at in 0 5 20 41 60 200 $((size / 2)) $((size - 1)); do
    cp good.wcb damaged.wcb
    printf '\xff' | dd of=damaged.wcb bs=1 seek="$at" conv=notrunc status=none
    expect 1 'error\[V' "$program" verify damaged.wcb
done
head -c $((size - 1)) good.wcb >damaged.wcb
expect 1 'V0103' "$program" verify damaged.wcb
expect 1 'V0101' "$program" verify good.clause

for source in "$root"/contracts/*/*.clause "$root"/stdlib/*.clause; do
    case $source in *_test.clause) continue ;; esac
    expect 0 'no errors' "$program" check "$source"
done

finish
