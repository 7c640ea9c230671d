/* void gemm_f32_8x12__neon(const cb_gemm_tile *tile);
 *
 * C of 8 x 12 float32 for out-of-order cores: rows of A by element, B in vectors.
 * Registers as in gemm_aarch64.h: row i of C in v(8 + 3i) to v(10 + 3i); of A v0, v1 in even steps
 * and v2, v3 in odd ones; of B v4 to v6. Every load is issued at least 8 FMLAs before its use.
 * One iteration: 4 steps, 96 FMLAs, 4 LDP of A, 12 LDR of B, 2 PRFM, 2 pointers, 2 of the
 * loop; 768 operations. The last steps, 1 to 4, load nothing beyond the panels.
 * Tiles of up to 4 rows, 8 or 4 columns have loops that compute no more than that. */
#include "bench/gemm/gemm_aarch64.h"

/* Eight rows times one vector of B, whose column of accumulators starts with \c0. */
.macro eight b, a0, a1, c0, c1, c2, c3, c4, c5, c6, c7
    four \b, \a0, \c0, \c1, \c2, \c3
    four \b, \a1, \c4, \c5, \c6, \c7
.endm

.macro four b, a, c0, c1, c2, c3
    fmla v\c0\().4s, v\b\().4s, v\a\().s[0]
    fmla v\c1\().4s, v\b\().4s, v\a\().s[1]
    fmla v\c2\().4s, v\b\().4s, v\a\().s[2]
    fmla v\c3\().4s, v\b\().4s, v\a\().s[3]
.endm

/* One step on \a0, \a1 and v4 to v6, which it leaves filled for the step after it: next_a at \oa,
 * next B at \ob. */
.macro step a0, a1, next0, next1, oa, ob
    four 4, \a0, 8, 11, 14, 17
    ldp q\next0, q\next1, [x1, #\oa]
    four 4, \a1, 20, 23, 26, 29
    ldr q4, [x2, #\ob]
    eight 5, \a0, \a1, 9, 12, 15, 18, 21, 24, 27, 30
    ldr q5, [x2, #\ob + 16]
    eight 6, \a0, \a1, 10, 13, 16, 19, 22, 25, 28, 31
    ldr q6, [x2, #\ob + 32]
.endm

.macro last_step
    eight 4, 0, 1, 8, 11, 14, 17, 20, 23, 26, 29
    eight 5, 0, 1, 9, 12, 15, 18, 21, 24, 27, 30
    eight 6, 0, 1, 10, 13, 16, 19, 22, 25, 28, 31
.endm

CB_FUNCTION(gemm_f32_8x12__neon)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    cbz x3, 40f
    cmp x6, #4
    b.ls 20f
    cmp x7, #8
    b.ls 10f

    /* 5 to 8 rows, 9 to 12 columns */
    ldp q0, q1, [x1], #32
    ldp q4, q5, [x2], #48
    ldr q6, [x2, #-16]
    subs x3, x3, #5
    b.lo 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step 0, 1, 2, 3, 0, 0
    prfm pldl1keep, [x1, #512]
    step 2, 3, 0, 1, 32, 48
    subs x3, x3, #4
    step 0, 1, 2, 3, 64, 96
    prfm pldl1keep, [x1, #576]
    step 2, 3, 0, 1, 96, 144
    add x1, x1, #128
    add x2, x2, #192
    b.hs 1b
    # LLVM-MCA-END
2:
    adds x3, x3, #4
    b.eq 4f
3:
    last_step
    ldp q0, q1, [x1], #32
    ldp q4, q5, [x2], #48
    ldr q6, [x2, #-16]
    subs x3, x3, #1
    b.ne 3b
4:
    last_step
    b 40f

    /* 5 to 8 rows of 8 or 4 columns */
10:
    cmp x7, #4
    b.ls 12f
11:
    ldp q0, q1, [x1], #32
    ldp q4, q5, [x2], #48
    eight 4, 0, 1, 8, 11, 14, 17, 20, 23, 26, 29
    eight 5, 0, 1, 9, 12, 15, 18, 21, 24, 27, 30
    subs x3, x3, #1
    b.ne 11b
    b 40f
12:
    ldp q0, q1, [x1], #32
    ldr q4, [x2], #48
    eight 4, 0, 1, 8, 11, 14, 17, 20, 23, 26, 29
    subs x3, x3, #1
    b.ne 12b
    b 40f

    /* 1 to 4 rows of 12, 8 or 4 columns */
20:
    cmp x7, #4
    b.ls 23f
    cmp x7, #8
    b.ls 22f
21:
    ldr q0, [x1], #32
    ldp q4, q5, [x2], #48
    ldr q6, [x2, #-16]
    four 4, 0, 8, 11, 14, 17
    four 5, 0, 9, 12, 15, 18
    four 6, 0, 10, 13, 16, 19
    subs x3, x3, #1
    b.ne 21b
    b 40f
22:
    ldr q0, [x1], #32
    ldp q4, q5, [x2], #48
    four 4, 0, 8, 11, 14, 17
    four 5, 0, 9, 12, 15, 18
    subs x3, x3, #1
    b.ne 22b
    b 40f
23:
    ldr q0, [x1], #32
    ldr q4, [x2], #48
    four 4, 0, 8, 11, 14, 17
    subs x3, x3, #1
    b.ne 23b

    /* Writes the tile. */
40:
    cmp x7, #12
    b.ne 50f
    gemm_rows_8x3 fadd, 4s, 60f
    b 60f
50:
    gemm_spill_24
    gemm_edge_32 fadd, 48
    gemm_spill_end 384
60:
    gemm_leave
CB_FUNCTION_END(gemm_f32_8x12__neon)
