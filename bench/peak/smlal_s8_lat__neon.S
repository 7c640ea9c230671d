/* void smlal_s8_lat__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int16 accumulator += int8 a * int8 b on eight lanes (the operands' lower halves), modulo
 * 2^16: SMLAL; each step waits for the accumulator of the one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator.
 * One iteration: 64 steps on one accumulator, 64 measured instructions and 2 of the loop, 1024
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(smlal_s8_lat__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 32
    smlal v16.8h, v0.8b, v1.8b
    .endr
    subs x0, x0, #1
    .rept 32
    smlal v16.8h, v0.8b, v1.8b
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(smlal_s8_lat__neon, q)
