#!/usr/bin/env bash
# model: the paper's boards against their ceilings, in three formats.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

expect 0 model reference:pi4
golden model_pi4.txt out
awk 'length > 100 { exit 1 }' out || fail "a line is longer than 100 columns"
expect 0 model reference:pi3
golden model_pi3.txt out
expect 0 model reference:pi4 reference:pi3
(($(grep -c '^Cache-bound model' out) == 2)) || fail "two machines are not two models"
# The same machine twice is one machine.
expect 0 model reference:pi3 reference:pi3
(($(grep -c '^Cache-bound model' out) == 1)) || fail "one machine is modelled twice"

expect 0 model reference:pi4 --format json
is_json out
prints '"schema": *"cachebound/model/1"'
expect 0 model reference:pi4 --output m.csv
expect 0 model reference:pi4 --format csv
cmp -s m.csv out || fail "--output m.csv is not the CSV"
prints '^Raspberry Pi 4B,gemm,gemm_f32,tvm-tuned,f32,Cortex-A72,4,,512,512,512,'
(($(awk -F, 'NR > 1 { print NF }' out | sort -u | wc -l) == 1)) || fail "records differ in columns"

# Every operator has a predicted time, a binding limit and the shares of all limits.
expect 0 model reference:pi4 --format json
prints '"predicted_s": '
prints '"binding": "compute"'

# A cost file needs operators enough; without them the machine is not guessed.
expect 3 calibrate --results reference:pi4
one_line
says 'cannot determine'
expect 2 calibrate --results reference:pi4 --platform pulp-gvsoc
one_line
echo '{"schema": "cachebound/cost/1", "cores": []}' >broken.cost.json
expect 1 model reference:pi4 --cost broken.cost.json
one_line
says 'one object for each kind of core'

expect 0 model reference:pi3 --machine reference:pi4
prints '^WHAT IF: .* Raspberry Pi 4B$'
prints 'compute +47\.93 GFLOP/s'
prints 'time model on that machine'
grep -q '%!' out && fail "a what-if warns of a disagreement, but nothing was measured there"

expect 2 model
one_line
expect 1 model nothing.json
one_line
expect 3 model reference:lx2160a
one_line
says 'no operators'
expect 0 "${quick_peak[@]}" --output e.json
sed -i 's/"emulated": *false/"emulated": true/' e.json
expect 3 model e.json
one_line
says emulat
expect 3 model reference:pi4 --machine e.json
one_line
finish
