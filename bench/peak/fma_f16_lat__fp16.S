/* void fma_f16_lat__fp16(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on eight float16 lanes: FMLA; each step waits for the accumulator of the
 * one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 1024
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(fma_f16_lat__fp16, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    fmla v16.8h, v0.8h, v1.8h
    .endr
    subs x0, x0, #1
    .rept 32
    fmla v16.8h, v0.8h, v1.8h
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(fma_f16_lat__fp16, q)
