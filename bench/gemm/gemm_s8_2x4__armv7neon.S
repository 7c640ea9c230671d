/* void gemm_s8_2x4__armv7neon(const cb_gemm_tile *tile);
 *
 * C of 2 x 4 int32 from int8: 16 steps of k in a vector, VMULL of its lower half, VMLAL of its
 * upper half on top, VPADAL of the int16 sums. Exact: that sum of two products does not fit only
 * where all four factors are -128. With the promise that B has no such pair (b_products >= 2) the
 * marked loop runs, without it one that widens every product alone.
 * Registers as in gemm_armv7.h, but r9 b_products; A in q0, q1; B in q2, q3 in turn; int16 sums in
 * q4 to q7; the lanes of element (i, j) of C in q(8 + 4i + j).
 * One iteration: 16 steps, 8 VMULL, 8 VMLAL, 8 VPADAL, 3 VLD1, 2 of the loop; 256 operations. */
#include "bench/gemm/gemm_armv7.h"

/* Both rows times a column of B, whose halves are \low and \high. */
.macro column low, high, t0, t1, c0, c1
    vmull.s8 \t0, d0, \low
    vmull.s8 \t1, d2, \low
    vmlal.s8 \t0, d1, \high
    vmlal.s8 \t1, d3, \high
    vpadal.s16 \c0, \t0
    vpadal.s16 \c1, \t1
.endm

/* The same with each product widened alone. */
.macro column_alone low, high, c0, c1
    vmull.s8 q4, d0, \low
    vmull.s8 q5, d2, \low
    vmull.s8 q6, d1, \high
    vmull.s8 q7, d3, \high
    vpadal.s16 \c0, q4
    vpadal.s16 \c1, q5
    vpadal.s16 \c0, q6
    vpadal.s16 \c1, q7
.endm

/* The lanes of a row's four elements, d registers in pairs, into \to. */
.macro sum_row to_low, to_high, a0, a1, b0, b1, c0, c1, e0, e1
    vadd.i32 \a0, \a0, \a1
    vadd.i32 \b0, \b0, \b1
    vadd.i32 \c0, \c0, \c1
    vadd.i32 \e0, \e0, \e1
    vpadd.i32 \to_low, \a0, \b0
    vpadd.i32 \to_high, \c0, \e0
.endm

CB_FUNCTION(gemm_s8_2x4__armv7neon)
    gemm_enter
    gemm_zero
    ldr r9, [r0, #CB_TILE_B_PRODUCTS]
    add r3, r3, #15
    lsrs r3, r3, #4
    beq 40f
    cmp r9, #2
    blo 20f

    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
10:
    vld1.8 {d0-d3}, [r1]!
    vld1.8 {d4-d7}, [r2]!
    column d4, d5, q4, q5, q8, q12
    column d6, d7, q6, q7, q9, q13
    vld1.8 {d4-d7}, [r2]!
    subs r3, r3, #1
    column d4, d5, q4, q5, q10, q14
    column d6, d7, q6, q7, q11, q15
    bne 10b
    # LLVM-MCA-END
    b 40f

    /* Nothing is promised. */
20:
    vld1.8 {d0-d3}, [r1]!
    vld1.8 {d4-d7}, [r2]!
    column_alone d4, d5, q8, q12
    column_alone d6, d7, q9, q13
    vld1.8 {d4-d7}, [r2]!
    subs r3, r3, #1
    column_alone d4, d5, q10, q14
    column_alone d6, d7, q11, q15
    bne 20b

    /* Writes the tile: its rows as the first halves of two rows of eight. */
40:
    sum_row d8, d9, d16, d17, d18, d19, d20, d21, d22, d23
    sum_row d12, d13, d24, d25, d26, d27, d28, d29, d30, d31
    gemm_edge vadd.i32
    gemm_leave
CB_FUNCTION_END(gemm_s8_2x4__armv7neon)
