/* The 8 x 12 tile of 4-byte elements for out-of-order cores: 8 rows of A by element, 12 columns of
 * B in three vectors. float32 and, with 4 steps of k in an element, int8: they differ in one
 * instruction. A kernel defines `mac c, b, a, lane` (accumulator c += b times the lane of a) and
 * `ready a0, a1` (what is done to A once it is loaded; mostly nothing), and counts x3 in steps or
 * groups of steps, 32 bytes of A and 48 of B each.
 *
 * Registers as in gemm_aarch64.h: row i of C in v(8 + 3i) to v(10 + 3i); of A v0, v1 in even steps
 * and v2, v3 in odd ones; of B v4 to v6. */
/* clang-format off */
#ifndef CB_BENCH_GEMM_TILE_8X12_AARCH64_H
#define CB_BENCH_GEMM_TILE_8X12_AARCH64_H

#include "bench/gemm/gemm_aarch64.h"

.macro four b, a, c0, c1, c2, c3
    mac \c0, \b, \a, 0
    mac \c1, \b, \a, 1
    mac \c2, \b, \a, 2
    mac \c3, \b, \a, 3
.endm

/* Eight rows times one vector of B. */
.macro eight b, a0, a1, c0, c1, c2, c3, c4, c5, c6, c7
    four \b, \a0, \c0, \c1, \c2, \c3
    four \b, \a1, \c4, \c5, \c6, \c7
.endm

/* One step on \a0, \a1 and v4 to v6, which it leaves filled for the step after it: A at \oa,
 * B at \ob. */
.macro step a0, a1, next0, next1, oa, ob
    four 4, \a0, 8, 11, 14, 17
    ldp q\next0, q\next1, [x1, #\oa]
    four 4, \a1, 20, 23, 26, 29
    ldr q4, [x2, #\ob]
    eight 5, \a0, \a1, 9, 12, 15, 18, 21, 24, 27, 30
    ldr q5, [x2, #\ob + 16]
    ready \next0, \next1
    eight 6, \a0, \a1, 10, 13, 16, 19, 22, 25, 28, 31
    ldr q6, [x2, #\ob + 32]
.endm

.macro last_step
    eight 4, 0, 1, 8, 11, 14, 17, 20, 23, 26, 29
    eight 5, 0, 1, 9, 12, 15, 18, 21, 24, 27, 30
    eight 6, 0, 1, 10, 13, 16, 19, 22, 25, 28, 31
.endm

/* All of k for a tile of at most 4 rows or 8 columns; each way ends at \done. */
.macro narrow_tile done
    cmp x6, #4
    b.ls 20f
    /* 5 to 8 rows of 8 or 4 columns */
10:
    cmp x7, #4
    b.ls 12f
11:
    ldp q0, q1, [x1], #32
    ready 0, 1
    ldp q4, q5, [x2], #48
    eight 4, 0, 1, 8, 11, 14, 17, 20, 23, 26, 29
    eight 5, 0, 1, 9, 12, 15, 18, 21, 24, 27, 30
    subs x3, x3, #1
    b.ne 11b
    b \done
12:
    ldp q0, q1, [x1], #32
    ready 0, 1
    ldr q4, [x2], #48
    eight 4, 0, 1, 8, 11, 14, 17, 20, 23, 26, 29
    subs x3, x3, #1
    b.ne 12b
    b \done

    /* 1 to 4 rows of 12, 8 or 4 columns */
20:
    cmp x7, #4
    b.ls 23f
    cmp x7, #8
    b.ls 22f
21:
    ldp q0, q1, [x1], #32
    ready 0, 1
    ldp q4, q5, [x2], #48
    ldr q6, [x2, #-16]
    four 4, 0, 8, 11, 14, 17
    four 5, 0, 9, 12, 15, 18
    four 6, 0, 10, 13, 16, 19
    subs x3, x3, #1
    b.ne 21b
    b \done
22:
    ldp q0, q1, [x1], #32
    ready 0, 1
    ldp q4, q5, [x2], #48
    four 4, 0, 8, 11, 14, 17
    four 5, 0, 9, 12, 15, 18
    subs x3, x3, #1
    b.ne 22b
    b \done
23:
    ldp q0, q1, [x1], #32
    ready 0, 1
    ldr q4, [x2], #48
    four 4, 0, 8, 11, 14, 17
    subs x3, x3, #1
    b.ne 23b
    b \done
.endm

/* The operands of one step. */
.macro load_step
    ldp q0, q1, [x1], #32
    ready 0, 1
    ldp q4, q5, [x2], #48
    ldr q6, [x2, #-16]
.endm

#endif
