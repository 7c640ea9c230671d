/* void gemm_f16_8x24__fp16(const cb_gemm_tile *tile);
 *
 * C of 8 x 24 float16 for out-of-order cores, summed in float16: rows of A by element, B in
 * vectors.
 * Registers as in gemm_aarch64.h: row i of C in v(8 + 3i) to v(10 + 3i); A in v0 in even steps and
 * v1 in odd ones; B in v4 to v6. Every load is issued at least 8 FMLAs before its use.
 * One iteration: 4 steps, 96 FMLAs, 16 LDR, 2 PRFM, 2 pointers, 2 of the loop; 1536 operations. The
 * last steps, 1 to 4, load nothing beyond the panels.
 * Tiles of up to 4 rows, 16 or 8 columns have loops that compute no more than that. */
#include "bench/gemm/gemm_aarch64.h"

.macro low b, a, c0, c1, c2, c3
    fmla v\c0\().8h, v\b\().8h, v\a\().h[0]
    fmla v\c1\().8h, v\b\().8h, v\a\().h[1]
    fmla v\c2\().8h, v\b\().8h, v\a\().h[2]
    fmla v\c3\().8h, v\b\().8h, v\a\().h[3]
.endm

.macro high b, a, c0, c1, c2, c3
    fmla v\c0\().8h, v\b\().8h, v\a\().h[4]
    fmla v\c1\().8h, v\b\().8h, v\a\().h[5]
    fmla v\c2\().8h, v\b\().8h, v\a\().h[6]
    fmla v\c3\().8h, v\b\().8h, v\a\().h[7]
.endm

/* Eight rows times a vector of B. */
.macro first a
    low 4, \a, 8, 11, 14, 17
    high 4, \a, 20, 23, 26, 29
.endm

.macro second a
    low 5, \a, 9, 12, 15, 18
    high 5, \a, 21, 24, 27, 30
.endm

.macro third a
    low 6, \a, 10, 13, 16, 19
    high 6, \a, 22, 25, 28, 31
.endm

/* One step, which leaves v4 to v6 and \next filled for the step after it: A at \oa, B at \ob. */
.macro step a, next, oa, ob
    first \a
    ldr q\next, [x1, #\oa]
    ldr q4, [x2, #\ob]
    second \a
    ldr q5, [x2, #\ob + 16]
    third \a
    ldr q6, [x2, #\ob + 32]
.endm

.macro load_step
    ldr q0, [x1], #16
    ldp q4, q5, [x2], #48
    ldr q6, [x2, #-16]
.endm

CB_FUNCTION(gemm_f16_8x24__fp16)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    cbz x3, 40f
    cmp x6, #4
    ccmp x7, #16, #0, hi
    b.ls 10f

    load_step
    subs x3, x3, #5
    b.lo 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step 0, 1, 0, 0
    prfm pldl1keep, [x1, #512]
    step 1, 0, 16, 48
    subs x3, x3, #4
    step 0, 1, 32, 96
    prfm pldl1keep, [x2, #512]
    step 1, 0, 48, 144
    add x1, x1, #64
    add x2, x2, #192
    b.hs 1b
    # LLVM-MCA-END
2:
    adds x3, x3, #4
    b.eq 4f
3:
    first 0
    second 0
    third 0
    load_step
    subs x3, x3, #1
    b.ne 3b
4:
    first 0
    second 0
    third 0
    b 40f

    /* Up to 4 rows, or up to 16 columns */
10:
    cmp x6, #4
    b.ls 20f
    cmp x7, #8
    b.ls 12f
11:
    load_step
    first 0
    second 0
    subs x3, x3, #1
    b.ne 11b
    b 40f
12:
    load_step
    first 0
    subs x3, x3, #1
    b.ne 12b
    b 40f
20:
    cmp x7, #8
    b.ls 22f
21:
    load_step
    low 4, 0, 8, 11, 14, 17
    low 5, 0, 9, 12, 15, 18
    low 6, 0, 10, 13, 16, 19
    subs x3, x3, #1
    b.ne 21b
    b 40f
22:
    load_step
    low 4, 0, 8, 11, 14, 17
    subs x3, x3, #1
    b.ne 22b

    /* Writes the tile. */
40:
    cmp x7, #24
    b.ne 50f
    gemm_rows_8x3 fadd, 8h, 60f
    b 60f
50:
    gemm_spill_24
    gemm_edge_16 fadd, 48
    gemm_spill_end 384
60:
    gemm_leave
CB_FUNCTION_END(gemm_f16_8x24__fp16)
