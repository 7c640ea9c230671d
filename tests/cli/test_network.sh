#!/usr/bin/env bash
# network: what it tells of the project's own networks, what it runs, and what it refuses.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

examples=$root/network/examples
cp "$examples/digits-mixed.onnx" mixed.onnx

run network mixed.onnx
if ((code == 3)); then
    says 'this build cannot read networks: it was made without [a-z]'
    one_line
    ((failed)) && finish
    echo "skipped: this build has no reader of networks"
    exit 77
fi

# What is in a network.
expect 0 network mixed.onnx
golden network_mixed.txt out
[[ -s err ]] && fail "says something on standard error"
awk 'length > 100 { exit 1 }' out || fail "the table is wider than 100 columns"
expect 0 network mixed.onnx --format csv
golden network_mixed.csv out
expect 0 network mixed.onnx --output mixed.json
is_json mixed.json
grep -q '"cachebound/network/1"' mixed.json || fail "no schema in the JSON form"
expect 0 network mixed.onnx --dot
golden network_mixed.dot out
if command -v dot >/dev/null; then
    dot -Tsvg out >/dev/null || fail "Graphviz cannot read the graph"
fi

# A run, on the made-up input and on one of zeros.
expect 0 network mixed.onnx --run
golden network_run.txt out
expect 0 network mixed.onnx --run --format json
is_json out
{
    printf '\223NUMPY\1\0\166\0'
    printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (28, 28), }"
    head -c $((28 * 28 * 4)) /dev/zero
} >zeros.npy
expect 0 network mixed.onnx --run --input zeros.npy
prints '^scores \(1x10\)$'
head -c 900 zeros.npy >cut.npy
expect 1 network mixed.onnx --run --input cut.npy
one_line
says 'cut\.npy: is cut off'
sed 's/(28, 28)/(28, 14)/' zeros.npy >half.npy
expect 1 network mixed.onnx --run --input half.npy
one_line
says 'half\.npy: has 392 elements; the network takes 1x1x28x28'

# Fingerprints: the same in every run, those of folded nodes too.
expect 0 network mixed.onnx --nodes
golden network_nodes.txt out
expect 0 network mixed.onnx --run --nodes --format json
is_json out
(($(grep -c sha256_16 out) == 24)) || fail "not every node has a fingerprint"

# Cachebound's own kernels: the same fingerprints where a node's output is whole in memory, the same
# digits recognized, and a document with a row for each layer.
expect 0 network mixed.onnx --nodes --backend kernels
grep -v 'in a layer' out >own.txt
(($(wc -l <own.txt) >= 15)) || fail "hardly a node has a fingerprint on kernels"
grep -vxFf "$here/golden/network_nodes.txt" own.txt && fail "a fingerprint differs on kernels"
expect 0 network mixed.onnx --run --backend kernels --quick --min-time 1ms --output layers.json -q
is_json layers.json
(($(grep -c '"family": "network"' layers.json) >= 8)) || fail "not a row for each layer"
grep -q '"left_to_executor"' layers.json || fail "layers of the executor are not marked"
grep -q '"status": "failed"' layers.json && fail "a layer differs from the executor"
expect 0 network mixed.onnx --run --backend kernels --quick --min-time 1ms --variant executor -q
prints '^ *- .* whole '
expect 0 network mixed.onnx --dataset "$root/tests/networks/digits" --backend kernels --format csv
prints '^mixed\.onnx,.*,100,97,'
expect 2 network mixed.onnx --backend kernels
says 'say what to do'
expect 2 network mixed.onnx --run --variant int8
says 'are for --backend kernels'
expect 2 network mixed.onnx --run --backend kernels --variant foo
says "'foo' is none of"
expect 2 network mixed.onnx --run --backend kernels --threads 2
says 'one thread'

# The model of layers: every layer at a microsecond, beside what was measured.
comma=
for class in int8 depthwise bitserial executor; do
    printf '%s{"class": "%s", "rows": 30, "cost_s": {"call": 1e-6}, "spread": 0}' "$comma" $class
    comma=,
done | sed 's/^/{"layers": [/; s/$/]}/' >cost.json
is_json cost.json
expect 0 estimate --platform host --network mixed.onnx --cost cost.json --against layers.json
prints '^estimated: [0-9.]+ us for the whole network$'
prints 'estimated / measured [0-9.]+$'
expect 0 estimate --platform host --network mixed.onnx --cost cost.json --format json
is_json out
expect 1 estimate --platform host --network "$examples/digits-8bit.onnx" --cost cost.json \
    --against layers.json
one_line
says 'was not measured in it'
expect 2 estimate --platform host --network mixed.onnx
says 'needs --network N.onnx and --cost'
echo '{}' >nothing.json
expect 1 estimate --platform host --network mixed.onnx --cost nothing.json
one_line
says 'has no layers of networks'
expect 0 network made-up:8 --run --backend kernels --quick --min-time 1ms -q --output made-up.json
if grep -q '"emulated": true' made-up.json; then
    expect 3 calibrate --results made-up.json --output own.json
else
    expect 0 calibrate --results made-up.json --output own.json
    says 'the time model is left out'
    says 'layers int8'
    expect 0 estimate --platform host --network "$examples/digits-8bit.onnx" --cost own.json
    prints '^estimated: [0-9.]+ us for the whole network$'
fi
expect 2 network made-up:0 --run --backend kernels
says 'expected a number from 1'
expect 0 network made-up:1 --run --backend kernels --quick --min-time 1ms -q --format csv
prints '^network,'

# A data set: IDX, and the same digits one by one.
expect 0 network mixed.onnx --dataset "$root/tests/networks/digits" --no-progress
prints ': [0-9]+ of 100 right'
expect 0 network mixed.onnx --dataset "$root/tests/networks/digits" --format json
is_json out
mkdir folder
cp zeros.npy folder/3-a.npy
cp zeros.npy folder/4-b.npy
expect 0 network mixed.onnx --dataset folder --format csv
prints '^mixed\.onnx,folder,2,[01],'
cp zeros.npy folder/zero.npy
expect 1 network mixed.onnx --dataset folder
one_line
says 'does not start with a label'
mkdir nothing
expect 2 network mixed.onnx --dataset nothing
one_line
expect 1 network mixed.onnx --dataset nowhere
one_line

# Wrong command lines.
expect 2 network
says 'name one ONNX or QONNX file'
expect 2 network mixed.onnx mixed.onnx
expect 2 network mixed.onnx --run --dot
says 'exclude each other'
expect 2 network mixed.onnx --input zeros.npy
says '--input is for --run'

# Files that are no networks.
: >empty.onnx
head -c 5000 mixed.onnx >cut.onnx
head -c 100000 /dev/zero >zeros.onnx
printf '{"schema": "cachebound/results/1"}' >document.onnx
truncate -s 1G huge.onnx
for bad in empty cut zeros document huge; do
    expect 1 network $bad.onnx
    one_line
    says "$bad\.onnx"
    [[ -s out ]] && fail "$bad.onnx: something was printed"
done
expect 1 network nothing.onnx
one_line
expect 1 network .
one_line
sed 's/Relu/Rolu/' mixed.onnx >unknown.onnx
expect 3 network unknown.onnx
one_line
says "node 'layer1\.relu' \(Rolu\): cachebound knows no such operator"
finish
