#!/bin/bash
# The native tier as its users meet it: what runs compiled gives what is interpreted, and whatever is
# missing, damaged or unsafe leaves everything to the interpreter.
#   native.sh WATTCLAUSE ROOT
program=$1
root=$2
. "$root/tests/e2e/expect.sh"
export HOME=$work XDG_CACHE_HOME=$work/cache
umask 022

field() { sed -n "s/.*\"$1\":\"\\{0,1\\}\\([0-9a-f]*\\).*/\\1/p" "$2"; }
demo() { "$program" demo --data "$root/tests/data/citylearn2022" \
    --recompute "$root/tests/reference/recompute.py" --json "$@" </dev/null; }

# ---- the demo's day: same root, same gas; the ledger replays in both tiers
expect 0 "[0-9] modules compiled into objects, 0 were there, 0 declined" "$program" native build -o objects
count=$(find objects -name '*.so' | wc -l) # the standard contracts
[ "$count" -ge 10 ] && pass || fail "$count objects of the standard contracts"
expect 0 "0 modules compiled into objects, $count were there" "$program" native build --missing -o objects
expect 0 "cc [0-9]" "$program" native list -o objects
demo plain >plain.json 2>plain.err
demo compiled --native objects >compiled.json 2>compiled.err
expect 0 "native: 10 of 10 modules" cat compiled.err
expect 1 "" grep native plain.err
for name in state_root replay_root gas; do
    field $name plain.json >a
    field $name compiled.json >b
    [ -s a ] || fail "the demo shows no $name"
    same a b
done
expect 0 "identical" "$program" audit replay compiled
expect 0 "10 of 10 modules" "$program" audit replay compiled --native objects
expect 0 "identical" "$program" audit replay compiled --native objects
expect 0 "identical" "$program" audit replay plain --native objects

# ---- every test of the standard contracts and of the library, on compiled contracts
shopt -s globstar
tests=("$root"/contracts/**/*_test.clause "$root"/stdlib/*_test.clause)
expect 0 "0 declined" "$program" native build -o all "${tests[@]}"
"$program" test --native all --runs 20 --seed 7 "${tests[@]}" >with.txt 2>with.err || fail "$(cat with.txt)"
"$program" test --runs 20 --seed 7 "${tests[@]}" >without.txt 2>without.err
same with.txt without.txt
read -r found asked <<<"$(sed -n 's/.*native: \([0-9]*\) of \([0-9]*\) modules/\1 \2/p' with.err)"
[ "${found:-0}" -gt 0 ] && [ "$found" = "$asked" ] && pass || fail "$(cat with.err)"

# ---- a module file, and a test that fails, which is told alike
one=$root/contracts/bank/split.clause
expect 0 "" "$program" build "$one" -o split.wcb
expect 0 "1 module compiled" "$program" native build -o cut split.wcb
printf 'module broken_test;\ntest "no" { assert 1 == 2; }\n' >broken_test.clause
expect 4 "1 failed" "$program" test --native cut broken_test.clause

# ---- without a compiler, or with one that fails: a message of `native build`, nothing else changes
expect 3 "there is no C compiler" env PATH=/nonexistent "$program" native build -o none
expect 0 "native: [01] of 6 modules" env PATH=/nonexistent "$program" test --native auto "${tests[0]}"
mkdir bin refused
printf '#!/bin/sh\nexit 1\n' >bin/cc
chmod 755 bin/cc
expect 0 "the compiler gives up on it" env PATH="$work/bin:$PATH" "$program" native build -o refused "$one"
expect 0 "0 modules compiled into refused, 0 were there, 1 declined" \
    env PATH="$work/bin:$PATH" "$program" native build -o refused "$one"
[ -z "$(ls refused)" ] && pass || fail "a compiler that fails leaves files: $(ls refused)"

# ---- what must not be loaded: damaged files, those that others may change, other builds
expect 2 "no such folder" "$program" test --native nowhere "${tests[0]}"
run() { "$program" test "${tests[0]}" --native "$1" </dev/null; }
expect 0 "native: 1 of 6 modules" run objects
cp -r objects damaged
for file in damaged/*.so; do head -c 100 "$file" >x && cat x >"$file"; done
expect 0 "0 usable, 0 of other builds, $count refused" "$program" native list -o damaged
expect 0 "$count files of damaged are damaged" run damaged
expect 0 "native: 0 of 6 modules" run damaged
cp -r objects open
chmod 666 open/*.so
expect 0 "0 usable, 0 of other builds, $count refused" "$program" native list -o open
expect 0 "native: 0 of 6 modules" run open
cp -r objects shared
chmod 777 shared
expect 3 "others than the owner may read or write" "$program" native list -o shared
expect 0 "others may write to it; not used" run shared
expect 0 "native: 0 of 6 modules" run shared
cp -r objects swapped
first=$(ls swapped | head -1) second=$(ls swapped | tail -1)
cp "swapped/$first" x && mv x "swapped/$second"
expect 0 "$((count - 1)) usable, 0 of other builds, 1 refused" "$program" native list -o swapped
mkdir links
for file in objects/*.so; do ln -s "../$file" links; done
expect 0 "0 usable, 0 of other builds, $count refused" "$program" native list -o links
mkdir old
for file in objects/*.so; do
    cp "$file" "old/$(basename "$file" | sed 's/-................\.so/-0000000000000000.so/')"
done
expect 0 "0 usable, $count of other builds, 0 refused" "$program" native list -o old
expect 0 "native: 0 of 6 modules" run old
expect 0 "1 module compiled into old" "$program" native build --prune -o old "$one"
expect 0 "1 usable, 0 of other builds, 0 refused" "$program" native list -o old

# ---- the user's own folder
expect 0 "1 module compiled into $work/cache/wattclause/native" "$program" native build "$one"
expect 0 "1 usable" "$program" native list
expect 2 "takes .build" "$program" native
finish
