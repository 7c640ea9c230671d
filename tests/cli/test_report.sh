#!/usr/bin/env bash
# report: one page with the documents inside; used by a headless browser where there is one.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

command -v python3 >/dev/null || {
    echo "python3 is not here to read the page"
    exit 77
}
page() {
    checks=$((checks + 1))
    python3 "$here/report_page.py" "$@" 2>page.err || fail "$1 $2: $(tail -n 1 page.err)"
}

pi4=$root/results/reference/pi4.json
pi3=$root/results/reference/pi3.json
expect 0 report "$pi4" --output pi4.html
[[ -s out || -s err ]] && fail "a report that goes to a file says something"
page structure pi4.html "$pi4"
expect 0 report "$pi4"
cmp -s out pi4.html || fail "--output writes something else than standard output has"
expect 0 report "$pi4" "$pi3" -o both.html
page structure both.html "$pi4" "$pi3"
grep -q 'class="verdict"><b>Raspberry Pi 4B:</b> .*bounds the operators' pi4.html ||
    fail "the page does not say what bounds the machine"

# What was measured, beside what was published.
expect 0 "${quick_peak[@]}" --output measured.json
expect 0 report measured.json reference:lx2160a -o measured.html
page structure measured.html measured.json "$root/results/reference/lx2160a.json"

# Texts of a document are data.
page hostile "$pi4" hostile.json
expect 0 report hostile.json -o hostile.html
page structure hostile.html hostile.json

# Each kind of core has its own view.
page kinds "$pi4" kinds.json
expect 0 report kinds.json -o kinds.html
(($(grep -c 'class="verdict"' kinds.html) == 2)) || fail "two kinds of cores are not two verdicts"

# Operators that tell no more than the schema asks for.
page bare "$pi4" bare.json
expect 0 report bare.json -o bare.html

# An emulated document has no figures to show.
sed 's/"emulated": *false/"emulated": true/' "$pi4" >emulated.json
expect 0 report emulated.json -o emulated.html
page structure emulated.html emulated.json
grep -q 'class="verdict emulated"' emulated.html || fail "the page does not say that it is emulated"
grep -q '"rooflines"' emulated.html && fail "an emulated document was modelled"

expect 2 report
one_line
expect 1 report nothing.json -o nothing.html
one_line
[[ -e nothing.html ]] && fail "a document that is not there left a page"
: >file
expect 1 report "$pi4" -o file/page.html
one_line

browser=
for name in chromium chromium-browser google-chrome; do
    [[ -z $browser ]] && browser=$(command -v "$name")
done
if [[ -z $browser ]]; then
    echo "no Chromium here: the pages were read but not opened"
    finish
    exit
fi
# Opens a page with the probe in it; what the page then is goes to NAME.dom.
open_page() {
    page probed "$1.html" "$here/report_probe.js" "$1-probed.html"
    HOME=$scratch timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$scratch/browser" --enable-logging=stderr --virtual-time-budget=5000 \
        --dump-dom "file://$scratch/$1-probed.html" >"$1.dom" 2>"$1.log" ||
        fail "$browser does not open $1.html: $(tail -n 1 "$1.log")"
    checks=$((checks + 1))
    grep -q ':CONSOLE' "$1.log" && fail "$1.html: $(grep -m 1 ':CONSOLE' "$1.log")"
}
open_page pi4
page seen pi4.dom "$pi4"
open_page hostile
page seen hostile.dom hostile.json
grep -q 'window.hostile' hostile.dom || fail "the hostile texts are not on the page"
open_page kinds
page split kinds.dom kinds.json
for name in bare measured; do
    open_page $name
    page drawn $name.dom
done
open_page emulated
page emulated emulated.dom
finish
