/* void umlal_u32_lat__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint64 accumulator += uint32 a * uint32 b on two lanes (the operands' lower halves): UMLAL;
 * each step waits for the accumulator of the one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 256
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(umlal_u32_lat__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    umlal v16.2d, v0.2s, v1.2s
    .endr
    subs x0, x0, #1
    .rept 32
    umlal v16.2d, v0.2s, v1.2s
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(umlal_u32_lat__neon, q)
