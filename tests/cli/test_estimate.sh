#!/usr/bin/env bash
# estimate and calibrate: what they tell of networks and platforms, and what they refuse.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

examples=$root/network/examples
platform=$root/models/accel/platforms/pulp-gvsoc.yaml

cat >small.impl.yaml <<'YAML'
Conv_0:
  type: Conv
  input_shape: [24, 16, 16]
  input_bitwidth: 8
  weight_shape: [48, 24, 1, 1]
  weight_bitwidth: 8
  bias_bitwidth: 32
  output_shape: [48, 16, 16]
  output_bitwidth: 32
Relu_0: {implementation: comparator}
Quant_0: {implementation: thresholds, output_bitwidth: 4, channel-wise: true}
Conv_1:
  implementation: LUT
  input_shape: [48, 16, 16]
  input_bitwidth: 4
  weight_shape: [48, 48, 1, 1]
  weight_bitwidth: 4
  output_shape: [48, 16, 16]
  output_bitwidth: 32
Quant_1: {output_bitwidth: 4}
YAML

run estimate --platform pulp-gvsoc --impl small.impl.yaml
if ((code == 3)); then
    says 'this build cannot read YAML: it was made without libyaml-dev'
    one_line
    echo "skipped: this build reads no YAML"
    finish
    exit 77
fi
((code == 0)) || fail "exit code $code for a file with shapes"
prints '^  Conv_0 +im2col x8w8 +48x16x16 +13632 '
prints '^  Conv_1 +lut x4w4 '
prints 'cycles \+- [0-9]+; at most [0-9]+ .*played through: [0-9]+\)$'
awk 'length > 100 && !/^cycles:/ { exit 1 }' out || fail "the table is wider than 100 columns"
[[ -s err ]] && fail "says something on standard error"

# The other forms.
expect 0 estimate --platform "$platform" --impl small.impl.yaml --output e.json
is_json e.json
grep -q '"cachebound/estimate/1"' e.json || fail "no schema in the JSON form"
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --format csv
prints '^Conv_0,294912,0,'
prints '^Conv_1,0,589824,'
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --dot
prints '^digraph'
prints 'Conv_0.nim2col: 294912 MACs, 0 look-ups, '
prints 'Quant_0.nthresholds: '
prints '^  r0 -> q0 '
prints '^  q1 -> output '
if command -v dot >/dev/null; then
    dot -Tsvg out >/dev/null || fail "Graphviz cannot read the graph"
fi
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --explain
prints 'conv8.step: 4 channels x 2 pixels x 4 products'
prints 'guard of [0-9.]+ %'
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --tiler fastest
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --set cores=2,l2=200k
prints ', 2 cores, .* L2 204800 \(84800\)$'

# The terms of a layer add up to its cycles.
jq -e '[.layers[] | ([.terms[] | .count * .cycles_of_one] | add) + .time.stall_cycles + .time.l3_cycles
    - .time.cycles | fabs] | max < 1' e.json >/dev/null 2>&1 ||
    ! command -v jq >/dev/null || fail "terms and cycles of a layer differ"

# Deadlines.
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --deadline 1s
prints '^deadline 1[.0]* s: met'
(($(grep -c '^deadline' out) == 1)) || fail "more than one verdict"
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --deadline 10us
prints '^deadline 10[.0]* us: missed'
prints 'to change: Conv_1'
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --deadline 'Conv_*=1s,Conv_0=1us,2s'
prints '^deadline 2[.0]* s: met'
prints '^  to change: Conv_0, deadline 1[.0]* us missed: bound '
prints '^deadlines of layers: 1 of 2 met by the bound$'
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --deadline Conv_0=1us --format json
is_json out
prints '"verdict": "missed"'
prints '"begin_cycles": 0'
expect 2 estimate --platform pulp-gvsoc --impl small.impl.yaml --deadline Conv_7=1us
says "no layer is called 'Conv_7'"
expect 2 estimate --platform pulp-gvsoc --impl small.impl.yaml --deadline 1ms,2ms
expect 2 estimate --platform pulp-gvsoc --impl small.impl.yaml --deadline 0

