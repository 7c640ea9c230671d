#!/usr/bin/env bash
# Ctrl-C and its like: what was measured is kept, the exit code is 130, a line says where it is.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

# start FILE ARGUMENTS...: runs in the background until FILE holds at least two rows.
start() {
    local file=$1
    shift
    last="cachebound $*, interrupted"
    rm -f "$file"
    set -m # a job of its own, for which SIGINT is not ignored
    "$CACHEBOUND" "$@" >out 2>err </dev/null &
    pid=$!
    set +m
    for ((i = 0; i < 600; i++)); do
        [[ -f $file ]] && (($(rows_in "$file") >= 2)) && return
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    fail "no rows came: $(cat err)"
}

# stop SIGNAL FILE: ends it, holds what is left.
stop() {
    kill "-$1" "$pid"
    wait "$pid"
    code=$?
    ((code == 130)) || fail "exit code $code after SIG$1, expected 130"
    is_document "$2"
    (($(rows_in "$2") >= 2)) || fail "rows were lost"
    says "interrupted; the [0-9]+ results measured until then are in $2\$"
    grep -q 'error:' err && fail "an interruption is called an error"
    ls .*.tmp >/dev/null 2>&1 && fail "a temporary file is left"
    checks=$((checks + 5))
}

slow=(--threads 1 --min-time 10ms)
start peak.json peak "${slow[@]}" --latency --output peak.json
stop INT peak.json
start membw.json membw --pattern read,write "${slow[@]}" --output membw.json
stop INT membw.json
start term.json membw --pattern read,write "${slow[@]}" --output term.json
stop TERM term.json

export CACHEBOUND_RESULTS=$scratch/results
set -m
"$CACHEBOUND" characterize "${slow[@]}" >out 2>err </dev/null &
pid=$!
set +m
last="cachebound characterize, interrupted"
for ((i = 0; i < 600; i++)); do
    file=$(ls results/*/*.json 2>/dev/null) && (($(rows_in "$file") >= 2)) && break
    sleep 0.05
done
stop INT "$CACHEBOUND_RESULTS/${file#results/}"
ls results/*/*.json >/dev/null || fail "characterize left no document"

# The partial document is as good as any other to the next stage.
run plot membw.json --output plots
((code == 0 || code == 3)) || fail "plot does not take a partial document: exit code $code"

# Before anything was measured there is nothing to keep, and no empty file is left.
set -m
"$CACHEBOUND" membw --kernel read__scalar --block 64MiB --threads 1 --min-time 20 \
    --output none.json >out 2>err </dev/null &
pid=$!
set +m
for ((i = 0; i < 200; i++)); do
    [[ -f none.json ]] && break
    sleep 0.05
done
sleep 0.3
kill -INT "$pid"
wait "$pid"
code=$? last="cachebound membw, interrupted at once"
((code == 130)) || fail "exit code $code, expected 130"
if [[ -f none.json ]]; then
    is_document none.json
    (($(rows_in none.json) > 0)) || fail "an empty document is left"
fi
says interrupted

# Without a file, standard output gets what there is.
set -m
"$CACHEBOUND" peak --latency "${slow[@]}" --format json -v >out 2>err </dev/null &
pid=$!
set +m
last="cachebound peak --format json, interrupted"
for ((i = 0; i < 600; i++)); do
    (($(grep -c ': ok' err) >= 2)) && break
    sleep 0.05
done
kill -INT "$pid"
wait "$pid"
code=$?
((code == 130)) || fail "exit code $code, expected 130"
is_document out
says 'printed to standard output'
finish
