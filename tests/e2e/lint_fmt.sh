#!/bin/bash
# fmt, lint, explain and the forms of diagnostics, run as authors run them.
#   lint_fmt.sh WATTCLAUSE
program=$1
. "$(dirname "$0")/expect.sh"

# ---- fmt ----------------------------------------------------------------------------------------
printf 'module m;\nconst a:int=1;   // one\nconst longer : int=2;\n' >messy.clause
printf 'module m;\nconst a      : int = 1;     // one\nconst longer : int = 2;\n' >neat.clause
printf 'module m;\nfunc f( -> int { }\n' >broken.clause
cp broken.clause broken.before
cp messy.clause first.clause
expect 1 'messy.clause' "$program" fmt --check messy.clause neat.clause
same messy.clause first.clause
expect 0 '1 of 2 files changed' "$program" fmt messy.clause neat.clause
same messy.clause neat.clause
expect 0 '0 of 1 file not in canonical form' "$program" fmt --check messy.clause
expect 1 'E0201' "$program" fmt broken.clause
expect 1 '1 with errors, left as they are' "$program" fmt broken.clause
same broken.clause broken.before
expect 1 'broken.clause:2:9: error\[E0201\]' "$program" fmt --format short broken.clause
"$program" fmt - <first.clause >from_input.clause || fail "fmt of standard input"
same from_input.clause neat.clause
"$program" fmt - <broken.clause >nothing.clause 2>/dev/null && fail "fmt of broken input ends with 0"
[ -s nothing.clause ] && fail "broken input was printed"
expect 2 'leave out --json' "$program" fmt --json -
expect 1 '"file":"first.clause","is_canonical":false' "$program" fmt --check --json first.clause
"$program" fmt --check --json first.clause broken.clause neat.clause >out.json
python3 -c 'import json, sys; assert len(json.load(open(sys.argv[1]))) == 2' out.json || fail "two changes as JSON"
expect 3 'absent.clause' "$program" fmt absent.clause
expect 2 'which file' "$program" fmt

# ---- lint ---------------------------------------------------------------------------------------
# A comment that allows nothing goes with its line, or without it, wherever it stands.
printf '// allow L0701: nobody here\nmodule m;\nconst a : int = 1; \t // allow L0701: nor here\n// allow L0701: nor here' >nothing.clause
expect 0 '3 fixes made' "$program" lint --fix nothing.clause
printf 'module m;\nconst a : int = 1;\n' >nothing.wanted
same nothing.clause nothing.wanted

cat >doubt.clause <<'CLAUSE'
module doubt;
use std.energy;

contract Sale {
    parties { seller, buyer : party; }
    signatory seller, buyer;
    states { Open initial; Done final; }

    action close(late : bool) by any_party when Open {
        if late == true { unlock_all(); goto Done(); }
        unlock_all();
        goto Done();
    }
    after deployed + 24 h when Open -> Done { goto Done(); }
}
CLAUSE
cp doubt.clause before.clause
expect 1 'E0804' "$program" lint doubt.clause
sed -i 's/any_party when Open {/any_party when Open -> Done {/' doubt.clause
expect 1 '4 warnings' "$program" lint doubt.clause
expect 1 'doubt.clause:9:5: warning\[L0701\]' "$program" lint --format short doubt.clause
expect 1 '2 warnings' "$program" lint --group=money doubt.clause
expect 1 '2 warnings' "$program" lint --group=correctness,style doubt.clause
expect 0 '0 warnings' "$program" lint --group=time,gas doubt.clause
expect 2 'not `weather' "$program" lint --group=weather doubt.clause
expect 1 '3 fixes made' "$program" lint --fix doubt.clause
expect 1 '0 fixes made' "$program" lint --fix doubt.clause
expect 0 'no errors' "$program" check doubt.clause
grep -q 'unlock_all\|== true' doubt.clause && fail "not fixed"
sed -i 's|    action close|    // allow L0701: anybody may end it\n    action close|' doubt.clause
expect 0 '0 errors, 0 warnings' "$program" lint doubt.clause
# Fixes that would leave errors behind are not made at all.
printf 'module m;\nfunc f(a : bool) -> int { if a == true { return 1; } return x; }\n' >wrong.clause
printf 'module m;\ncurrency CNY : 2\nfunc f() -> int { return x; }\n' >>wrong.clause
cp wrong.clause wrong.before
expect 1 'E0202' "$program" lint --fix wrong.clause
same wrong.clause wrong.before
# Errors whose mending is mechanical are mended.
cp before.clause mended.clause
expect 1 '1 warning' "$program" lint --fix mended.clause
expect 0 'no errors' "$program" check mended.clause

# ---- forms --------------------------------------------------------------------------------------
expect 1 'before.clause:10:41: error\[E0804\]: the header' "$program" check --format short before.clause
expect 1 '^\[{"code":"E0804"' "$program" check --format json before.clause
expect 1 '"version":"2.1.0"' "$program" check --format sarif before.clause doubt.clause
expect 1 '"applicability":"sure"' "$program" build --format json before.clause
expect 1 '^\[{"code":"E0804"' "$program" test --json before.clause
expect 2 'not `xml`' "$program" check --format xml before.clause
esc=$(printf '\033')
expect 1 "$esc\[1;31merror" "$program" check --color=always before.clause
NO_COLOR=1 "$program" check before.clause 2>&1 | grep -q "$esc" && fail "colour"
printf 'module m;\nconst t : text<9> = "\033[31m" + x;\n' >escape.clause
"$program" check escape.clause 2>&1 | grep -q "$esc" && fail "escape"
for form in json sarif; do
    "$program" check --format $form before.clause doubt.clause escape.clause >out.json
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' out.json || fail "$form does not parse"
done

# ---- explain ------------------------------------------------------------------------------------
expect 0 'wrong:' "$program" explain RANGE
expect 0 'right:' "$program" explain V0204
expect 0 '"group":"money"' "$program" explain L0601 --json
expect 0 '"wrong":"module demo' "$program" explain E0503 --json

finish