# Sweeps: every combination, the same on every run, and what stops a layer said of the layer.
sweep=(estimate --platform pulp-gvsoc --impl small.impl.yaml --sweep 'cores=2,4,8')
expect 0 "${sweep[@]}" --sweep l2=200k,512k
prints '; 6 points, [0-9]+ on the Pareto front'
prints '^  \*? +cores=2 l2=200k +[0-9]+ '
prints '^cores 4 -> 8: 0\.[0-9]+ times the cycles'
expect 0 "${sweep[@]}" --sweep l2=200k,512k --deadline 20ms
prints '^deadline 20[.0]* ms: the bound of [0-9] of 6 points meets it; with the least memory cores=[248] l2=200k'
prints '^l2 200k -> 512k: the same cycles; every layer is tiled as before$'
expect 0 "${sweep[@]}" --sweep l1=40k..64k+1k --threads 1 --format csv --output one.csv
expect 0 "${sweep[@]}" --sweep l1=40k..64k+1k --format csv --output all.csv
cmp -s one.csv all.csv || fail "one thread and all of them sweep differently"
(($(wc -l <all.csv) == 1 + 3 * 25)) || fail "not all points are in the CSV form"
head -n 1 all.csv | grep -q '^cores,l1,possible,cycles,' || fail "the axes are no columns"
expect 0 "${sweep[@]}" --sweep 'Conv_*.implementation=im2col,lut' --format json
is_json out
prints '"schema": "cachebound/sweep/1"'
expect 2 "${sweep[@]}" --sweep cores=2
says '--sweep cores stands there twice'
expect 2 "${sweep[@]}" --sweep 'Conv_7.implementation=lut'
says 'the network has no such node'
expect 2 "${sweep[@]}" --sweep wings=2
says 'neither a platform.s field nor a node.s'
expect 2 "${sweep[@]}" --sweep l2=many
says "l2: 'many' is not a size"
expect 0 estimate --platform pulp-gvsoc --impl small.impl.yaml --sweep cores=6,8
prints 'cores=6 +impossible$'
prints '^1 impossible; cores=6: 6 cores: these kernels split work over a power of two'

# Plots: data and scripts always, pictures where gnuplot is.
run "${sweep[@]}" --sweep l2=200k,512k --plots pictures
((code == 0 || code == 3)) || fail "exit code $code for --plots"
for plot in cores_cycles l2_l1 l2_l2 sweep_cores sweep_l2 pareto; do
    [[ -s pictures/$plot.gp && -s pictures/$plot.dat ]] || fail "no plot $plot"
    ((code == 3)) || [[ -s pictures/$plot.svg && -s pictures/$plot.png ]] || fail "no picture $plot"
done
run estimate --platform pulp-gvsoc --impl small.impl.yaml --plots one
for plot in macs bops memory cycles l1 l2 memory_over_time; do
    [[ -s one/$plot.gp && -s one/$plot.dat ]] || fail "no plot $plot"
done
grep -q '^"Quant_0" ' one/bops.dat || fail "a requantization is no bar of the bit operations"
grep -q '^"Conv_1" .* 589824$' one/macs.dat || fail "look-ups are no bar of the products"

# Microcontrollers: the two published layers that the convolution's cycles are from, at 216 MHz.
cat >published.yaml <<'YAML'
Conv_1: {input_shape: [32, 16, 16], input_bitwidth: 8, weight_shape: [32, 32, 5, 5], weight_bitwidth: 8, output_shape: [32, 16, 16], output_bitwidth: 8, padding: [2, 2, 2, 2]}
Conv_2: {input_shape: [32, 8, 8], input_bitwidth: 8, weight_shape: [64, 32, 5, 5], weight_bitwidth: 8, output_shape: [64, 8, 8], output_bitwidth: 8, padding: [2, 2, 2, 2]}
YAML
expect 0 estimate --platform stm32f746 --impl published.yaml --format csv
awk -F, 'NR > 1 { want = NR == 2 ? 0.0428 : 0.0226; e = $11 / 216e6 / want - 1
    if (e < -0.05 || e > 0.05 || $13 / 216e6 < want) exit 1 }' out ||
    fail "stm32f746 is not within 5 % of the published layers, or its bound is below them"
for how in im2col lut bit-serial slbc; do
    for name in stm32f746 stm32n6; do
        expect 0 estimate --platform $name --impl small.impl.yaml --sweep "Conv_1.implementation=$how"
        prints "Conv_1.implementation=$how +[0-9]+ "
    done
done
expect 0 estimate --platform stm32n6 --impl small.impl.yaml
prints '^cycles: public documents, not measured here'

