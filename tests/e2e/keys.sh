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

# ---- recover -----------------------------------------------------------------------------------------
public_key() { "$program" key show "$1" --json | grep -oE '[0-9a-f]{64}'; }
expect 0 '' "$program" key recover again.key --words-file a.words --passphrase-file other
[ "$(public_key again.key)" = "$(public_key a.key)" ] || fail "recovered another key"
expect 0 '' "$program" key recover seq.key --words-file a.words --passphrase-file other --purpose sequencer
[ "$(public_key seq.key)" != "$(public_key a.key)" ] || fail "two purposes share a key"
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
