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
expect 2 'does not go with' "$program" audit bundle ledger --threads 2 -o x
expect 2 'does not go with' "$program" audit replay ledger --to 3
expect 3 'nowhere' "$program" audit bundle nowhere -o x
expect 3 'nowhere' "$program" audit replay nowhere

# ---- what is wrong with a file ----------------------------------------------------------------------
head -c 100000 whole.wcbundle >cut.wcbundle
expect 1 'is damaged' "$program" audit replay cut.wcbundle
echo letter >letter.txt
expect 3 'neither a ledger folder nor a bundle' "$program" audit replay letter.txt
printf 'WCBUNDLE\0\2\0' >newer.wcbundle
expect 7 'does not know' "$program" audit replay newer.wcbundle

finish
