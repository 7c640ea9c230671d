#!/usr/bin/env bash
# characterize from end to end, as short as it can be: document, plots, summary, and each stage
# behind it.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

short=(characterize --quick --threads 1 --min-time 100us)
export CACHEBOUND_RESULTS=$scratch/results
expect 0 "${short[@]}"
document=$(ls results/*/*.json)
is_document "$document"
for family in peak membw; do
    grep -q "\"family\": *\"$family\"" "$document" || fail "no rows of $family"
    checks=$((checks + 1))
done
says "results: .*/${document#results/}"
if grep -q '"emulated": *true' "$document"; then
    says emulated
    [[ -d ${document%.json} ]] && fail "an emulated run was plotted"
    finish
    exit
fi
prints 'peak'
prints 'L1 .*read'
prints 'ridge'
if command -v gnuplot >/dev/null; then
    ls "${document%.json}"/*.svg >/dev/null || fail "no pictures"
    says 'plots: '
fi
expect 0 plot latest --output again
ls again/*.gp >/dev/null || fail "plot latest draws nothing"

# One kernel of each kind is enough for the rest.
short+=(--kernel '*__scalar')

# Without gnuplot the package is named, and results are results.
mkdir bin
PATH=$scratch/bin expect 0 "${short[@]}" --output no.json
says 'gnuplot-nox'
ls no/*.gp >/dev/null || fail "without gnuplot there are no scripts"

expect 0 "${short[@]}" --no-plots -q --output quiet.json
[[ -s out || -s err ]] && fail "-q says something"
[[ -d quiet ]] && fail "--no-plots draws"
is_document quiet.json
finish
