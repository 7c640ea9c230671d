#!/usr/bin/env bash
# bitserial: its words, its rows, what it refuses.
# shellcheck source=tests/cli/cli.sh
. "$(dirname "${BASH_SOURCE[0]}")/cli.sh"

quick=(bitserial --threads 1 --min-time 1ms --no-progress -q)

expect 0 "${quick[@]}" --size 40 --bits 1x1,2x3 --format json --output rows.json
is_document rows.json
for variant in tuned two-popcount lut pack-activations pack-weights; do
    (($(grep -c "\"variant\": \"$variant\"" rows.json) == 2)) || fail "not two rows of $variant"
done
grep -q '"dtype": "w2a3"' rows.json || fail "no row of two bits by three"
grep -q '"loaded_bytes_per_mac"' rows.json || fail "no row says what its kernel loads"
grep -q '"status": "failed"' rows.json && fail "a kernel differs from its oracle"
(($(grep -c '"ok": true' rows.json) == 6)) || fail "not every product was checked"

for encoding in bipolar unsigned signed mixed; do
    expect 0 "${quick[@]}" --shape 3x5x70 --bits 3x2 --encoding "$encoding" --format json --output one.json
    grep -q '"max_abs_err": 0' one.json || fail "$encoding is not exact"
    grep -q 'two-popcount' one.json && fail "two popcounts are for unipolar numbers only"
done

expect 0 "${quick[@]}" --op conv --layer 1,20,6,6,9,3,3,1,1 --bits 1x2 --encoding bipolar \
    --format json --output conv.json
is_document conv.json
grep -q '"gemm_share"' conv.json || fail "a layer does not say how near it is to a matrix multiply"
grep -q '"variant": "same-size-gemm"' conv.json || fail "a layer has no matrix multiply beside it"

expect 0 "${quick[@]}" --size 24 --bits 1x1 --variant lut --kernel 'bitlut*' --isa scalar
prints 'bitlut'
expect 0 bitserial --list
prints '^bitserial +bitpack_swar__scalar +scalar +pack .* yes$'

expect 2 bitserial --bits 1x9
says "'1x9' is not WxA"
one_line
expect 2 bitserial --bits 2
one_line
expect 2 bitserial --variant fast
says "'fast' is none of tuned"
expect 2 bitserial --layer resnet18:C2
says 'add --op conv'
expect 2 bitserial --op conv --size 64
one_line
expect 2 bitserial --shape 4x0x4
says 'at least 1x1x1'
expect 2 bitserial --op conv --layer 1,3,2,2,4,5,5,1,0
one_line

# The advice names a winner for each pair of widths.
expect 0 "${quick[@]}" --advise --size 48 --bits 1x1,8x8 --output advice.json
prints '^48 x 48 x 48, 1 thread, GOP/s$'
prints '^1x1 .* (bit-serial|lut|int8|f32)$'
prints '^8x8 .* (bit-serial|lut|int8|f32)$'
prints ' is the fastest at '
grep -q '"family": "gemm"' advice.json || fail "the advice does not keep what it stands on"
expect 0 "${quick[@]}" --advise --op conv --layer 1,8,6,6,8,3,3,1,1 --bits 1x1 --output layer-advice.json
prints '^1,8,6,6,8,3,3,1,1, 1 thread, GOP/s$'
prints '^1x1 .* (bit-serial|int8|f32)$'
grep -q '"family": "conv"' layer-advice.json || fail "the advice keeps no float32 layer"

# Sums that an int32 cannot hold are a row with its reason, and the others are measured.
expect 0 "${quick[@]}" --shape 2x2x40000 --bits 8x8,1x1 --encoding unsigned --format json --output long.json
grep -q '"reason": "40000 products of 8 and 8 bits can pass 2^31' long.json || fail "no reason for 8x8"
(($(grep -c '"status": "ok"' long.json) > 0)) || fail "1x1 was not measured"
finish
