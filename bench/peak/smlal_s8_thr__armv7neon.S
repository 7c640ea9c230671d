/* void smlal_s8_thr__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int16 accumulator += int8 a * int8 b on eight lanes (the operands' lower halves), modulo
 * 2^16: VMLAL.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q2 to q15 accumulators.
 * One iteration: 4 steps on each of 14 accumulators, 56 measured instructions and 2 of the
 * loop, 896 operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(smlal_s8_thr__armv7neon)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 2
    .irp n, PEAK_CHAINS
    vmlal.s8 q\n, d0, d2
    .endr
    .endr
    subs r0, r0, #1
    .rept 2
    .irp n, PEAK_CHAINS
    vmlal.s8 q\n, d0, d2
    .endr
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave 4
CB_FUNCTION_END(smlal_s8_thr__armv7neon)
