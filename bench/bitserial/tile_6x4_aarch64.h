/* A tile of 6 x 4 for out-of-order cores: 24 accumulators, v8 to v31; weights in v0 to v3, two rows
 * of activations in v4 and v5, counts in v6 and v7. The loop takes two words of k: 144 NEON
 * operations, 10 loads of pairs, which move the pointers, and 2 of the loop for 6144 products. */
/* clang-format off */
#ifndef CB_BENCH_BITSERIAL_TILE_6X4_AARCH64_H
#define CB_BENCH_BITSERIAL_TILE_6X4_AARCH64_H

#include "bench/bitserial/bitgemm_aarch64.h"

.macro bits_two op, a, c0, w0, c1, w1
    \op v6.16b, v\w0\().16b, v\a\().16b
    \op v7.16b, v\w1\().16b, v\a\().16b
    cnt v6.16b, v6.16b
    cnt v7.16b, v7.16b
    add v\c0\().16b, v\c0\().16b, v6.16b
    add v\c1\().16b, v\c1\().16b, v7.16b
.endm

.macro bits_pair op, c0, c1, c2, c3, c4, c5, c6, c7
    ldp q4, q5, [x1], #32
    bits_two \op, 4, \c0, 0, \c1, 1
    bits_two \op, 4, \c2, 2, \c3, 3
    bits_two \op, 5, \c4, 0, \c5, 1
    bits_two \op, 5, \c6, 2, \c7, 3
.endm

.macro bits_word op
    ldp q0, q1, [x2], #32
    ldp q2, q3, [x2], #32
    bits_pair \op, 8, 9, 10, 11, 12, 13, 14, 15
    bits_pair \op, 16, 17, 18, 19, 20, 21, 22, 23
    bits_pair \op, 24, 25, 26, 27, 28, 29, 30, 31
.endm

.macro bits_zero_24
    bits_zero_4 8, 9, 10, 11
    bits_zero_4 12, 13, 14, 15
    bits_zero_4 16, 17, 18, 19
    bits_zero_4 20, 21, 22, 23
    bits_zero_4 24, 25, 26, 27
    bits_zero_4 28, 29, 30, 31
.endm

.macro bits_flush_24
    bits_flush_row 0, 8, 9, 10, 11
    bits_flush_row 1, 12, 13, 14, 15
    bits_flush_row 2, 16, 17, 18, 19
    bits_flush_row 3, 20, 21, 22, 23
    bits_flush_row 4, 24, 25, 26, 27
    bits_flush_row 5, 28, 29, 30, 31
.endm

#endif
