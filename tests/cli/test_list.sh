#!/usr/bin/env bash
# list: every kernel, in three formats, and which can run under a cap.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

expect 0 list
cp out table
prints '^family +kernel +isa'
prints '^membw +read__scalar +scalar +read .* yes$'
grep -q '(null)' out && fail "a kernel has no kind"
prints '^peak +fma_f32_thr__scalar +scalar +throughput +f32 +yes$'
expect 0 list --format csv
prints '^family,kernel,isa,what,type,runs_here,reason$'
(($(wc -l <out) == $(wc -l <table))) || fail "csv and table list different numbers of kernels"
expect 0 list --format json
is_json out
(($(grep -c '"kernel":' out) + 1 == $(wc -l <table))) || fail "json and table differ in number"
expect 0 list --output list.csv
expect 0 list --format csv
cmp -s list.csv out || fail "--output list.csv is not the CSV list"

expect 0 list --isa scalar
grep -v '^family' out | grep -v '__scalar ' | grep -q ' yes$' && fail "a kernel above --isa scalar runs"
prints 'no: above --isa scalar$'
expect 0 peak --list
grep -q '^membw' out && fail "peak --list lists bandwidth kernels"
expect 0 membw --list --kernel 'write*'
grep -v '^family' out | grep -qv 'write' && fail "membw --list --kernel 'write*' lists others"
finish
