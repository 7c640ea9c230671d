/* void tbl_u8_thr__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator = table a at the accumulator, 0 past its end; 16 look-ups in a table of 16 bytes:
 * TBL.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators.
 * One iteration: 4 steps on each of 24 accumulators, 96 measured instructions and 2 of the
 * loop, 1536 operations. */
#include "bench/peak/peak_aarch64.h"

PEAK_FUNCTION(tbl_u8_thr__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    .rept 2
    .irp v, PEAK_CHAINS_16B
    tbl \v, {v0.16b}, \v
    .endr
    .endr
    subs x0, x0, #1
    .rept 2
    .irp v, PEAK_CHAINS_16B
    tbl \v, {v0.16b}, \v
    .endr
    .endr
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(tbl_u8_thr__neon, q)
