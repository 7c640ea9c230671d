/* void bitmac_and_lat__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint16 accumulator += number of common bits in each byte pair, 128 one-bit multiply-
 * accumulates of unipolar numbers: VAND, VCNT, VPADAL; each step waits for the accumulator of
 * the one before.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q8 accumulator, q2
 * intermediate.
 * One iteration: 32 steps on one accumulator, 96 measured instructions and 2 of the loop, 8192
 * operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(bitmac_and_lat__armv7neon)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 16
    vand q2, q0, q1
    vcnt.8 q2, q2
    vpadal.u8 q8, q2
    .endr
    subs r0, r0, #1
    .rept 16
    vand q2, q0, q1
    vcnt.8 q2, q2
    vpadal.u8 q8, q2
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave_latency 16
CB_FUNCTION_END(bitmac_and_lat__armv7neon)
