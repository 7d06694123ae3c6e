#!/bin/bash
# Testing of contracts as authors do it: tests, properties, what is found and written down.
#   testing.sh WATTCLAUSE ROOT
program=$1
root=$2
. "$(dirname "$0")/expect.sh"

cat >sale.clause <<'CLAUSE'
module sale;
use std.energy;

event Delivered(energy : Energy);

contract Sale {
    parties { seller, buyer : party; }
    signatory seller, buyer;
    terms { price : Price; }
    states { Open initial; Done final; }

    action settle(delivered : Energy) by seller, buyer when Open -> Done {
        pay buyer -> seller : round<Yuan>(delivered * price, half_even);
        emit Delivered(delivered);
        goto Done();
    }
    after deployed + 720 h when Open -> Done { goto Done(); }
}

func half(x : Yuan) -> Yuan { return round<Yuan>(x / 2, half_even); }
CLAUSE

# ---- a failing test tells what happened, with units; passing ones are silent
cat >sale_test.clause <<'CLAUSE'
module sale_test;
use std.energy;
use sale;

test "a kilowatt-hour at forty fen" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    as home { c.fund(100.00 CNY); }
    as sun { as home { c.settle(1.000 kWh); } }
    assert c.posted(sun) == 0.40 CNY;
}
test "more than there is" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    as home { c.fund(100.00 CNY); }
    as sun { as home { c.settle(1000.000 kWh); } }
}
test "greater" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    as home { c.fund(100.00 CNY); }
    as sun { as home { c.settle(1.000 kWh); } }
    assert c.posted(sun) > 0.41 CNY;
}
test "a sum" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    advance 721 h;
    assert c.posted(sun) + c.posted(home) == 0.01 CNY;
}
CLAUSE
"$program" test sale_test.clause >out.txt 2>err.txt
[ $? -eq 4 ] || fail "a failing test ends with 4"
grep -q '1 passed, 3 failed' out.txt && pass || fail "counts on standard output"
while IFS= read -r line; do
    if grep -qF -- "$line" err.txt; then pass; else fail "the trace says: $line"; fi
done <<'LINES'
refused the call with InsufficientEscrow(party home, need 400.00 CNY, have 100.00 CNY)
sale_test.clause:14:24
--> sale.clause:13:9
   13  as home: Sale.fund(amount 100.00 CNY)
lock     home -> escrow of home in Sale  100.00 CNY
FAILED   InsufficientEscrow
the assertion does not hold: left is 0.40 CNY, right is 0.41 CNY
   20 |     assert c.posted(sun) > 0.41 CNY;
as sun, home: Sale.settle(delivered 1.000 kWh)
pay      escrow of home in Sale -> sun  0.40 CNY
event    Delivered(energy 1.000 kWh)
state    Sale: Open -> Done
release  escrow of home in Sale -> home  99.60 CNY
the assertion does not hold: left is 0.00 CNY, right is 0.01 CNY
advance to 2026-01-31T01:00:00Z
time-out Sale at 2026-01-31T00:00:00Z
LINES
grep -q 'forty fen' err.txt && fail "a passing test is silent"

# ---- what a test asks for and no ledger can do, in words
cat >cannot_test.clause <<'CLAUSE'
module cannot_test;
use std.energy;
use sale;

test "nobody gives a mandate" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    c.mandate(3.00 CNY);
}
test "after the end of time" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    advance 90000000 h;
}
test "a contract signs" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    let p : party = c;
    as p { c.settle(1.000 kWh); }
}
test "nine sign" {
    let c = Sale.deploy(seller: sun, buyer: home, price: 0.40000 CNY/kWh);
    as a { as b { as d { as e { as f { as g { as h { as i { as j {
        c.settle(1.000 kWh);
    } } } } } } } } }
}
CLAUSE
"$program" test cannot_test.clause >out.txt 2>err.txt
[ $? -eq 4 ] || fail "tests that cannot go on fail"
while IFS= read -r line; do
    if grep -qF -- "the test cannot go on: $line" err.txt; then pass; else fail "words: $line"; fi
