#!/usr/bin/env bash
# Colour and the progress bar: on a terminal that wants them, and nowhere else.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

escape=$'\033'
has_escapes() { grep -q "$escape" "$1"; }

expect 2 --frobnicate
has_escapes err && fail "an error in a file has colour"
expect 2 --frobnicate --color always
has_escapes err || fail "--color always has none"
NO_COLOR=1 run --frobnicate --color=always
has_escapes err || fail "--color always does not win over NO_COLOR"
expect 0 "${quick_peak[@]}"
has_escapes err && fail "a progress bar in a file"
expect 0 machine
has_escapes out && fail "colour in a file"

script=$(command -v script) || {
    echo "script (util-linux) is not installed: no terminal to test with"
    finish
    exit
}
"$script" -qec true /dev/null >/dev/null 2>&1 </dev/null || {
    echo "script cannot make a pseudo-terminal here (is /dev/pts mounted?): nothing to test with"
    finish
    exit
}
# On a pseudo-terminal, with the given environment.
on_terminal() {
    local settings=$1
    shift
    last="$settings cachebound $* on a terminal"
    env TERM=xterm "$settings" "$script" -qec "$CACHEBOUND $*" /dev/null >out 2>&1 </dev/null
    code=$?
}

on_terminal A=b --frobnicate
has_escapes out || fail "no colour on a terminal"
grep -q 'error:' out || fail "the word is missing: colour may not carry meaning alone"
for quiet in NO_COLOR=1 TERM=dumb; do
    on_terminal $quiet --frobnicate
    has_escapes out && fail "colour in spite of $quiet"
done
on_terminal A=b --frobnicate --color never
has_escapes out && fail "colour in spite of --color never"

measure=(peak --kernel "'*f32*'" --threads 1 --min-time 1ms)
on_terminal A=b "${measure[@]}"
grep -qE 'peak +\[#* *\] [0-9]+/[0-9]+' out || fail "no progress bar on a terminal"
grep -q "${escape}\[K" out || fail "the bar is not taken away"
on_terminal A=b "${measure[@]}" --no-progress
grep -q '\[#* *\]' out && fail "a bar in spite of --no-progress"
on_terminal TERM=dumb "${measure[@]}"
grep -q '\[#* *\]' out && fail "a bar in spite of TERM=dumb"
on_terminal A=b "${measure[@]}" -q
grep -q '\[#* *\]' out && fail "a bar in spite of -q"
on_terminal NO_COLOR=1 "${measure[@]}"
grep -qE "${escape}\[[0-9;]*m" out && fail "a coloured bar in spite of NO_COLOR"
checks=$((checks + 14))
finish
