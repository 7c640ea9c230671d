/* void bitmac_xor_thr__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint16 accumulator += number of differing bits in each byte pair, 128 one-bit multiply-
 * accumulates of bipolar numbers: VEOR, VCNT, VPADAL.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q8 to q15 accumulators, q2
 * to q7 intermediate: groups of four steps, so that an in-order core does not wait.
 * One iteration: 2 steps on each of 8 accumulators, 48 measured instructions and 2 of the loop,
 * 4096 operations. */
#include "bench/peak/peak_armv7.h"

.macro four_steps a, b, c, d, e, f, g, h
    veor \e, q0, q1
    veor \f, q0, q1
    veor \g, q0, q1
    veor \h, q0, q1
    vcnt.8 \e, \e
    vcnt.8 \f, \f
    vcnt.8 \g, \g
    vcnt.8 \h, \h
    vpadal.u8 \a, \e
    vpadal.u8 \b, \f
    vpadal.u8 \c, \g
    vpadal.u8 \d, \h
.endm

.macro one_step_each
    four_steps q8, q9, q10, q11, q2, q3, q4, q5
    four_steps q12, q13, q14, q15, q6, q7, q2, q3
.endm

CB_FUNCTION(bitmac_xor_thr__armv7neon)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    one_step_each
    subs r0, r0, #1
    one_step_each
    bne 1b
    # LLVM-MCA-END
    peak_leave 16
CB_FUNCTION_END(bitmac_xor_thr__armv7neon)