done <<'LINES'
a mandate is signed by who gives it: `as PARTY { ... }`
time ends with the year 2100, as calendars do: advance by less
the signer is a contract, which has no key: let an action of it `send` the call
more than eight sign one call
LINES

# ---- any number of threads, the same text
for jobs in 1 3; do
    "$program" test --jobs $jobs sale_test.clause "$root"/contracts/spot/spot_test.clause >o$jobs 2>&1
    same o1 o$jobs
done
expect 2 'no test matches' "$program" test sale_test.clause --filter nothing
expect 0 '^1 passed, 0 failed' "$program" test sale_test.clause --filter forty
expect 2 'jobs' "$program" test sale_test.clause --jobs 0
expect 2 'junit=FILE' "$program" test sale_test.clause --report xml

# ---- reports
"$program" test --report junit=r.xml --json sale_test.clause >r.json 2>/dev/null
python3 - <<'PY' || fail "reports"
import json, xml.etree.ElementTree as tree
rows = json.load(open('r.json'))
assert [r['passed'] for r in rows] == [True, False, False, False], rows
assert rows[2]['line'] == 20 and '0.41 CNY' in rows[2]['message'] and 'pay ' in rows[2]['trace']
suite = tree.parse('r.xml').getroot()[0]
assert suite.attrib == {'name': 'sale_test.clause', 'tests': '4', 'failures': '3'}, suite.attrib
assert [c.attrib['name'] for c in suite][0] == 'a kilowatt-hour at forty fen'
assert 'left is 0.40 CNY' in suite[2][0].attrib['message'] and 'sale_test.clause:20:5' in suite[2][0].text
PY

# ---- properties
cat >props.clause <<'CLAUSE'
module props;
use std.energy;
use sale;

enum Size { Small, Large(over : Energy) }
record Order { who : party; size : Size; note : text<8>; }

property "half of twice" (x : dec<2, CNY, -1000..1000>) { assert half(x + x) == x; }
property "two halves" (x : dec<2, CNY, -1000..1000>) { assert half(x) + half(x) == x; }
property "of everything" (o : option<Order>, s : series<Energy, 15 min, 8>, m : map<party, int, 4>,
                          t : time, i : interval, b : bytes<4>, l : list<Order, 3>) {
    let pair : list<party, 2> = [sun, home];
    assert pair.len() == 2;
    assert s.count(Missing) == 0 || m.len() < 2 || l.len() == 0 || o.is(none);
}
CLAUSE
expect 4 '2 failed; 3 properties, 200 runs each, --seed 11' "$program" test props.clause --seed 11
"$program" test props.clause --seed 11 >p1 2>&1
"$program" test props.clause --seed 11 --jobs 3 >p2 2>&1
same p1 p2
grep -qE 'for x = -?0.01 CNY' p1 && pass || fail "the smallest tie is one fen"
grep -q 'what was found is in props_found.clause' p1 && pass || fail "says where it wrote"
# What was written fails like what was found, and says so with the same values.
expect 4 '^0 passed, 2 failed' "$program" test props_found.clause
expect 4 'left is 0.00 CNY, right is -\?0.01 CNY' "$program" test props_found.clause
expect 4 'found is in other.clause' "$program" test props.clause --filter halves --seed 11 --write other.clause
expect 4 '^0 passed, 1 failed' "$program" test other.clause
expect 0 '1 property, 7 runs each' "$program" test props.clause --filter twice --runs 7
expect 0 '"runs":5,"seed":"3"' "$program" test props.clause --filter twice --runs 5 --seed 3 --json
expect 2 'one source' "$program" test props.clause sale_test.clause --write x.clause
# A new seed each time, printed.
a=$("$program" test props.clause --filter twice | tail -1)
b=$("$program" test props.clause --filter twice | tail -1)
[ "$a" != "$b" ] && pass || fail "two runs have two seeds"

