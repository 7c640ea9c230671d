#!/usr/bin/env bash
# summary: a machine in some twenty lines, from a document alone.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

expect 0 summary reference:pi4
golden summary_pi4.txt out
awk 'length > 100 { exit 1 }' out || fail "a line is longer than 100 columns"
grep -q 'read -  write -  copy -' out && fail "a line has no figure at all"
expect 0 summary reference:pi4 --output pi4.txt
[[ -s out ]] && fail "a summary that goes to a file is printed"
cmp -s pi4.txt "$here/golden/summary_pi4.txt" || fail "the file holds something else"

# More than one document: each under its name.
expect 0 summary reference:pi3 reference:pi4
(($(grep -c '^reference:pi[34]$' out) == 2)) || fail "two machines are not told apart"

# What was just measured says as much afterwards.
expect 0 "${quick_peak[@]}" --output measured.json
expect 0 summary measured.json
prints 'peak arithmetic'
prints 'bandwidth: not measured'

expect 2 summary
one_line
expect 1 summary nothing.json
one_line
says 'nothing\.json'
finish
