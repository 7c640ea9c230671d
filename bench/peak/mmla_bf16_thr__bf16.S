/* void mmla_bf16_thr__bf16(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * 2 x 2 float32 accumulator += a (2 x 4 bfloat16) times b transposed (2 x 4 bfloat16): BFMMLA.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators.
 * One iteration: 4 steps on each of 24 accumulators, 96 measured instructions and 2 of the
 * loop, 3072 operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_FUNCTION(mmla_bf16_thr__bf16, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 2
    .irp v, PEAK_CHAINS_4S
    bfmmla \v, v0.8h, v1.8h
    .endr
    .endr
    subs x0, x0, #1
    .rept 2
    .irp v, PEAK_CHAINS_4S
    bfmmla \v, v0.8h, v1.8h
    .endr
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(mmla_bf16_thr__bf16, q)
