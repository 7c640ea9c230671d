/* void gemm_u8s8_8x8__neon(const cb_gemm_tile *tile);
 *
 * C of 8 x 8 int32 from uint8 (A) and int8 (B) for cores that multiply no mixed signs: both are
 * widened to int16, rows of A by element, B in two halves of a vector. Exact.
 * Registers as in gemm_aarch64.h: row i of C in v(16 + 2i), v(17 + 2i); step s of A in v(2s), of B
 * in v(2s + 1), each loaded a step after its use and widened in the step behind that.
 * One iteration: 4 steps, 64 SMLAL, 8 shifts that widen, 8 LDR D, 2 pointers, 2 of the loop; 512
 * operations. The last steps, 1 to 7, load nothing beyond the panels.
 * Tiles of up to 4 rows or columns have loops that compute no more than that. */
#include "bench/gemm/gemm_aarch64.h"

.macro row a, b, lane, c0, c1
    smlal v\c0\().4s, v\b\().4h, v\a\().h[\lane]
    smlal2 v\c1\().4s, v\b\().8h, v\a\().h[\lane]
.endm

.macro low_rows a, b
    row \a, \b, 0, 16, 17
    row \a, \b, 1, 18, 19
    row \a, \b, 2, 20, 21
    row \a, \b, 3, 22, 23
.endm

.macro high_rows a, b
    row \a, \b, 4, 24, 25
    row \a, \b, 5, 26, 27
    row \a, \b, 6, 28, 29
    row \a, \b, 7, 30, 31
.endm

.macro half_row lane, c
    smlal v\c\().4s, v1.4h, v0.h[\lane]
.endm

.macro widen a, b
    ushll v\a\().8h, v\a\().8b, #0
    sshll v\b\().8h, v\b\().8b, #0
.endm

/* The step in \a, \b; widens \wa, \wb; then fills \a, \b with the one four steps on, at \at. */
.macro step a, b, wa, wb, at
    low_rows \a, \b
    ushll v\wa\().8h, v\wa\().8b, #0
    row \a, \b, 4, 24, 25
    sshll v\wb\().8h, v\wb\().8b, #0
    row \a, \b, 5, 26, 27
    row \a, \b, 6, 28, 29
    row \a, \b, 7, 30, 31
    ldr d\a, [x1, #\at]
.endm

.macro load_step
    ldr d0, [x1], #8
    ldr d1, [x2], #8
    widen 0, 1
.endm

CB_FUNCTION(gemm_u8s8_8x8__neon)
    gemm_enter
    gemm_zero_16
    gemm_prefetch_c
    cbz x3, 40f
    cmp x6, #4
    ccmp x7, #4, #0, hi
    b.ls 10f

    subs x3, x3, #8
    b.lo 2f
    ldr d0, [x1]
    ldr d1, [x2]
    ldr d2, [x1, #8]
    ldr d3, [x2, #8]
    ldr d4, [x1, #16]
    ldr d5, [x2, #16]
    ldr d6, [x1, #24]
    ldr d7, [x2, #24]
    widen 0, 1
    widen 2, 3
    widen 4, 5
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step 0, 1, 6, 7, 32
    ldr d1, [x2, #32]
    step 2, 3, 0, 1, 40
    subs x3, x3, #4
    ldr d3, [x2, #40]
    step 4, 5, 2, 3, 48
    add x1, x1, #32
    ldr d5, [x2, #48]
    add x2, x2, #32
    step 6, 7, 4, 5, 24
    ldr d7, [x2, #24]
    b.hs 1b
    # LLVM-MCA-END
    /* What the loop has loaded of the next steps is loaded again. */
2:
    add x3, x3, #8
3:
    load_step
    low_rows 0, 1
    high_rows 0, 1
    subs x3, x3, #1
    b.ne 3b
    b 40f

    /* Up to 4 rows, or up to 4 columns */
10:
    cmp x6, #4
    b.hi 12f
11:
    load_step
    low_rows 0, 1
    subs x3, x3, #1
    b.ne 11b
    b 40f
12:
    load_step
    half_row 0, 16
    half_row 1, 18
    half_row 2, 20
    half_row 3, 22
    half_row 4, 24
    half_row 5, 26
    half_row 6, 28
    half_row 7, 30
    subs x3, x3, #1
    b.ne 12b

    /* Writes the tile. */
40:
    cmp x7, #8
    b.ne 50f
    gemm_rows_8x2 add, 4s, 60f
    b 60f
50:
    gemm_spill_16
    gemm_edge_32 add, 32
    gemm_spill_end 256
60:
    gemm_leave
CB_FUNCTION_END(gemm_u8s8_8x8__neon)
