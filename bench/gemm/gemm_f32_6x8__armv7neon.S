/* void gemm_f32_6x8__armv7neon(const cb_gemm_tile *tile);
 *
 * C of 6 x 8 float32: rows of A by element, B in two vectors. VMLA and not VFMA, which has no form
 * with an element in A32.
 * Registers as in gemm_armv7.h; of A d4 to d6, two rows each; of B q0, q1. Every load is issued at
 * least 4 VMLAs before its use.
 * One iteration: 4 steps, 48 VMLAs, 20 VLD1, 2 of the loop; 384 operations. The last steps, 1 to 4,
 * load nothing beyond the panels.
 * Tiles of up to 2 rows or 4 columns have loops that compute no more than that. */
#include "bench/gemm/gemm_armv7.h"

/* Two rows of A times one vector of B. */
.macro two b, a, c0, c1
    vmla.f32 \c0, \b, \a[0]
    vmla.f32 \c1, \b, \a[1]
.endm

.macro six b, c0, c1, c2, c3, c4, c5
    two \b, d4, \c0, \c1
    two \b, d5, \c2, \c3
    two \b, d6, \c4, \c5
.endm

/* One step, which leaves the operands of the step after it in their places. */
.macro step
    six q0, q4, q6, q8, q10, q12, q14
    vld1.32 {d0, d1}, [r2]!
    two q1, d4, q5, q7
    vld1.32 {d4}, [r1]!
    two q1, d5, q9, q11
    vld1.32 {d5}, [r1]!
    two q1, d6, q13, q15
    vld1.32 {d6}, [r1]!
    vld1.32 {d2, d3}, [r2]!
.endm

.macro last_step
    six q0, q4, q6, q8, q10, q12, q14
    six q1, q5, q7, q9, q11, q13, q15
.endm

CB_FUNCTION(gemm_f32_6x8__armv7neon)
    gemm_enter
    gemm_zero
    cmp r3, #0
    beq 40f
    cmp r6, #2
    bls 20f
    cmp r7, #4
    bls 10f

    /* 3 to 6 rows, 5 to 8 columns */
    vld1.32 {d4-d6}, [r1]!
    vld1.32 {d0-d3}, [r2]!
    subs r3, r3, #5
    blo 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step
    step
    subs r3, r3, #4
    step
    pld [r1, #256]
    step
    pld [r2, #256]
    bhs 1b
    # LLVM-MCA-END
2:
    adds r3, r3, #4
    beq 4f
3:
    step
    subs r3, r3, #1
    bne 3b
4:
    last_step
    b 40f

    /* 3 to 6 rows, 1 to 4 columns */
10:
    vld1.32 {d4-d6}, [r1]!
    vld1.32 {d0-d3}, [r2]!
    six q0, q4, q6, q8, q10, q12, q14
    subs r3, r3, #1
    bne 10b
    b 40f

    /* 1 or 2 rows of 8 or 4 columns */
20:
    cmp r7, #4
    bls 22f
21:
    vld1.32 {d4-d6}, [r1]!
    vld1.32 {d0-d3}, [r2]!
    two q0, d4, q4, q6
    two q1, d4, q5, q7
    subs r3, r3, #1
    bne 21b
    b 40f
22:
    vld1.32 {d4-d6}, [r1]!
    vld1.32 {d0-d3}, [r2]!
    two q0, d4, q4, q6
    subs r3, r3, #1
    bne 22b

    /* Writes the tile. */
40:
    cmp r7, #8
    bne 50f
    gemm_rows vadd.f32, 60f
50:
    gemm_edge vadd.f32
60:
    gemm_leave
CB_FUNCTION_END(gemm_f32_6x8__armv7neon)
