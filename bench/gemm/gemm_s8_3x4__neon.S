/* void gemm_s8_3x4__neon(const cb_gemm_tile *tile);
 *
 * C of 3 x 4 int32 from int8 for in-order cores without dot products. SADALP takes a Cortex-A53 two
 * cycles, so as many products as B promises (b_products) are summed in int16 first: SMULL, then
 * SMLAL on top, then SADALP. Exact: without a promise every product is widened alone.
 * Eight steps of k are a slice: one 64-bit load for each row of A and column of B, no INS, and
 * every load six cycles before its use.
 * Registers as in gemm_aarch64.h, but x9 b_products; row i of A in v(i), column j of B in v(3 + j),
 * of column 0 in v7 every other slice; int16 sums of element (i, j) of C in v(8 + 4i + j), the
 * lanes of the element itself in v(20 + 4i + j).
 * One iteration: 32 steps, 12 SMULL, 36 SMLAL, 12 SADALP, 28 LDR D, 2 PRFM, 2 pointers, 2 of the
 * loop; 768 operations. The last slices, 1 to 4, load nothing beyond the panels.
 * With a promise of two products only, a loop of two slices does the same. */
#include "bench/gemm/gemm_aarch64.h"

/* Twelve products, and loads of the next slice: row 0 of A from \oa, rows 1 and 2 from \oa1,
 * columns 0 and 1 of B from \ob, 2 and 3 from \ob1. The order gives each operand back six products
 * before its next use; \b0 is where column 0 lies now, \n0 where it lies next. Other instructions
 * at \first to \fourth, and \last as the last. */
.macro slice mul, b0, n0, oa, oa1, ob, ob1, first, second, third, fourth, last
    \mul 9, 21, 0, 4
    \first
    \mul 10, 22, 0, 5
    ldr d\n0, [x2, #\ob]
    \mul 8, 20, 0, \b0
    \second
    \mul 11, 23, 0, 6
    ldr d0, [x1, #\oa]
    \mul 13, 25, 1, 4
    \third
    \mul 17, 29, 2, 4
    ldr d4, [x2, #\ob + 8]
    \mul 14, 26, 1, 5
    \fourth
    \mul 18, 30, 2, 5
    ldr d5, [x2, #\ob1 + 16]
    \mul 15, 27, 1, 6
    \mul 19, 31, 2, 6
    ldr d6, [x2, #\ob1 + 24]
    \mul 12, 24, 1, \b0
    ldr d1, [x1, #\oa1 + 8]
    \mul 16, 28, 2, \b0
    \last
.endm

/* Product of row \a and column \b as the first of an int16 sum \t; what is there goes to \c. */
.macro first t, c, a, b
    sadalp v\c\().4s, v\t\().8h
    smull v\t\().8h, v\a\().8b, v\b\().8b
.endm

/* As a further one. */
.macro more t, c, a, b
    smlal v\t\().8h, v\a\().8b, v\b\().8b
.endm

/* The operands of the first slice; the loop loads row 2 of A itself. */
.macro load_first
    ldr d0, [x1]
    ldr d1, [x1, #8]
    ldr d3, [x2]
    ldr d4, [x2, #8]
    ldr d5, [x2, #16]
    ldr d6, [x2, #24]
.endm

/* The int16 sums of row \t0 to \t3 to C. */
.macro widen t0, t1, t2, t3, c0, c1, c2, c3
    sadalp v\c0\().4s, v\t0\().8h
    sadalp v\c1\().4s, v\t1\().8h
    sadalp v\c2\().4s, v\t2\().8h
    sadalp v\c3\().4s, v\t3\().8h
.endm

.macro widen_all
    widen 8, 9, 10, 11, 20, 21, 22, 23
    widen 12, 13, 14, 15, 24, 25, 26, 27
    widen 16, 17, 18, 19, 28, 29, 30, 31
.endm

/* One row of a slice, each product alone. */
.macro row_alone a, t0, t1, t2, t3
    smull v\t0\().8h, v\a\().8b, v3.8b
    smull v\t1\().8h, v\a\().8b, v4.8b
    smull v\t2\().8h, v\a\().8b, v5.8b
    smull v\t3\().8h, v\a\().8b, v6.8b
.endm

/* The lanes of a row's four elements into one vector, in the first one's place. */
.macro sum_row r0, r1, r2, r3
    addp v0.4s, v\r0\().4s, v\r1\().4s
    addp v1.4s, v\r2\().4s, v\r3\().4s
    addp v\r0\().4s, v0.4s, v1.4s
.endm

CB_FUNCTION(gemm_s8_3x4__neon)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    ldr x9, [x0, #CB_TILE_B_PRODUCTS]
    add x3, x3, #7
    lsr x3, x3, #3
    cbz x3, 40f
    cmp x9, #2
    b.lo 30f
    cmp x9, #4
    b.lo 20f

    /* Four products in a sum */
    subs x3, x3, #5
    b.lo 12f
    load_first
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
11:
    slice first, 3, 7, 24, 24, 32, 32, "ldr d2, [x1, #16]", , , , "ldr d2, [x1, #40]"
    slice more, 7, 3, 48, 48, 64, 64, , "prfm pldl1keep, [x1, #512]", , , "ldr d2, [x1, #64]"
    slice more, 3, 7, 72, 72, 96, 96, , "prfm pldl1keep, [x2, #512]", , , "ldr d2, [x1, #88]"
    slice more, 7, 3, 96, 0, 128, 0, , "subs x3, x3, #4", "add x1, x1, #96", "add x2, x2, #128"
    b.hs 11b
    # LLVM-MCA-END
    widen_all
12:
    add x3, x3, #5
    b 30f

    /* Two */
20:
    subs x3, x3, #3
    b.lo 22f
    load_first
21:
    slice first, 3, 7, 24, 24, 32, 32, "ldr d2, [x1, #16]", , , , "ldr d2, [x1, #40]"
    slice more, 7, 3, 48, 0, 64, 0, , "subs x3, x3, #2", "add x1, x1, #48", "add x2, x2, #64"
    b.hs 21b
    widen_all
22:
    add x3, x3, #3

    /* One: the rest, or all where nothing is promised */
30:
    ldr d0, [x1]
    ldr d1, [x1, #8]
    ldr d2, [x1, #16]
    add x1, x1, #24
    ldr d3, [x2]
    ldr d4, [x2, #8]
    ldr d5, [x2, #16]
    ldr d6, [x2, #24]
    add x2, x2, #32
    row_alone 0, 8, 9, 10, 11
    row_alone 1, 12, 13, 14, 15
    row_alone 2, 16, 17, 18, 19
    widen_all
    subs x3, x3, #1
    b.ne 30b

    /* Writes the tile. */
40:
    sum_row 20, 21, 22, 23
    sum_row 24, 25, 26, 27
    sum_row 28, 29, 30, 31
    cmp x7, #4
    b.ne 50f
    gemm_row_1 add, 4s, 20
    gemm_rows_end 1, 60f
    gemm_row_1 add, 4s, 24
    gemm_rows_end 2, 60f
    gemm_row_1 add, 4s, 28
    b 60f
50:
    sub sp, sp, #64
    .cfi_adjust_cfa_offset 64
    mov x9, sp
    stp q20, q24, [x9]
    str q28, [x9, #32]
    gemm_edge_32 add, 16
    gemm_spill_end 64
60:
    gemm_leave
CB_FUNCTION_END(gemm_s8_3x4__neon)