# ---- fuzzing: a contract with three faults, each found, written down and failing as a test
cat >box.clause <<'CLAUSE'
module box;
use std.energy;
error TooMuch(x : int);
contract Box {
    parties { ann, bob : party; }
    signatory ann;
    terms { most : int<0..1000>; }
    states { Open initial; Held; Done final; }
    storage { n : int = 0; }
    invariant few : self.n <= 5;
    action put(x : int<0..1000>) by ann when Open -> Open
        requires x <= most : TooMuch(x);
    { self.n += x; }
    action hold() by bob when Open -> Held { goto Held(); }
    action share(x : int) by any(ann, bob) when Held -> Held
        requires x != 7 : TooMuch(x);
    { self.n = round(10 / x, half_even); }
    action end() by ann when Open -> Done { pay ann -> bob : 1.00 CNY; goto Done(); }
    after deployed + 24 h when Open, Held -> Done { goto Done(); }
}
CLAUSE
expect 4 'FOUND  trap INVARIANT in `few` of Box' "$program" fuzz box.clause --seed 5 --runs 40
expect 4 '^0 passed, [1-9]' "$program" test box_found.clause
# The smallest way to the invariant is one call with 6.
grep -q 'as ann { c1.put(x: 6); }' box_found.clause && pass || fail "one call with 6"
cp box_found.clause first.clause
"$program" fuzz box.clause --seed 5 --runs 40 >/dev/null 2>&1
same first.clause box_found.clause
expect 2 'no trap' "$program" fuzz box.clause --allow-trap NOTHING
expect 0 '0 found' "$program" fuzz box.clause --allow-trap INVARIANT,RANGE,DIVZERO --runs 10
expect 0 'MeteringPoint: 5 runs .5 deployed' "$program" fuzz "$root"/contracts/metering/metering.clause --runs 5 --seed 3
expect 0 '"contract":"Box","runs":3' "$program" fuzz box.clause --allow-trap INVARIANT,RANGE,DIVZERO --runs 3 --json

# ---- coverage: what a test does not reach is named, with its place
cat >box_test.clause <<'CLAUSE'
module box_test;
use std.energy;
use box;
test "puts" {
    let c = Box.deploy(ann: ann, bob: bob, most: 4);
    as ann { c.put(3); }
    as bob { c.hold(); c.share(4); }
    advance 25 h;
}
CLAUSE
while IFS= read -r line; do
    expect 0 "$line" "$program" cov box_test.clause
done <<'LINES'
never refused
`end` was never done in state Open
`share` was never called by ann
Box never failed with TooMuch
 18:45 .*never ran
roundings \+1/1
states \+3/3
LINES
"$program" cov box_test.clause --to lcov -o c.info
grep -q '^SF:box.clause' c.info && grep -q '^DA:13,1' c.info && grep -q '^BRDA:12,' c.info && pass || fail "lcov"
"$program" cov box_test.clause --to json -o c.json
"$program" cov box_test.clause --to html -o c.html
python3 - <<'PY' || fail "coverage reports"
import json, html.parser
files = json.load(open('c.json'))
assert files[0]['states'] == {'covered': 3, 'total': 3}, files
assert any(m['kind'] == 'roles' for m in files[0]['missing'])
page = open('c.html').read()
html.parser.HTMLParser().feed(page)
assert 'src=' not in page and 'http' not in page and 'never ran' in page
PY
cat >arms.clause <<'TEXT'
module arms;
enum Kind { A, B, C(x : int), D }
contract Chooser {
    parties { a : party; }
    states { Open initial; Shut final; }
    storage { n : int; }
    action go(k : Kind) by a when Open -> Open, Shut {
        match k {
            A => { self.n += 1; }
            B => {}
            C(x) => { self.n = x; goto Shut(); }
            _ => {}
        }
    }
    view n() -> int { return self.n; }
}
test "the first and the last arm" {
    let c = Chooser.deploy(a: ann);
    as ann { c.go(Kind.A); c.go(Kind.D); }
    assert c.n() == 1;
}
TEXT
expect 0 'arms            2/4      50.0 %' "$program" cov arms.clause
expect 0 '10:13   arm `B` was never taken' "$program" cov arms.clause
expect 0 '11:13   arm `C(x)` was never taken' "$program" cov arms.clause
"$program" cov arms.clause | grep -q 'arm `_`\|arm `A`' && fail "an arm that was taken is not missing" || pass
expect 2 'text, lcov, json or html' "$program" cov box_test.clause --to pdf
expect 4 'tests failed' "$program" cov sale_test.clause

finish
