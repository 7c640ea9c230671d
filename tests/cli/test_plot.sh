#!/usr/bin/env bash
# plot: published boards, and documents that are none.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

run plot reference:pi4 --output plots
if command -v gnuplot >/dev/null; then
    ((code == 0)) || fail "exit code $code, expected 0"
    ls plots/*.svg plots/*.png >/dev/null || fail "no pictures"
else
    ((code == 3)) || fail "exit code $code, expected 3 without gnuplot"
    says 'gnuplot-nox'
fi
ls plots/*.gp plots/*.dat >/dev/null || fail "no scripts or no data"
grep -q C11 plots/conv_bounds_f32_t4.dat || fail "nothing is said of ResNet-18's layers on a Pi 4"

expect 1 plot nothing.json
one_line
says 'nothing\.json'
printf '{"schema": "cachebound/results/1", ' >cut.json
printf '[1, 2]' >array.json
printf '{"schema": "cachebound/results/9", "context": {}, "results": []}' >new.json
printf '\377\376' >binary.json
: >empty.json
for bad in cut array new binary empty; do
    expect 1 plot $bad.json --output bad
    one_line
    says "$bad\.json"
    [[ -e bad ]] && fail "$bad.json left a folder of plots"
done
expect 1 plot "$scratch"
one_line
expect 2 plot reference:nonsense
says 'there are: '
expect 1 plot latest
says 'characterize'
: >file
expect 1 plot reference:pi4 --output file/plots
one_line

# An emulated document is no measurement.
expect 0 "${quick_peak[@]}" --output e.json
sed -i 's/"emulated": *false/"emulated": true/' e.json
expect 3 plot e.json --output emulated
one_line
says emulat
finish
