/* void bitmac_and_lat__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint16 accumulator += number of common bits in each byte pair, 128 one-bit multiply-
 * accumulates of unipolar numbers: AND, CNT, UADALP; each step waits for the accumulator of the
 * one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator, v2 intermediate.
 * One iteration: 32 steps on one accumulator, 96 measured instructions and 2 of the loop, 8192
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(bitmac_and_lat__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 16
    and v2.16b, v0.16b, v1.16b
    cnt v2.16b, v2.16b
    uadalp v16.8h, v2.16b
    .endr
    subs x0, x0, #1
    .rept 16
    and v2.16b, v0.16b, v1.16b
    cnt v2.16b, v2.16b
    uadalp v16.8h, v2.16b
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(bitmac_and_lat__neon, q)
