/* void gemm_u8s8_6x8__armv7neon(const cb_gemm_tile *tile);
 *
 * C of 6 x 8 int32 from uint8 (A) and int8 (B): both are widened to int16, rows of A by element, B
 * in two halves of a vector. Exact.
 * Registers as in gemm_armv7.h; of A q0, of B q1.
 * One iteration: 1 step, 12 VMLAL, 2 VMOVL, 2 VLD1, 1 pointer, 2 of the loop; 96 operations. A's
 * panel has 6 bytes a step: the last two of eight loaded are the next step's, so the last step,
 * which stands alone, loads its six as 4 and 2. */
#include "bench/gemm/gemm_armv7.h"

.macro row lane, c0, c1
    vmlal.s16 \c0, d2, \lane
    vmlal.s16 \c1, d3, \lane
.endm

.macro step
    vmovl.u8 q0, d0
    vmovl.s8 q1, d2
    row d0[0], q4, q5
    row d0[1], q6, q7
    row d0[2], q8, q9
    row d0[3], q10, q11
    row d1[0], q12, q13
    row d1[1], q14, q15
.endm

CB_FUNCTION(gemm_u8s8_6x8__armv7neon)
    gemm_enter
    gemm_zero
    cmp r3, #0
    beq 40f
    subs r3, r3, #1
    beq 20f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
10:
    vld1.8 {d0}, [r1]
    vld1.8 {d2}, [r2]!
    add r1, r1, #6
    subs r3, r3, #1
    step
    bne 10b
    # LLVM-MCA-END
20:
    vmov.i32 d0, #0
    vld1.32 {d0[0]}, [r1]!
    vld1.16 {d0[2]}, [r1]
    vld1.8 {d2}, [r2]
    step

    /* Writes the tile. */
40:
    cmp r7, #8
    bne 50f
    gemm_rows vadd.i32, 60f
50:
    gemm_edge vadd.i32
60:
    gemm_leave
CB_FUNCTION_END(gemm_u8s8_6x8__armv7neon)
