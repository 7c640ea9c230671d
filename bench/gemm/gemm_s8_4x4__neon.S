/* void gemm_s8_4x4__neon(const cb_gemm_tile *tile);
 *
 * C of 4 x 4 int32 from int8 for out-of-order cores without dot products: 16 steps of k in a
 * vector, SMULL of its lower half, SMLAL2 of its upper half on top, SADALP of the int16 sums.
 * Exact: that sum of two products does not fit only where all four factors are -128. With the
 * promise that B has no such pair (b_products >= 2) the marked loop runs, without it one that
 * widens every product alone.
 * Registers as in gemm_aarch64.h, but x9 b_products; row i of A in v(i), column j of B in v(4 + j),
 * the lanes of element (i, j) of C in v(16 + 4i + j); int16 sums of even columns in v8 to v11, of
 * odd ones in v12 to v15: they are widened while the next column multiplies.
 * One iteration: 32 steps, 32 SMULL, 32 SMLAL2, 32 SADALP, 16 LDR, 2 PRFM, 2 pointers, 2 of the
 * loop; 1024 operations. The last groups of 16 steps, 1 or 2, load nothing beyond the panels. */
#include "bench/gemm/gemm_aarch64.h"

/* Four rows times column \b into \t0 to \t3; the sums of the column before, \p0 to \p3, go to C. */
.macro column b, t0, t1, t2, t3, p0, p1, p2, p3, c0, c1, c2, c3
    smull v\t0\().8h, v0.8b, v\b\().8b
    sadalp v\c0\().4s, v\p0\().8h
    smull v\t1\().8h, v1.8b, v\b\().8b
    smull v\t2\().8h, v2.8b, v\b\().8b
    sadalp v\c1\().4s, v\p1\().8h
    smull v\t3\().8h, v3.8b, v\b\().8b
    smlal2 v\t0\().8h, v0.16b, v\b\().16b
    sadalp v\c2\().4s, v\p2\().8h
    smlal2 v\t1\().8h, v1.16b, v\b\().16b
    smlal2 v\t2\().8h, v2.16b, v\b\().16b
    sadalp v\c3\().4s, v\p3\().8h
    smlal2 v\t3\().8h, v3.16b, v\b\().16b
.endm

/* One group of 16 steps. */
.macro group
    column 4, 8, 9, 10, 11, 12, 13, 14, 15, 19, 23, 27, 31
    column 5, 12, 13, 14, 15, 8, 9, 10, 11, 16, 20, 24, 28
    column 6, 8, 9, 10, 11, 12, 13, 14, 15, 17, 21, 25, 29
    column 7, 12, 13, 14, 15, 8, 9, 10, 11, 18, 22, 26, 30
.endm

/* The same, and the operands of the next one, \at bytes on in both. */
.macro group_load at
    column 4, 8, 9, 10, 11, 12, 13, 14, 15, 19, 23, 27, 31
    ldr q4, [x2, #\at]
    column 5, 12, 13, 14, 15, 8, 9, 10, 11, 16, 20, 24, 28
    ldr q5, [x2, #\at + 16]
    column 6, 8, 9, 10, 11, 12, 13, 14, 15, 17, 21, 25, 29
    ldr q6, [x2, #\at + 32]
    column 7, 12, 13, 14, 15, 8, 9, 10, 11, 18, 22, 26, 30
    ldr q0, [x1, #\at]
    ldr q1, [x1, #\at + 16]
    ldr q2, [x1, #\at + 32]
    ldr q3, [x1, #\at + 48]
    ldr q7, [x2, #\at + 48]
.endm

.macro load_group
    ldp q0, q1, [x1], #64
    ldp q2, q3, [x1, #-32]
    ldp q4, q5, [x2], #64
    ldp q6, q7, [x2, #-32]
.endm

/* One column with each product widened alone. */
.macro column_alone b, c0, c1, c2, c3
    smull v8.8h, v0.8b, v\b\().8b
    smull v9.8h, v1.8b, v\b\().8b
    smull v10.8h, v2.8b, v\b\().8b
    smull v11.8h, v3.8b, v\b\().8b
    smull2 v12.8h, v0.16b, v\b\().16b
    sadalp v\c0\().4s, v8.8h
    smull2 v13.8h, v1.16b, v\b\().16b
    sadalp v\c1\().4s, v9.8h
    smull2 v14.8h, v2.16b, v\b\().16b
    sadalp v\c2\().4s, v10.8h
    smull2 v15.8h, v3.16b, v\b\().16b
    sadalp v\c3\().4s, v11.8h
    sadalp v\c0\().4s, v12.8h
    sadalp v\c1\().4s, v13.8h
    sadalp v\c2\().4s, v14.8h
    sadalp v\c3\().4s, v15.8h
.endm

/* The lanes of a row's four elements into one vector, in the first one's place. */
.macro sum_row r0, r1, r2, r3
    addp v0.4s, v\r0\().4s, v\r1\().4s
    addp v1.4s, v\r2\().4s, v\r3\().4s
    addp v\r0\().4s, v0.4s, v1.4s
.endm

CB_FUNCTION(gemm_s8_4x4__neon)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    ldr x9, [x0, #CB_TILE_B_PRODUCTS]
    add x3, x3, #15
    lsr x3, x3, #4
    cbz x3, 40f
    cmp x9, #2
    b.lo 20f

    load_group
    subs x3, x3, #3
    b.lo 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    group_load 0
    prfm pldl1keep, [x1, #512]
    add x1, x1, #128
    add x2, x2, #128
    prfm pldl1keep, [x1, #448]
    subs x3, x3, #2
    group_load -64
    b.hs 1b
    # LLVM-MCA-END
2:
    adds x3, x3, #2
    b.eq 3f
    group_load 0
3:
    group
    sadalp v19.4s, v12.8h
    sadalp v23.4s, v13.8h
    sadalp v27.4s, v14.8h
    sadalp v31.4s, v15.8h
    b 40f

    /* Nothing is promised. */
20:
    load_group
    column_alone 4, 16, 20, 24, 28
    column_alone 5, 17, 21, 25, 29
    column_alone 6, 18, 22, 26, 30
    column_alone 7, 19, 23, 27, 31
    subs x3, x3, #1
    b.ne 20b

    /* Writes the tile. */
40:
    sum_row 16, 17, 18, 19
    sum_row 20, 21, 22, 23
    sum_row 24, 25, 26, 27
    sum_row 28, 29, 30, 31
    cmp x7, #4
    b.ne 50f
    gemm_row_1 add, 4s, 16
    gemm_rows_end 1, 60f
    gemm_row_1 add, 4s, 20
    gemm_rows_end 2, 60f
    gemm_row_1 add, 4s, 24
    gemm_rows_end 3, 60f
    gemm_row_1 add, 4s, 28
    b 60f
50:
    sub sp, sp, #64
    .cfi_adjust_cfa_offset 64
    mov x9, sp
    stp q16, q20, [x9]
    stp q24, q28, [x9, #32]
    gemm_edge_32 add, 16
    gemm_spill_end 64
60:
    gemm_leave
CB_FUNCTION_END(gemm_s8_4x4__neon)
