/* The 12 x 8 tile of 4-byte elements for in-order cores: 12 rows of A by element, 8 columns of B in
 * two vectors. float32 and, with 4 steps of k in an element, int8: they differ in one instruction.
 * A kernel defines `mac c, b, a, lane` (accumulator c += b times the lane of a), and counts x3 in
 * steps or groups of steps, 48 bytes of A and 32 of B each.
 *
 * An in-order core issues a 64-bit load beside a multiply-accumulate, and a 128-bit one beside
 * nothing. So a vector of B comes as one LDR D, one LDR X and an INS; A comes as pairs of rows,
 * which need no INS: an element of a 64-bit register serves as well. 12 x 8 has the fewest INS that
 * 24 accumulators allow, 2 in a step; they stand together, so that they share a cycle where they
 * take one.
 *
 * Registers as in gemm_aarch64.h: row i of C in v(8 + 2i), v(9 + 2i); of B v0, v1 in even steps and
 * v2, v3 in odd ones, upper halves by x9, x10; of A v4 to v7 in turn, two rows each. */
/* clang-format off */
#ifndef CB_BENCH_GEMM_TILE_12X8_AARCH64_H
#define CB_BENCH_GEMM_TILE_12X8_AARCH64_H

#include "bench/gemm/gemm_aarch64.h"

/* Two rows of A in \a times B in \b0, \b1 */
.macro pair a, b0, b1, c0, c1, c2, c3
    mac \c0, \b0, \a, 0
    mac \c1, \b1, \a, 0
    mac \c2, \b0, \a, 1
    mac \c3, \b1, \a, 1
.endm

/* The same; then \a is filled with the pair at \at, which is used twelve FMLAs later. */
.macro pair_load a, b0, b1, c0, c1, c2, c3, at
    pair \a, \b0, \b1, \c0, \c1, \c2, \c3
    ldr d\a, [x1, #\at]
.endm

/* One step on \b0, \b1; fills \n0, \n1 from \ob. Its pairs lie in \a0 to \a3, \a0, \a1; the pairs
 * four places on, from \oa, are loaded behind them; the last of the step before comes first, so
 * that each step ends in an FMLA. \first and \second stand where nothing else does. */
.macro step b0, b1, n0, n1, a0, a1, a2, a3, oa, ob, first, second
    mac 8, \b0, \a0, 0
    \first
    mac 9, \b1, \a0, 0
    ldr d\a3, [x1, #\oa - 8]
    mac 10, \b0, \a0, 1
    ldr x9, [x2, #\ob + 8]
    mac 11, \b1, \a0, 1
    ldr d\a0, [x1, #\oa]
    mac 12, \b0, \a1, 0
    ldr d\n0, [x2, #\ob]
    mac 13, \b1, \a1, 0
    ldr x10, [x2, #\ob + 24]
    mac 14, \b0, \a1, 1
    ldr d\n1, [x2, #\ob + 16]
    mac 15, \b1, \a1, 1
    ldr d\a1, [x1, #\oa + 8]
    pair_load \a2, \b0, \b1, 16, 17, 18, 19, "\oa + 16"
    mac 20, \b0, \a3, 0
    \second
    mac 21, \b1, \a3, 0
    ins v\n0\().d[1], x9
    ins v\n1\().d[1], x10
    mac 22, \b0, \a3, 1
    mac 23, \b1, \a3, 1
    ldr d\a3, [x1, #\oa + 24]
    pair_load \a0, \b0, \b1, 24, 25, 26, 27, "\oa + 32"
    pair \a1, \b0, \b1, 28, 29, 30, 31
.endm

/* One step on v0, v1 without loads but its own: 4, 8 or 12 rows. */
.macro rows_4 a0, a1, c0, c1, c2, c3, c4, c5, c6, c7
    pair \a0, 0, 1, \c0, \c1, \c2, \c3
    pair \a1, 0, 1, \c4, \c5, \c6, \c7
.endm

.macro load_b
    ldr d0, [x2]
    ldr x9, [x2, #8]
    ldr d1, [x2, #16]
    ldr x10, [x2, #24]
    add x2, x2, #32
    ins v0.d[1], x9
    ins v1.d[1], x10
.endm

/* Four rows of one vector. */
.macro half_4 a0, a1, c0, c1, c2, c3
    mac \c0, 0, \a0, 0
    mac \c1, 0, \a0, 1
    mac \c2, 0, \a1, 0
    mac \c3, 0, \a1, 1
.endm

/* The steps that are left, 1 or more, of 9 to 12 rows, 5 to 8 columns. */
.macro rest_steps done
4:
    load_b
    ldr d4, [x1]
    ldr d5, [x1, #8]
    ldr d6, [x1, #16]
    ldr d7, [x1, #24]
    rows_4 4, 5, 8, 9, 10, 11, 12, 13, 14, 15
    ldr d4, [x1, #32]
    ldr d5, [x1, #40]
    add x1, x1, #48
    rows_4 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
    rows_4 4, 5, 24, 25, 26, 27, 28, 29, 30, 31
    subs x3, x3, #1
    b.ne 4b
    b \done
.endm

/* All of k for a tile of at most 8 rows or 4 columns; each way ends at \done. */
.macro narrow_tile done
    cmp x7, #4
    b.ls 20f
    cmp x6, #4
    b.ls 12f
    /* 5 to 8 rows, 5 to 8 columns */
11:
    load_b
    ldr d4, [x1]
    ldr d5, [x1, #8]
    ldr d6, [x1, #16]
    ldr d7, [x1, #24]
    add x1, x1, #48
    rows_4 4, 5, 8, 9, 10, 11, 12, 13, 14, 15
    rows_4 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
    subs x3, x3, #1
    b.ne 11b
    b \done

    /* 1 to 4 rows, 5 to 8 columns */
12:
    load_b
    ldr d4, [x1]
    ldr d5, [x1, #8]
    add x1, x1, #48
    rows_4 4, 5, 8, 9, 10, 11, 12, 13, 14, 15
    subs x3, x3, #1
    b.ne 12b
    b \done

    /* 12, 8 or 4 rows, 1 to 4 columns */
20:
    cmp x6, #4
    b.ls 23f
    cmp x6, #8
    b.ls 22f
21:
    ldr q0, [x2], #32
    ldr d4, [x1]
    ldr d5, [x1, #8]
    ldr d6, [x1, #16]
    ldr d7, [x1, #24]
    half_4 4, 5, 8, 10, 12, 14
    ldr d4, [x1, #32]
    ldr d5, [x1, #40]
    add x1, x1, #48
    half_4 6, 7, 16, 18, 20, 22
    half_4 4, 5, 24, 26, 28, 30
    subs x3, x3, #1
    b.ne 21b
    b \done
22:
    ldr q0, [x2], #32
    ldr d4, [x1]
    ldr d5, [x1, #8]
    ldr d6, [x1, #16]
    ldr d7, [x1, #24]
    add x1, x1, #48
    half_4 4, 5, 8, 10, 12, 14
    half_4 6, 7, 16, 18, 20, 22
    subs x3, x3, #1
    b.ne 22b
    b \done
23:
    ldr q0, [x2], #32
    ldr d4, [x1]
    ldr d5, [x1, #8]
    add x1, x1, #48
    half_4 4, 5, 8, 10, 12, 14
    subs x3, x3, #1
    b.ne 23b
    b \done
.endm

#endif