# Networks, with and without a file.
cat >mixed.yaml <<'YAML'
layer1.conv: {implementation: im2col, bit_width: 8}
Conv_2: {implementation: LUT}
YAML
run estimate --platform pulp-gvsoc --network "$examples/digits-mixed.onnx"
if ((code != 3)); then
    prints '^  layer2.conv +depthwise im2col x4w4'
    expect 0 estimate --platform pulp-gvsoc --network "$examples/digits-mixed.onnx" --impl mixed.yaml
    prints '^  layer3.conv +lut x4w2'
    sed 's/bit_width: 8/bit_width: 4/' mixed.yaml >wrong.yaml
    expect 1 estimate --platform pulp-gvsoc --network "$examples/digits-mixed.onnx" --impl wrong.yaml
    one_line
    says 'wrong\.yaml:1: layer1\.conv: bit_width is 4; in the network it is 8'
    sed 's/Conv_2/Conv_9/' mixed.yaml >wrong.yaml
    expect 1 estimate --platform pulp-gvsoc --network "$examples/digits-mixed.onnx" --impl wrong.yaml
    says "wrong\.yaml:2: 'Conv_9': the network has no such node"
fi

# What is wrong is named with its line.
refuse() { # line that is expected, sed script
    sed "$2" small.impl.yaml >wrong.yaml
    expect 1 estimate --platform pulp-gvsoc --impl wrong.yaml
    one_line
    says "wrong\.yaml:$1"
}
refuse "2: Conv_0: unknown key 'tipe'" 's/^  type:/  tipe:/'
refuse '4: input_bitwidth: expected a whole number' 's/input_bitwidth: 8/input_bitwidth: many/'
refuse '11: Quant_0: no implementation of requantization' 's/thresholds/guesses/'
refuse '12: Conv_1: no implementation of products' 's/LUT/magic/'
refuse "12: 'Conv_0' stands here and in line 1" 's/^Conv_1/Conv_0/'
refuse '5: aliases are not read' 's/^  weight_shape: .48.*/  weight_shape: *other/;1s/.*/Conv_0: /'
sed 's/^cores: 8/cores: 6/' "$platform" >p.yaml
expect 1 estimate --platform p.yaml --impl small.impl.yaml
says 'p\.yaml: 6 cores: these kernels split work over a power of two'
sed 's/  conv8.step/  conv8.stop/' "$platform" >p.yaml
expect 1 estimate --platform p.yaml --impl small.impl.yaml
says "p\.yaml:[0-9]+: kernels: unknown key 'conv8\.stop'"
sed '/  lut.look:/d' "$platform" >p.yaml
expect 3 estimate --platform p.yaml --impl small.impl.yaml
says "Conv_1: platform pulp-gvsoc has no kernel for it: no 'lut\.look'"
expect 2 estimate --impl small.impl.yaml
expect 2 estimate --platform pulp-gvsoc
expect 2 estimate --platform pulp-gvsoc --impl small.impl.yaml --set wings=2
expect 1 estimate --platform nowhere --impl small.impl.yaml

# A trace that the model itself made calibrates the platform to itself.
cp small.impl.yaml casea.impl.yaml
{
    echo Case,layer_name,num_cycles,num_cores,L1_mem,L2_mem
    for cores in 2 4 8; do
        "$CACHEBOUND" estimate --platform pulp-gvsoc --impl small.impl.yaml --set cores=$cores \
            --format csv | awk -F, -v cores=$cores \
            'NR > 1 { print "Case A,Layer" NR - 2 "," $11 "," cores ",64000,512000" }'
    done
} >trace.csv
expect 0 calibrate --platform pulp-gvsoc --trace trace.csv --output fitted.yaml
says 'the rows themselves: mean error 0\.[0-9]+ %, .*\(6 rows\)'
says 'bound / measured: median 1\.[0-9]+, .* 0 below 1'
expect 0 estimate --platform fitted.yaml --impl small.impl.yaml
prints 'fitted by cachebound calibrate to 6 rows of trace\.csv'
sed '3s/,2,/,two,/' trace.csv >wrong.csv
expect 1 calibrate --platform pulp-gvsoc --trace wrong.csv
says "wrong\.csv:3: expected a number in column 'num_cores'"
sed 's/Case A/Case B/' trace.csv >wrong.csv
expect 1 calibrate --platform pulp-gvsoc --trace wrong.csv
says 'no file caseb\.impl\.json or caseb\.impl\.yaml beside it'
expect 2 calibrate --platform pulp-gvsoc

# The trace that the platform was fitted to, where it is at hand: the same cycles again.
trace=$root/../shared/data/gvsoc/calibration.csv
if [[ -r $trace ]]; then
    expect 0 calibrate --platform pulp-gvsoc --trace "$trace" --output again.yaml
    says 'tile bytes as in the trace: 100 of 100 rows'
    cmp -s again.yaml "$platform" || fail "the platform's cycles are not those of its trace"
fi
finish
