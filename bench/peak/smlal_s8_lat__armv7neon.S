/* void smlal_s8_lat__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int16 accumulator += int8 a * int8 b on eight lanes (the operands' lower halves), modulo
 * 2^16: VMLAL; each step waits for the accumulator of the one before.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q8 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 1024
 * operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(smlal_s8_lat__armv7neon)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    vmlal.s8 q8, d0, d2
    .endr
    subs r0, r0, #1
    .rept 32
    vmlal.s8 q8, d0, d2
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave_latency 16
CB_FUNCTION_END(smlal_s8_lat__armv7neon)
