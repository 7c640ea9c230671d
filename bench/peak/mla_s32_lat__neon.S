/* void mla_s32_lat__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on four int32 lanes, modulo 2^32: MLA; each step waits for the
 * accumulator of the one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 512
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(mla_s32_lat__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    mla v16.4s, v0.4s, v1.4s
    .endr
    subs x0, x0, #1
    .rept 32
    mla v16.4s, v0.4s, v1.4s
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(mla_s32_lat__neon, q)
