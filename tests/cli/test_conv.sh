#!/usr/bin/env bash
# cachebound conv: rows of a layer, refusals in one line, layers from a file.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

quick="--threads 1 --min-time 1ms --no-progress"

# A row for each implementation, each checked against the oracle, with its working set.
# shellcheck disable=SC2086
expect 0 conv --layer 1,8,9,10,12,3,3,1,1 --layout nchw,nhwc --variant naive,spatialpack,im2col,indirect,winograd2,winograd4,auto $quick --format json
is_document out
for variant in naive spatialpack im2col indirect winograd2 winograd4 auto; do
    checks=$((checks + 1))
    (($(grep -c "\"variant\": \"$variant\"" out) == 2)) || fail "expected two rows of $variant"
done
prints '"macs": 77760'
prints '"against": "float64 direct"'
prints '"working_set_bytes": [0-9]+'
prints '"peak_share": [0-9.]+'
prints '"chosen": "[a-z0-9]+"'

# What an implementation is not for is a skipped row that says why.
# shellcheck disable=SC2086
expect 0 conv --layer 1,8,9,10,8,3,3,2,1,8 --variant depthwise,winograd4 $quick --format json
prints '"status": "skipped"'
prints 'transforms are for stride 1'

# 8-bit numbers: the same result as the definition, bit for bit; NHWC where nothing is said.
# shellcheck disable=SC2086
expect 0 conv --layer 1,8,9,10,12,3,3,1,1 --dtype s8,u8s8 --variant naive,indirect,direct,depthwise $quick --format json
is_document out
for dtype in s8 u8s8; do
    checks=$((checks + 1))
    (($(grep -c "\"dtype\": \"$dtype\"" out) == 4)) || fail "expected four rows of $dtype"
done
prints '"layout": "nhwc"'
prints '"against": "definition"'
prints '"requantization": "float"'
prints '"different": 0'
prints 'not depthwise'

# What both types say together: how much faster, what the peaks would allow, what binds.
# shellcheck disable=SC2086
expect 0 conv --layer 1,8,9,10,12,3,3,1,1 --layout nhwc --dtype f32,u8s8 --variant indirect $quick --format json
mv out both.json
expect 0 model both.json
prints 'Speed-up of 8-bit convolution over float32'
prints 'nhwc +u8s8 +1 +[0-9.]+ +[0-9.]+ '

printf '# two layers\nfirst 1,3,6,6,4,1,1,1,0\nsecond 1,4,6,6,4,3,3,1,1,4 x2\n' >mine.txt
# shellcheck disable=SC2086
expect 0 conv --layers mine.txt --variant auto $quick --format csv
prints 'mine:first'
prints 'mine:second'

refused() { # message, arguments...
    local message=$1
    shift
    expect 2 conv "$@"
    one_line
    says "$message"
}
refused 'output would be empty' --layer 1,8,2,2,8,5,5,1,0
refused 'groups do not divide' --layer 1,8,9,9,8,3,3,1,1,3
refused 'more than memory can hold' --layer 400000000,400000000,5000,5000,1,1,1,1,0
refused '8 numbers' --layer 1,8,9,9,8,3,3,1
refused 'mobilenetv1, mobilenetv2, resnet18, vgg16' --layer alexnet:C1
refused "matches no layer" --layer resnet18:C99
refused "no implementation; there are naive" --layer resnet18:C2 --variant fft
refused 'neither nchw nor nhwc' --layer resnet18:C2 --layout chwn
refused 'f32, s8 and u8s8' --layer resnet18:C2 --dtype f16
printf 'a 1,2,3\n' >bad.txt
refused 'bad.txt, line 1' --layers bad.txt
expect 1 conv --layers nowhere.txt
one_line
says 'nowhere.txt'

# Past memory, but not past a pointer: nothing is measured, a row says so.
# shellcheck disable=SC2086
expect 0 conv --layer 1,1024,40000,40000,1024,1,1,1,0 --variant auto $quick --format json
prints 'of memory are free'

# shellcheck disable=SC2086
expect 0 conv --layer resnet18:C4 --variant naive $quick
prints '^layer +layout +variant .* time'
prints '^resnet18:C4 +nchw +naive +1 '
finish
