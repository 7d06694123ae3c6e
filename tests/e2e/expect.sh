# Tests of the program by its command line: what a test script sources first.
# Works in an empty folder of its own; a script ends with `finish`.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
passed=0
failed=0

pass() { passed=$((passed + 1)); }

# fail TEXT: one failure and what there was to see of it.
fail() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1" | head -40
}

# expect CODE PATTERN COMMAND...: exit code and a basic pattern in what it prints (both streams).
expect() {
    local code=$1 pattern=$2 out got
    shift 2
    out=$("$@" 2>&1 </dev/null)
    got=$?
    if [ "$got" -eq "$code" ] && grep -q -- "$pattern" <<<"$out"; then pass; else
        fail "$*
  exit $got, expected $code; expected to see: $pattern
$out"
    fi
}

# same A B: two files hold the same bytes.
same() {
    if cmp -s "$1" "$2"; then pass; else fail "$1 and $2 differ
$(diff "$1" "$2" | head -10)"; fi
}

# finish: the count, and a failure of the script when one thing failed.
finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}
