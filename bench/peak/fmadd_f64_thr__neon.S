/* void fmadd_f64_thr__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on one float64: FMADD.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators.
 * One iteration: 12 steps on each of 24 accumulators, 288 measured instructions and 2 of the
 * loop, 576 operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_FUNCTION(fmadd_f64_thr__neon, d)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 6
    .irp n, PEAK_CHAINS
    fmadd d\n, d0, d1, d\n
    .endr
    .endr
    subs x0, x0, #1
    .rept 6
    .irp n, PEAK_CHAINS
    fmadd d\n, d0, d1, d\n
    .endr
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(fmadd_f64_thr__neon, d)
