#!/bin/bash
# key: files of keys, their passwords and their backup in words, as users run them.
#   keys.sh WATTCLAUSE PYTHON
program=$1
python=$2
here=$(cd "$(dirname "$0")" && pwd)
. "$here/expect.sh"
umask 077
echo 'correct horse' >password
echo 'battery staple' >other
echo 'short' >short

# ---- new -------------------------------------------------------------------------------------------
expect 0 'public key  [0-9a-f]\{64\}$' "$program" key new a.key --passphrase-file password --words-file a.words
expect 3 'never overwritten' "$program" key new a.key --passphrase-file password --words-file b.words
[ -e b.words ] && fail "words of a key that was not made"
expect 3 'a.words: File exists' "$program" key new b.key --passphrase-file password --words-file a.words
[ -e b.key ] && fail "a key without its words"
expect 1 'at least 8 characters' "$program" key new b.key --passphrase-file short --words-file b.words
[ -e b.words ] && fail "words stay behind when the password is refused"
expect 2 'would land in a log' "$program" key new b.key --passphrase-file password
expect 2 'account, sequencer or witness' "$program" key new b.key --purpose wallet --passphrase-file password --words-file b.words
expect 2 'takes a verb and a file' "$program" key new
expect 2 'not `make`' "$program" key make b.key
[ "$(stat -c %a a.key a.words | tr '\n' ' ')" = "600 600 " ] || fail "a key or its words can be read by others"
[ "$(wc -w <a.words)" -eq 24 ] || fail "a backup of $(wc -w <a.words) words"

# ---- show, check -------------------------------------------------------------------------------------
expect 0 '"purpose": "account"' "$program" key show a.key --json
expect 0 'public key' "$program" key check a.key --passphrase-file password
expect 1 'the passphrase is wrong' "$program" key check a.key --passphrase-file other
expect 3 'No such file' "$program" key show missing.key
expect 1 'no key file' "$program" key show password
chmod 644 a.key
expect 3 'chmod 600' "$program" key check a.key --passphrase-file password
chmod 600 a.key
chmod 644 password
expect 3 'password' "$program" key check a.key --passphrase-file password
chmod 600 password
head -c 180 a.key >cut.key
expect 1 'no key file' "$program" key check cut.key --passphrase-file password
expect 2 'no terminal' setsid "$program" key check a.key

# ---- offer -------------------------------------------------------------------------------------------
account=wc1cj2wrxt7akhy3lvcdxamtzdy3wfzg3ck84fggpmha9yplmw8u37q2guaqs
genesis=7e5205d9d30a6936cd525ca7a6dcb8d9db2d4470fc0373a462e867234bc349d1
offer_of() { "$program" key offer "$1" --passphrase-file other --account $account --genesis $genesis "${@:2}"; }
offer() { "$program" key offer a.key --passphrase-file password --account $account --genesis $genesis "$@"; }
expect 0 '' offer --number 7 --signs action,readings --daily-limit 2:10000 -o a.offer
expect 0 '"signs": \["action", "readings"\]' cat a.offer
expect 0 '"daily_limit": {"asset": 2, "amount": 10000}' cat a.offer
expect 0 '"to_height": "never"' cat a.offer
expect 0 '"proof": "[0-9a-f]\{128\}"' cat a.offer
expect 2 'takes --number' offer
expect 2 'not `wallet`' offer --number 7 --signs wallet
expect 2 'ASSET:AMOUNT' offer --number 7 --daily-limit 100
expect 2 'above --from-height' offer --number 7 --from-height 9 --to-height 9
expect 2 'takes --account' "$program" key offer a.key --number 7 --genesis $genesis
expect 2 'takes --genesis' "$program" key offer a.key --number 7 --account $account --genesis 12
# What was offered is what a transaction says, and what is shown of it.
describe() { printf '{"chain": "test-x", "genesis_hash": "%s", "nonce": 0, "signers": ["%s"],
    "expires": "2026-12-31T00:00:00Z", "gas_limit": 1000000,
    "calls": [{"native": "key_add", "arguments": %s}]}' $genesis $account "$1"; }
describe "$(cat a.offer)" >offer.json
expect 0 '' "$program" tx build offer.json -o offer.tx
expect 0 '"amount": 10000' "$program" tx show offer.tx
describe "$(sed 's/"readings"/"reading"/' a.offer)" >wrong.json
expect 1 'key.signs is a list of action, deploy, create, native, readings' "$program" tx build wrong.json -o wrong.tx
describe "$(sed 's/"weight"/"wait"/' a.offer)" >wrong.json
expect 1 'key.wait is not known here' "$program" tx build wrong.json -o wrong.tx
describe "$(sed 's/"to_height": "never"/"to_height": 0/' a.offer)" >wrong.json
expect 1 'from_height and to_height are heights' "$program" tx build wrong.json -o wrong.tx

# Kinds of proposals have names there and back.
native() { printf '{"chain": "test-x", "genesis_hash": "%s", "nonce": 0, "signers": ["%s"],
    "expires": "2026-12-31T00:00:00Z", "gas_limit": 1000000,
    "calls": [{"native": "proposal_make", "arguments": {"kind": %s, "body": "00"}}]}' $genesis $account "$1"; }
native '"INCENTIVE"' >proposal.json
expect 0 '' "$program" tx build proposal.json -o proposal.tx
expect 0 '"kind": "INCENTIVE"' "$program" tx show proposal.tx
native 5 >number.json
expect 0 '' "$program" tx build number.json -o number.tx
same proposal.tx number.tx
native '"LOTTERY"' >wrong.json
expect 1 'kind needs a whole number' "$program" tx build wrong.json -o wrong.tx

# ---- recover -----------------------------------------------------------------------------------------
public_key() { "$program" key show "$1" --json | grep -oE '[0-9a-f]{64}'; }
expect 0 '' "$program" key recover again.key --words-file a.words --passphrase-file other
[ "$(public_key again.key)" = "$(public_key a.key)" ] || fail "recovered another key"
expect 0 '' "$program" key recover seq.key --words-file a.words --passphrase-file other --purpose sequencer
[ "$(public_key seq.key)" != "$(public_key a.key)" ] || fail "two purposes share a key"
expect 1 'the key of a sequencer signs records' offer_of seq.key --number 4
sed 's/^[a-z]*/abandn/' a.words >wrong.words
expect 1 'word 1 is not in the list of words; did you mean `abandon`' "$program" key recover x.key --words-file wrong.words --passphrase-file other
cut -d' ' -f1-23 a.words >few.words
expect 1 '12, 15, 18, 21 or 24 words' "$program" key recover x.key --words-file few.words --passphrase-file other
echo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo >check.words
expect 1 'their check does not fit' "$program" key recover x.key --words-file check.words --passphrase-file other
expect 2 'takes --words-file' "$program" key recover x.key --passphrase-file other
[ -e x.key ] && fail "a key file from wrong words"

# ---- password ----------------------------------------------------------------------------------------
expect 0 '' "$program" key passphrase a.key --passphrase-file password --new-passphrase-file other
expect 0 '' "$program" key check a.key --passphrase-file other
expect 1 'the passphrase is wrong' "$program" key check a.key --passphrase-file password
[ -e a.key.new ] && fail "a.key.new stays behind"

# ---- at a terminal -----------------------------------------------------------------------------------
"$python" "$here/keys_tty.py" "$program" && pass || fail "keys_tty.py"
finish
