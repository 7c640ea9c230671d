/* void mla_f32_lat__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on four float32 lanes, rounded twice: VMLA, what the peak figures of the
 * paper are made of; each step waits for the accumulator of the one before.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q8 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 512
 * operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(mla_f32_lat__armv7neon)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    vmla.f32 q8, q0, q1
    .endr
    subs r0, r0, #1
    .rept 32
    vmla.f32 q8, q0, q1
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave_latency 16
CB_FUNCTION_END(mla_f32_lat__armv7neon)
