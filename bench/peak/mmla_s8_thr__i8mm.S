/* void mmla_s8_thr__i8mm(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * 2 x 2 int32 accumulator += a (2 x 8 int8) times b transposed (2 x 8 int8): SMMLA.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators.
 * One iteration: 4 steps on each of 24 accumulators, 96 measured instructions and 2 of the
 * loop, 6144 operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_FUNCTION(mmla_s8_thr__i8mm, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 2
    .irp v, PEAK_CHAINS_4S
    smmla \v, v0.16b, v1.16b
    .endr
    .endr
    subs x0, x0, #1
    .rept 2
    .irp v, PEAK_CHAINS_4S
    smmla \v, v0.16b, v1.16b
    .endr
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(mmla_s8_thr__i8mm, q)
