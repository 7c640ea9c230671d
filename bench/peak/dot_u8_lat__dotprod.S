/* void dot_u8_lat__dotprod(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint32 accumulator += sums of four uint8 products: UDOT; each step waits for the accumulator
 * of the one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 2048
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(dot_u8_lat__dotprod, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    udot v16.4s, v0.16b, v1.16b
    .endr
    subs x0, x0, #1
    .rept 32
    udot v16.4s, v0.16b, v1.16b
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(dot_u8_lat__dotprod, q)
