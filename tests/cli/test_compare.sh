#!/usr/bin/env bash
# compare: what became slower, exit code 5, and what cannot be compared.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

# A document with one row whose eleven samples lie around $1 microseconds.
document() {
    local t=$1
    cat <<JSON
{"schema": "cachebound/results/1", "context": {"tool": {"version": "0", "git_commit": null,
"git_dirty": null, "compiler": null, "flags": null, "argv": []}, "machine": {"name": "board",
"arch": "aarch64", "cpu_model": null, "isa": [], "cores": [], "caches": [], "ram_bytes": null,
"os": null}, "environment": {"started": null, "emulated": false, "governor": "$2"}, "libraries": {}},
"results": [{"family": "gemm", "kernel": "g", "variant": "tuned", "dtype": "f32", "isa": "neon",
"threads": 1, "params": {"m": 64, "n": 64, "k": 64}, "work": {"ops": 524288, "bytes_min": 49152},
"time_s": {"min": ${t}.0e-6, "median": ${t}.5e-6, "max": ${t}.9e-6, "mad": 1e-7, "ci_low": ${t}.4e-6,
"ci_high": ${t}.6e-6, "samples": [${t}.0e-6, ${t}.3e-6, ${t}.4e-6, ${t}.5e-6, ${t}.6e-6, ${t}.7e-6, ${t}.9e-6]},
"ops_per_s": $((524288000000 / (t * 1000 + 500)))000, "status": "ok", "reason": null}]}
JSON
}
document 100 performance >before.json
document 120 powersave >slow.json
document 101 performance >same.json

expect 0 compare before.json before.json
prints '^ 1\.000 .*tuned, 1 thread, m=64 n=64 k=64$'
prints '^1 rows compared: 0 slower, 0 faster; without a partner: 0 of A, 0 of B$'
prints 'nothing that is recorded'
expect 0 compare before.json same.json
expect 5 compare before.json slow.json
one_line
says '1 of 1 rows became significantly slower'
prints 'SLOWER'
prints 'governor: performance, powersave'
expect 0 compare slow.json before.json
prints 'faster'

expect 5 compare before.json slow.json --format json
is_json out
prints '"change": "slower"'
expect 5 compare before.json slow.json --output c.csv
[[ $(head -n 1 c.csv) == family,kernel,* ]] || fail "--output c.csv is no CSV"

# A published board beside: ratios without intervals are never a regression.
expect 0 compare reference:pi3 --against reference:pi4
prints 'no samples'
expect 0 compare reference:pi4 --against reference:pi4
prints '^ 1\.000'

expect 2 compare before.json
one_line
expect 2 compare before.json slow.json --against reference:pi4
one_line
expect 1 compare before.json nothing.json
says 'nothing\.json'
expect 3 compare before.json reference:pi5
says 'no row in common'
sed 's/"emulated": *false/"emulated": true/' before.json >emulated.json
expect 3 compare before.json emulated.json
one_line
says emulat
expect 0 compare emulated.json emulated.json
finish
