/* void tbl_add_u8_lat__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += table a at b, modulo 2^8; 16 look-ups in a table of 16 bytes, as a LUT GEMM
 * sums them: TBL, ADD; each step waits for the accumulator of the one before.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v16 accumulator, v2 intermediate.
 * One iteration: 32 steps on one accumulator, 64 measured instructions and 2 of the loop, 512
 * operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_LATENCY_FUNCTION(tbl_add_u8_lat__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 16
    tbl v2.16b, {v0.16b}, v1.16b
    add v16.16b, v16.16b, v2.16b
    .endr
    subs x0, x0, #1
    .rept 16
    tbl v2.16b, {v0.16b}, v1.16b
    add v16.16b, v16.16b, v2.16b
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_LATENCY_FUNCTION_END(tbl_add_u8_lat__neon, q)
