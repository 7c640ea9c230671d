#!/usr/bin/env bash
# Where results go: formats, files, and what happens when they cannot be written. Nothing measured is
# lost.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

# ---- formats ----
expect 0 "${quick_peak[@]}"
prints 'fma_f32_thr__scalar'
expect 0 "${quick_peak[@]}" --format json
is_document out
expect 0 "${quick_membw[@]}" --format json
is_document out
expect 0 "${quick_peak[@]}" --format csv
(($(wc -l <out) >= 2)) || fail "the CSV has no rows"
expect 0 "${quick_membw[@]}" --format csv
(($(wc -l <out) >= 2)) || fail "the CSV has no rows"

expect 0 "${quick_peak[@]}" --output a.json
is_document a.json
prints 'fma_f32_thr__scalar' # the table, still
says 'results: a\.json'
expect 0 "${quick_peak[@]}" --output a.csv
head -n 1 a.csv | grep -q ',' || fail "a.csv is no CSV"
expect 0 "${quick_peak[@]}" --output a.txt
grep -q '^{' a.txt && fail "a.txt is JSON, not a table"
expect 0 "${quick_peak[@]}" --output a.txt --format json
is_document a.txt
expect 0 "${quick_peak[@]}" -q --output new/folder/a.json
is_document new/folder/a.json
[[ -s out || -s err ]] && fail "-q --output says something"
ls new/folder/.*.tmp >/dev/null 2>&1 && fail "a temporary file is left"

# ---- what cannot be written ----
expect 2 "${quick_peak[@]}" --output "$scratch"
one_line
says 'it is a folder'
expect 1 "${quick_peak[@]}" --output a.json/b.json
one_line
says 'a\.json/b\.json'
expect 1 "${quick_peak[@]}" --output /proc/cachebound.json
one_line
says '/proc/cachebound\.json'
expect 1 machine --output /proc/cachebound.json
one_line

if [[ -w /dev/full ]]; then
    expect 1 "${quick_peak[@]}" --output /dev/full
    says '/dev/full'
    kept=$(ls "$TMPDIR"/cachebound-*.json)
    says "the results are kept in $kept"
    is_document "$kept"
    (($(rows_in "$kept") == 1)) || fail "$kept does not hold the row"
    [[ -c /dev/full ]] || fail "/dev/full is no device any more"
    rm -f "$TMPDIR"/*

    for arguments in --help --version man list machine 'completions bash'; do
        # shellcheck disable=SC2086
        "$CACHEBOUND" $arguments >/dev/full 2>err
        code=$? last="cachebound $arguments >/dev/full"
        ((code == 1)) || fail "exit code $code, expected 1"
        says 'standard output: cannot be written: No space left on device'
    done
    "$CACHEBOUND" "${quick_peak[@]}" >/dev/full 2>err
    code=$? last="cachebound ${quick_peak[*]} >/dev/full"
    ((code == 1)) || fail "exit code $code, expected 1"
    is_document "$TMPDIR"/cachebound-*.json
    says 'the results are in .*/cachebound-'
    rm -f "$TMPDIR"/*
    "$CACHEBOUND" "${quick_peak[@]}" --output b.json >/dev/full 2>err
    code=$? last="cachebound ${quick_peak[*]} --output b.json >/dev/full"
    ((code == 1)) || fail "exit code $code, expected 1"
    says 'the results are in b\.json'
    is_document b.json
fi

# A closed standard output is not the first file that we open.
"$CACHEBOUND" "${quick_peak[@]}" --output c.json >&- 2>err
code=$? last="cachebound ${quick_peak[*]} --output c.json >&-"
((code == 1)) || fail "exit code $code, expected 1"
is_document c.json
"$CACHEBOUND" list >&- 2>err
code=$? last="cachebound list >&-"
((code == 1)) || fail "exit code $code, expected 1"

# A reader that has enough is no error worth a word.
"$CACHEBOUND" list 2>err | head -n 1 >out
[[ -s err ]] && fail "list | head complains"

# The file system becomes full in the middle: a limit on the size of files stands for it.
(
    trap '' XFSZ
    ulimit -f 1
    exec "$CACHEBOUND" peak --kernel '*__scalar' --latency --threads 1 --min-time 20ms \
        --output d.json >out 2>err
)
code=$? last="peak --output d.json with a full disk"
((code == 1)) || fail "exit code $code, expected 1"
one_line
says 'd\.json'
[[ -e d.json ]] && is_document d.json
finish
