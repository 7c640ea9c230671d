/* A tile of 4 x 4 for in-order cores: 16 accumulators, v16 to v31. Weights of two words in turn in
 * v0 to v3 and v4 to v7, counts in v8 to v11, rows of activations in turn in v12 and v13.
 *
 * These cores start one 128-bit NEON operation a cycle and something else beside it; a 128-bit load
 * holds them for two cycles, a 64-bit one for none. So operands come in halves, an LDR D and an
 * LDR X, one behind a NEON operation each, and an INS that puts them together, two of them in a
 * cycle of their own. What a row needs is loaded while the row before is counted, weights a whole
 * word ahead. */
/* clang-format off */
#ifndef CB_BENCH_BITSERIAL_TILE_4X4_AARCH64_H
#define CB_BENCH_BITSERIAL_TILE_4X4_AARCH64_H

#include "bench/bitserial/bitgemm_aarch64.h"

/* One row of four columns. Loads the next row of activations from x1 + next_a into v\next, and a
 * vector of weights of the next word from x2 + next_w into v\ahead. */
.macro bits_ordered_row op, a, next, next_a, w0, w1, w2, w3, ahead, next_w, c0, c1, c2, c3, \
        e0, e1, e2
    \op v8.16b, v\w0\().16b, v\a\().16b
    ldr d\next, [x1, #\next_a]
    \op v9.16b, v\w1\().16b, v\a\().16b
    ldr x9, [x1, #\next_a + 8]
    \op v10.16b, v\w2\().16b, v\a\().16b
    ldr d\ahead, [x2, #\next_w]
    \op v11.16b, v\w3\().16b, v\a\().16b
    ldr x10, [x2, #\next_w + 8]
    cnt v8.16b, v8.16b
    \e0
    cnt v9.16b, v9.16b
    \e1
    cnt v10.16b, v10.16b
    cnt v11.16b, v11.16b
    add v\c0\().16b, v\c0\().16b, v8.16b
    \e2
    add v\c1\().16b, v\c1\().16b, v9.16b
    ins v\next\().d[1], x9
    ins v\ahead\().d[1], x10
    add v\c2\().16b, v\c2\().16b, v10.16b
    add v\c3\().16b, v\c3\().16b, v11.16b
.endm

/* One word, `at` bytes behind x1 and x2, weights in w0 to w3; the next word goes to n0 to n3. */
.macro bits_ordered_word op, w0, w1, w2, w3, n0, n1, n2, n3, at, e0, e1, e2
    bits_ordered_row \op, 12, 13, \at + 16, \w0, \w1, \w2, \w3, \n0, \at + 64, 16, 17, 18, 19
    bits_ordered_row \op, 13, 12, \at + 32, \w0, \w1, \w2, \w3, \n1, \at + 80, 20, 21, 22, 23
    bits_ordered_row \op, 12, 13, \at + 48, \w0, \w1, \w2, \w3, \n2, \at + 96, 24, 25, 26, 27
    bits_ordered_row \op, 13, 12, \at + 64, \w0, \w1, \w2, \w3, \n3, \at + 112, 28, 29, 30, 31, \
        "\e0", "\e1", "\e2"
.endm

/* What the loop expects of its first word. */
.macro bits_first
    ldp q0, q1, [x2]
    ldp q2, q3, [x2, #32]
    ldr q12, [x1]
.endm

.macro bits_plain_row op, a, c0, c1, c2, c3
    \op v8.16b, v0.16b, v\a\().16b
    \op v9.16b, v1.16b, v\a\().16b
    \op v10.16b, v2.16b, v\a\().16b
    \op v11.16b, v3.16b, v\a\().16b
    cnt v8.16b, v8.16b
    cnt v9.16b, v9.16b
    cnt v10.16b, v10.16b
    cnt v11.16b, v11.16b
    add v\c0\().16b, v\c0\().16b, v8.16b
    add v\c1\().16b, v\c1\().16b, v9.16b
    add v\c2\().16b, v\c2\().16b, v10.16b
    add v\c3\().16b, v\c3\().16b, v11.16b
.endm

/* One word, with nothing loaded ahead. */
.macro bits_plain_word op
    ldp q0, q1, [x2], #32
    ldp q2, q3, [x2], #32
    ldp q12, q13, [x1], #32
    bits_plain_row \op, 12, 16, 17, 18, 19
    bits_plain_row \op, 13, 20, 21, 22, 23
    ldp q12, q13, [x1], #32
    bits_plain_row \op, 12, 24, 25, 26, 27
    bits_plain_row \op, 13, 28, 29, 30, 31
.endm

.macro bits_zero_16
    bits_zero_4 16, 17, 18, 19
    bits_zero_4 20, 21, 22, 23
    bits_zero_4 24, 25, 26, 27
    bits_zero_4 28, 29, 30, 31
.endm

.macro bits_flush_16
    bits_flush_row 0, 16, 17, 18, 19
    bits_flush_row 1, 20, 21, 22, 23
    bits_flush_row 2, 24, 25, 26, 27
    bits_flush_row 3, 28, 29, 30, 31
.endm

#endif
