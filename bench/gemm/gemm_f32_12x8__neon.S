/* void gemm_f32_12x8__neon(const cb_gemm_tile *tile);
 *
 * C of 12 x 8 float32 for in-order cores: rows of A by element, B in vectors.
 * Such a core issues a 64-bit load beside an FMLA, and a 128-bit one beside nothing. So a vector of B
 * comes as one LDR D, one LDR X and an INS; A comes as pairs of rows, which need no INS: an element
 * of a 64-bit register serves as well. 12 x 8 has the fewest INS that 24 accumulators allow, 2 for
 * 24 FMLAs; they stand together, so that they share a cycle where they take one.
 * Registers as in gemm_aarch64.h: row i of C in v(8 + 2i), v(9 + 2i); of B v0, v1 in even steps and
 * v2, v3 in odd ones, upper halves by x9, x10; of A v4 to v7 in turn, two rows each.
 * One iteration: 4 steps, 96 FMLAs, 32 LDR D, 8 LDR X, 8 INS, 2 PRFM, 2 pointers, 2 of the loop; 768
 * operations. The last steps, 1 to 4, load nothing beyond the panels.
 * Tiles of up to 4 columns, or up to 4 or 8 rows, have loops that compute no more than that. */
#include "bench/gemm/gemm_aarch64.h"

/* Two rows of A in \a times B in \b0, \b1, with two other instructions (or none) between. */
.macro pair a, b0, b1, c0, c1, c2, c3
    fmla v\c0\().4s, v\b0\().4s, v\a\().s[0]
    fmla v\c1\().4s, v\b1\().4s, v\a\().s[0]
    fmla v\c2\().4s, v\b0\().4s, v\a\().s[1]
    fmla v\c3\().4s, v\b1\().4s, v\a\().s[1]
.endm

/* The same; then \a is filled with the pair at \at, which is used twelve FMLAs later. */
.macro pair_load a, b0, b1, c0, c1, c2, c3, at
    pair \a, \b0, \b1, \c0, \c1, \c2, \c3
    ldr d\a, [x1, #\at]
.endm

/* One step on \b0, \b1; fills \n0, \n1 from \ob. Its pairs lie in \a0 to \a3, \a0, \a1; the pairs
 * four places on, from \oa, are loaded behind them; the last of the step before comes first, so that
 * each step ends in an FMLA. \first and \second stand where nothing else does. */
.macro step b0, b1, n0, n1, a0, a1, a2, a3, oa, ob, first, second
    fmla v8.4s, v\b0\().4s, v\a0\().s[0]
    \first
    fmla v9.4s, v\b1\().4s, v\a0\().s[0]
    ldr d\a3, [x1, #\oa - 8]
    fmla v10.4s, v\b0\().4s, v\a0\().s[1]
    ldr x9, [x2, #\ob + 8]
    fmla v11.4s, v\b1\().4s, v\a0\().s[1]
    ldr d\a0, [x1, #\oa]
    fmla v12.4s, v\b0\().4s, v\a1\().s[0]
    ldr d\n0, [x2, #\ob]
    fmla v13.4s, v\b1\().4s, v\a1\().s[0]
    ldr x10, [x2, #\ob + 24]
    fmla v14.4s, v\b0\().4s, v\a1\().s[1]
    ldr d\n1, [x2, #\ob + 16]
    fmla v15.4s, v\b1\().4s, v\a1\().s[1]
    ldr d\a1, [x1, #\oa + 8]
    pair_load \a2, \b0, \b1, 16, 17, 18, 19, "\oa + 16"
    fmla v20.4s, v\b0\().4s, v\a3\().s[0]
    \second
    fmla v21.4s, v\b1\().4s, v\a3\().s[0]
    ins v\n0\().d[1], x9
    ins v\n1\().d[1], x10
    fmla v22.4s, v\b0\().4s, v\a3\().s[1]
    fmla v23.4s, v\b1\().4s, v\a3\().s[1]
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
    fmla v\c0\().4s, v0.4s, v\a0\().s[0]
    fmla v\c1\().4s, v0.4s, v\a0\().s[1]
    fmla v\c2\().4s, v0.4s, v\a1\().s[0]
    fmla v\c3\().4s, v0.4s, v\a1\().s[1]
.endm

CB_FUNCTION(gemm_f32_12x8__neon)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    cbz x3, 40f
    cmp x7, #4
    b.ls 20f
    cmp x6, #4
    b.ls 12f
    cmp x6, #8
    b.ls 11f

    /* 9 to 12 rows, 5 to 8 columns */
    subs x3, x3, #5
    b.lo 3f
    ldr d4, [x1]
    ldr d5, [x1, #8]
    ldr d6, [x1, #16]
    sub x1, x1, #192 - 32
    load_b
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step 0, 1, 2, 3, 4, 5, 6, 7, 0, 0, "add x1, x1, #192", "prfm pldl1keep, [x1, #512]"
    step 2, 3, 0, 1, 6, 7, 4, 5, 48, 32
    step 0, 1, 2, 3, 4, 5, 6, 7, 96, 64, "subs x3, x3, #4", "prfm pldl1keep, [x1, #576]"
    step 2, 3, 0, 1, 6, 7, 4, 5, 144, 96, , "add x2, x2, #128"
    b.hs 1b
    # LLVM-MCA-END
    /* What the loop has loaded of the next step is loaded again. */
    add x1, x1, #192 - 32
    sub x2, x2, #32
3:
    add x3, x3, #5
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
    b 40f

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
    b 40f

    /* 1 to 4 rows, 5 to 8 columns */
12:
    load_b
    ldr d4, [x1]
    ldr d5, [x1, #8]
    add x1, x1, #48
    rows_4 4, 5, 8, 9, 10, 11, 12, 13, 14, 15
    subs x3, x3, #1
    b.ne 12b
    b 40f

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
    b 40f
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
    b 40f
23:
    ldr q0, [x2], #32
    ldr d4, [x1]
    ldr d5, [x1, #8]
    add x1, x1, #48
    half_4 4, 5, 8, 10, 12, 14
    subs x3, x3, #1
    b.ne 23b

    /* Writes the tile. */
40:
    cmp x7, #8
    b.ne 50f
    gemm_rows_12x2 fadd, 4s, 60f
    b 60f
50:
    gemm_spill_24
    gemm_edge_32 fadd, 32
    gemm_spill_end 384
60:
    gemm_leave
CB_FUNCTION_END(gemm_f32_12x8__neon)
