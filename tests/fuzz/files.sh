# fuzz_clause FILE: a program that was written down runs again; what is none says so.
# usage: files.sh FUZZ_CLAUSE EXPECT.sh SOURCES
fuzz=$1
sources=$3
. "$2"

expect 3 'missing.clause: cannot be read' "$fuzz" missing.clause
expect 3 'cannot be read\|not a file' "$fuzz" . 7
expect 2 'usage: fuzz_clause' "$fuzz" missing.clause seven
expect 1 'each contract has an action .stop.' "$fuzz" "$sources/contracts/ppa/ppa.clause"
expect 1 'has one or two contracts' "$fuzz" "$sources/stdlib/energy.clause" 7
printf 'module demo;\ncontract C {' >broken.clause
expect 1 'broken.clause: .*is missing' "$fuzz" broken.clause 7
: >empty.clause
expect 1 'empty.clause: ' "$fuzz" empty.clause

# Seed 2 is one contract; 32 has two, and a next version.
"$fuzz" --show 2 >two.clause
expect 0 'two.clause: both agree' "$fuzz" two.clause 2
"$fuzz" --show 32 >first.clause
"$fuzz" --show 32 next >next.clause
grep -q 'upgrade 2 {' next.clause && pass || fail "seed 32 has a next version"
expect 0 'first.clause: both agree' "$fuzz" first.clause 32
expect 0 'first.clause: both agree' "$fuzz" first.clause 32 next.clause
sed 's/upgrade 2 {/upgrade 3 {/' next.clause >later.clause
expect 1 'later.clause: version 3 does not follow version 1' "$fuzz" first.clause 32 later.clause
expect 3 'missing.clause: cannot be read' "$fuzz" first.clause 32 missing.clause
finish
