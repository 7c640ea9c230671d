/* void smull_smlal2_sadalp_s8_lat__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int32 accumulator += pairs of int16 sums of the products of both operand halves: SMULL,
 * SMLAL2, SADALP, what an int8 GEMM without SDOT does; each step waits for the accumulator of
 * the one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator, v2 intermediate.
 * One iteration: 32 steps on one accumulator, 96 measured instructions and 2 of the loop, 1024
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(smull_smlal2_sadalp_s8_lat__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 16
    smull v2.8h, v0.8b, v1.8b
    smlal2 v2.8h, v0.16b, v1.16b
    sadalp v16.4s, v2.8h
    .endr
    subs x0, x0, #1
    .rept 16
    smull v2.8h, v0.8b, v1.8b
    smlal2 v2.8h, v0.16b, v1.16b
    sadalp v16.4s, v2.8h
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(smull_smlal2_sadalp_s8_lat__neon, q)
