/* void mla_f64_lat__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on one float64, rounded twice: VMLA; each step waits for the accumulator
 * of the one before.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; d0, d1 operands, d16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 128
 * operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(mla_f64_lat__armv7neon)
    peak_enter 8
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    vmla.f64 d16, d0, d1
    .endr
    subs r0, r0, #1
    .rept 32
    vmla.f64 d16, d0, d1
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave_latency 8
CB_FUNCTION_END(mla_f64_lat__armv7neon)
