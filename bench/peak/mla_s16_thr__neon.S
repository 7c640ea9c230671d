/* void mla_s16_thr__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b on eight int16 lanes, modulo 2^16: MLA.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators.
 * One iteration: 4 steps on each of 24 accumulators, 96 measured instructions and 2 of the
 * loop, 1536 operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_FUNCTION(mla_s16_thr__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 2
    .irp v, PEAK_CHAINS_8H
    mla \v, v0.8h, v1.8h
    .endr
    .endr
    subs x0, x0, #1
    .rept 2
    .irp v, PEAK_CHAINS_8H
    mla \v, v0.8h, v1.8h
    .endr
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(mla_s16_thr__neon, q)
