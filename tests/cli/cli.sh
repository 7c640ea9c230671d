# What the command-line tests share. $CACHEBOUND is the program; CB_UPDATE_GOLDEN=1 rewrites the
# golden outputs instead of comparing.
# shellcheck shell=bash
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export root # tests use it
[[ -x ${CACHEBOUND:-} ]] || {
    echo "CACHEBOUND does not name the program" >&2
    exit 77
}
CACHEBOUND=$(realpath "$CACHEBOUND")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
export TERM=dumb TMPDIR=$scratch/tmp
unset NO_COLOR CACHEBOUND_RESULTS CACHEBOUND_DATA
mkdir "$TMPDIR"

failed=0
checks=0

# A failure names what was run and what came.
fail() {
    echo "FAIL: $*" >&2
    [[ -n ${last:-} ]] && echo "  after: $last (exit $code)" >&2
    [[ -s $scratch/err ]] && sed 's/^/  stderr: /' "$scratch/err" | head -n 5 >&2
    failed=$((failed + 1))
}

# Runs cachebound; leaves $code and the files out and err.
run() {
    last="cachebound $*"
    "$CACHEBOUND" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    code=$?
}

# expect CODE ARGUMENTS...: runs and holds the exit code.
expect() {
    local wanted=$1
    shift
    run "$@"
    checks=$((checks + 1))
    ((code == wanted)) || fail "exit code $code, expected $wanted"
}

# Whether the last run's error (or output) has a line that matches.
says() {
    checks=$((checks + 1))
    grep -qE -- "$1" "$scratch/err" || fail "standard error has no line like '$1'"
}
prints() {
    checks=$((checks + 1))
    grep -qE -- "$1" "$scratch/out" || fail "standard output has no line like '$1'"
}

# A failed command explains itself in one line.
one_line() {
    checks=$((checks + 1))
    (($(grep -c 'error:' "$scratch/err") == 1)) || fail "expected one line with 'error:'"
}

# golden NAME FILE: compares with golden/NAME.
golden() {
    checks=$((checks + 1))
    if [[ -n ${CB_UPDATE_GOLDEN:-} ]]; then
        cp "$2" "$here/golden/$1"
    else
        diff -u "$here/golden/$1" "$2" >"$scratch/diff" ||
            fail "differs from tests/cli/golden/$1 (CB_UPDATE_GOLDEN=1 rewrites it): $(cat "$scratch/diff")"
    fi
}

# is_document FILE: a results document that the program itself, and Python, can read.
is_document() {
    checks=$((checks + 1))
    grep -q '"schema": *"cachebound/results/1"' "$1" || fail "$1 is no results document"
    is_json "$1"
}

is_json() {
    checks=$((checks + 1))
    if command -v python3 >/dev/null; then
        python3 -m json.tool "$1" >"$scratch/json" 2>"$scratch/json.err" ||
            fail "$1 is no JSON: $(head -n 1 "$scratch/json.err")"
    else
        "$CACHEBOUND" plot "$1" --output "$scratch/plots" >"$scratch/json" 2>&1
        case $? in 0 | 3) ;; *) fail "$1 cannot be read: $(head -n 1 "$scratch/json")" ;; esac
    fi
}

# Rows in a document.
rows_in() {
    grep -c '"family":' "$1"
}

finish() {
    if ((failed)); then
        echo "$failed of $checks checks failed" >&2
        exit 1
    fi
    echo "$checks checks"
}

# A kernel that every machine has, measured in no time.
quick_peak=(peak --kernel 'fma_f32_thr__scalar' --threads 1 --min-time 1ms)
quick_membw=(membw --kernel 'read__scalar' --block 4KiB --threads 1 --min-time 1ms)
export quick_peak quick_membw
