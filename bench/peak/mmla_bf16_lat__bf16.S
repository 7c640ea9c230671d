/* void mmla_bf16_lat__bf16(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * 2 x 2 float32 accumulator += a (2 x 4 bfloat16) times b transposed (2 x 4 bfloat16): BFMMLA;
 * each step waits for the accumulator of the one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 2048
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(mmla_bf16_lat__bf16, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    bfmmla v16.4s, v0.8h, v1.8h
    .endr
    subs x0, x0, #1
    .rept 32
    bfmmla v16.4s, v0.8h, v1.8h
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(mmla_bf16_lat__bf16, q)
