/* void fma_f32_thr__vfpv4(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on four float32 lanes: VFMA.
 * r0, r1 iterations, r2 a, r3 b, out on the stack; q0, q1 operands, q2 to q15 accumulators.
 * One iteration: 4 steps on each of 14 accumulators, 56 measured instructions and 2 of the
 * loop, 448 operations. */
#include "bench/peak/peak_armv7.h"

CB_FUNCTION(fma_f32_thr__vfpv4)
    peak_enter 16
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 2
    .irp n, PEAK_CHAINS
    vfma.f32 q\n, q0, q1
    .endr
    .endr
    subs r0, r0, #1
    .rept 2
    .irp n, PEAK_CHAINS
    vfma.f32 q\n, q0, q1
    .endr
    .endr
    bne 1b
    # LLVM-MCA-END
    peak_leave 4
CB_FUNCTION_END(fma_f32_thr__vfpv4)
