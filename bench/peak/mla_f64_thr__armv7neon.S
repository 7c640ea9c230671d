/* void mla_f64_thr__armv7neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on one float64, rounded twice: VMLA.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; d0, d1 operands, d8 to d31 accumulators.
 * One iteration: 4 steps on each of 24 accumulators, 96 measured instructions and 2 of the
 * loop, 192 operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(mla_f64_thr__armv7neon)
    peak_enter 8
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 2
    .irp n, PEAK_CHAINS_D
    vmla.f64 d\n, d0, d1
    .endr
    .endr
    subs r0, r0, #1
    .rept 2
    .irp n, PEAK_CHAINS_D
    vmla.f64 d\n, d0, d1
    .endr
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave 8
CB_FUNCTION_END(mla_f64_thr__armv7neon)
