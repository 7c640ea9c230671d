/* void fmadd_f64_lat__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on one float64: FMADD; each step waits for the accumulator of the one
 * before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 128
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(fmadd_f64_lat__neon, d)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    fmadd d16, d0, d1, d16
    .endr
    subs x0, x0, #1
    .rept 32
    fmadd d16, d0, d1, d16
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(fmadd_f64_lat__neon, d)
