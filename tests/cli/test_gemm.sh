#!/usr/bin/env bash
# gemm: rows of every implementation, shapes from words and files, the tuner and its log.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

quick=(gemm --quick --min-time 1ms --threads 1 --no-progress)

# ---- rows ----
expect 0 "${quick[@]}" --size 24 --format json
is_json out
for variant in naive reordered blocked onereadpermac tuned openblas blis onednn libxsmm; do
    prints "\"variant\": \"$variant\""
done
prints '"family": "gemm"'
prints '"against": "float64, all"'
prints '"trans": "nn"'
prints '"peak_share": [0-9.e-]+'
prints '"order": "(jpi|ipj)"'
prints '"time_s_reason": "the call packs nothing"'
prints '"bytes_min": 6912'
prints '"ops": 27648'
grep -q '"status": "failed"' out && fail "an implementation is wrong"

expect 0 "${quick[@]}" --shape 5x7x3,1x1x1 --variant naive,tuned --transpose nn,tt --format csv
(($(grep -c '^gemm,' out) == 8)) || fail "2 shapes x 2 variants x 2 transposes are not 8 rows"
prints 'skipped,it is written for operands that lie as they are'
expect 0 "${quick[@]}" --size 24 --variant tuned --transpose tt --format csv
head -n 1 out | grep -q 'packing.time_s' || fail "rows do not say what packing took"
expect 0 "${quick[@]}" --size 16 --variant tuned --dtype f64 --format json
prints '"dtype": "f64"'
expect 0 "${quick[@]}" --shape 0x8x8,8x0x8,8x8x0 --variant naive,tuned --format csv
grep -q ',failed,' out && fail "an empty product is wrong"

# ---- shapes ----
printf '# comment\n\nodd 3 4 5 # behind\n' >shapes.txt
expect 0 "${quick[@]}" --shapes shapes.txt --variant naive --format json
prints '"shape": "odd"'
echo 'broken 3 4' >broken.txt
expect 1 "${quick[@]}" --shapes broken.txt
says 'broken.txt:1: expected NAME M N K, found .nothing.'
expect 1 "${quick[@]}" --shapes nowhere
says 'nowhere: no such file, and cachebound brings no shapes/nowhere.txt'
CACHEBOUND_DATA=$root/bench/gemm expect 0 "${quick[@]}" --shapes gemv --shape 2x2x2 --variant tuned --kernel 'none*'

# ---- words ----
expect 2 "${quick[@]}" --size 12x
says "error: --size: "
expect 2 "${quick[@]}" --shape 12x13
says "error: --shape: '12x13' is not MxNxK, like 512x64x16"
expect 2 "${quick[@]}" --variant fast
says "error: --variant: 'fast' is none of naive,reordered,blocked,onereadpermac,tuned,openblas"
expect 2 "${quick[@]}" --transpose nx
expect 2 "${quick[@]}" --dtype f31
says "error: --dtype: 'f31' is none of f32,f64,f16,bf16"
expect 2 "${quick[@]}" --size 8 --search random
says 'error: --search: says how to tune; add --tune'

# ---- memory ----
expect 0 "${quick[@]}" --size 1000000 --variant tuned --format csv
prints 'skipped,.*do not fit into'

# ---- tuner ----
export CACHEBOUND_RESULTS=$scratch/results
expect 0 "${quick[@]}" --size 20 --tune --format json
prints '"origin": "tuned"'
prints '"kind": "guided"'
prints '"bandwidths": "the tuner"'
log=$(find results -name gemm-tuned.jsonl)
is_json <(head -n 1 "$log")
grep -q '"search":"guided"' "$log" || fail "the log does not say how it was searched"
lines=$(wc -l <"$log")
expect 0 "${quick[@]}" --size 20 --variant tuned --format json
prints '"origin": "tuned"'
(($(wc -l <"$log") == lines)) || fail "a run without --tune wrote to the log"
expect 0 "${quick[@]}" --size 21 --variant tuned --format json
prints '"origin": "default"'
expect 0 membw --quick --min-time 1ms --threads 1 --no-progress --pattern read --format json --output here.json
expect 0 "${quick[@]}" --size 22 --tune --results here.json --format json
prints '"bandwidths": "here.json"'
says 'bandwidths for the prediction: here.json'
expect 2 "${quick[@]}" --size 22 --tune --results reference:pi4
says '--results: reference:pi4 is of another machine'
expect 0 peak --quick --min-time 1ms --threads 1 --no-progress --dtype f32 --format json --output peak.json
expect 2 "${quick[@]}" --size 22 --tune --results peak.json
says 'peak.json holds no bandwidths of reading'
expect 2 "${quick[@]}" --size 22 --results here.json
says 'error: --results: says how to tune; add --tune'
sed 's/"machine":"[^"]*"/"machine":"elsewhere"/' "$log" >other.jsonl
expect 2 "${quick[@]}" --size 20 --variant tuned --log other.jsonl
says "other.jsonl:1: this log is of the machine 'elsewhere'"
echo '{"time_s": 1}' >bad.jsonl
expect 1 "${quick[@]}" --size 20 --variant tuned --log bad.jsonl
says 'bad.jsonl:1: expected a line of the tuner.s log'

# ---- list ----
expect 0 gemm --list
prints '^gemm +gemm_f32_4x4__scalar +scalar +micro +f32 +yes$'
prints '^gemm +openblas +- +library'
grep -q '^peak' out && fail "gemm --list lists peak kernels"
finish
