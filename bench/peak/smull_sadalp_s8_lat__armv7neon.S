/* void smull_sadalp_s8_lat__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int32 accumulator += pairs of int16 products of int8 lanes (the operands' lower halves):
 * VMULL, VPADAL; each step waits for the accumulator of the one before.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q8 accumulator, q2
 * intermediate.
 * One iteration: 32 steps on one accumulator, 64 measured instructions and 2 of the loop, 512
 * operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(smull_sadalp_s8_lat__armv7neon)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 16
    vmull.s8 q2, d0, d2
    vpadal.s16 q8, q2
    .endr
    subs r0, r0, #1
    .rept 16
    vmull.s8 q2, d0, d2
    vpadal.s16 q8, q2
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave_latency 16
CB_FUNCTION_END(smull_sadalp_s8_lat__armv7neon)
