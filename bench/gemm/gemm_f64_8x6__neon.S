/* void gemm_f64_8x6__neon(const cb_gemm_tile *tile);
 *
 * C of 8 x 6 float64 for out-of-order cores: rows of A by element, B in vectors.
 * Registers as in gemm_aarch64.h: row i of C in v(8 + 3i) to v(10 + 3i); B in v0 to v2 in even
 * steps and v3 to v5 in odd ones; A in v6 and v7 in turn, two rows each.
 * One iteration: 4 steps, 96 FMLAs, 28 LDR, 2 PRFM, 2 pointers, 2 of the loop; 384 operations. The
 * last steps, 1 to 4, load nothing beyond the panels.
 * Tiles of up to 4 rows, 4 or 2 columns have loops that compute no more than that. */
#include "bench/gemm/gemm_aarch64.h"

/* Two rows of A times three, two or one vectors of B. */
.macro rows_3 a, b0, b1, b2, c0, c1, c2, c3, c4, c5
    fmla v\c0\().2d, v\b0\().2d, v\a\().d[0]
    fmla v\c1\().2d, v\b1\().2d, v\a\().d[0]
    fmla v\c2\().2d, v\b2\().2d, v\a\().d[0]
    fmla v\c3\().2d, v\b0\().2d, v\a\().d[1]
    fmla v\c4\().2d, v\b1\().2d, v\a\().d[1]
    fmla v\c5\().2d, v\b2\().2d, v\a\().d[1]
.endm

.macro rows_2 a, c0, c1, c3, c4
    fmla v\c0\().2d, v0.2d, v\a\().d[0]
    fmla v\c1\().2d, v1.2d, v\a\().d[0]
    fmla v\c3\().2d, v0.2d, v\a\().d[1]
    fmla v\c4\().2d, v1.2d, v\a\().d[1]
.endm

.macro rows_1 a, c0, c3
    fmla v\c0\().2d, v0.2d, v\a\().d[0]
    fmla v\c3\().2d, v0.2d, v\a\().d[1]
.endm

/* One step on \b0 to \b2, which fills \n0 to \n2 from \ob; \oa is the next step's A. */
.macro step b0, b1, b2, n0, n1, n2, oa, ob
    ldr q\n0, [x2, #\ob]
    rows_3 6, \b0, \b1, \b2, 8, 9, 10, 11, 12, 13
    ldr q6, [x1, #\oa - 32]
    ldr q\n1, [x2, #\ob + 16]
    rows_3 7, \b0, \b1, \b2, 14, 15, 16, 17, 18, 19
    ldr q7, [x1, #\oa - 16]
    ldr q\n2, [x2, #\ob + 32]
    rows_3 6, \b0, \b1, \b2, 20, 21, 22, 23, 24, 25
    ldr q6, [x1, #\oa]
    rows_3 7, \b0, \b1, \b2, 26, 27, 28, 29, 30, 31
    ldr q7, [x1, #\oa + 16]
.endm

.macro load_b
    ldp q0, q1, [x2], #48
    ldr q2, [x2, #-16]
.endm

CB_FUNCTION(gemm_f64_8x6__neon)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    cbz x3, 40f
    cmp x6, #4
    ccmp x7, #4, #0, hi
    b.ls 10f

    subs x3, x3, #5
    b.lo 2f
    load_b
    ldp q6, q7, [x1], #64
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step 0, 1, 2, 3, 4, 5, 0, 0
    prfm pldl1keep, [x1, #512]
    step 3, 4, 5, 0, 1, 2, 64, 48
    subs x3, x3, #4
    step 0, 1, 2, 3, 4, 5, 128, 96
    prfm pldl1keep, [x1, #576]
    step 3, 4, 5, 0, 1, 2, 192, 144
    add x1, x1, #256
    add x2, x2, #192
    b.hs 1b
    # LLVM-MCA-END
    /* What the loop has loaded of the next step is loaded again. */
    sub x1, x1, #64
    sub x2, x2, #48
2:
    add x3, x3, #5
3:
    load_b
    ldp q6, q7, [x1], #64
    rows_3 6, 0, 1, 2, 8, 9, 10, 11, 12, 13
    rows_3 7, 0, 1, 2, 14, 15, 16, 17, 18, 19
    ldp q6, q7, [x1, #-32]
    rows_3 6, 0, 1, 2, 20, 21, 22, 23, 24, 25
    rows_3 7, 0, 1, 2, 26, 27, 28, 29, 30, 31
    subs x3, x3, #1
    b.ne 3b
    b 40f

    /* Up to 4 rows, or up to 4 columns */
10:
    cmp x6, #4
    b.ls 20f
    cmp x7, #2
    b.ls 12f
11:
    load_b
    ldp q4, q5, [x1], #64
    ldp q6, q7, [x1, #-32]
    rows_2 4, 8, 9, 11, 12
    rows_2 5, 14, 15, 17, 18
    rows_2 6, 20, 21, 23, 24
    rows_2 7, 26, 27, 29, 30
    subs x3, x3, #1
    b.ne 11b
    b 40f
12:
    load_b
    ldp q4, q5, [x1], #64
    ldp q6, q7, [x1, #-32]
    rows_1 4, 8, 11
    rows_1 5, 14, 17
    rows_1 6, 20, 23
    rows_1 7, 26, 29
    subs x3, x3, #1
    b.ne 12b
    b 40f
20:
    cmp x7, #2
    b.ls 22f
21:
    load_b
    ldp q6, q7, [x1], #64
    rows_3 6, 0, 1, 2, 8, 9, 10, 11, 12, 13
    rows_3 7, 0, 1, 2, 14, 15, 16, 17, 18, 19
    subs x3, x3, #1
    b.ne 21b
    b 40f
22:
    load_b
    ldp q6, q7, [x1], #64
    rows_1 6, 8, 11
    rows_1 7, 14, 17
    subs x3, x3, #1
    b.ne 22b

    /* Writes the tile. */
40:
    cmp x7, #6
    b.ne 50f
    gemm_rows_8x3 fadd, 2d, 60f
    b 60f
50:
    gemm_spill_24
    gemm_edge_64 fadd, 48
    gemm_spill_end 384
60:
    gemm_leave
CB_FUNCTION_END(gemm_f64_8x6__neon)
