/* void smull_sadalp_s8_thr__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int32 accumulator += pairs of int16 products of int8 lanes (the operands' lower halves):
 * VMULL, VPADAL.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q8 to q15 accumulators, q2
 * to q7 intermediate: groups of four steps, so that an in-order core does not wait.
 * One iteration: 4 steps on each of 8 accumulators, 64 measured instructions and 2 of the loop,
 * 512 operations. */
#include "bench/peak/peak_armv7.h"

.macro four_steps a, b, c, d, e, f, g, h
    vmull.s8 \e, d0, d2
    vmull.s8 \f, d0, d2
    vmull.s8 \g, d0, d2
    vmull.s8 \h, d0, d2
    vpadal.s16 \a, \e
    vpadal.s16 \b, \f
    vpadal.s16 \c, \g
    vpadal.s16 \d, \h
.endm

.macro one_step_each
    four_steps q8, q9, q10, q11, q2, q3, q4, q5
    four_steps q12, q13, q14, q15, q6, q7, q2, q3
.endm

CB_FUNCTION(smull_sadalp_s8_thr__armv7neon)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    one_step_each
    one_step_each
    subs r0, r0, #1
    one_step_each
    one_step_each
    bne 1b
    # LLVM-MCA-END
    peak_leave 16
CB_FUNCTION_END(smull_sadalp_s8_thr__armv7neon)
