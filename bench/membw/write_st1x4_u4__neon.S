/* void write_st1x4_u4__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: ST1 of four 128-bit vector registers, 4 in a row; the pointer steps with
 * each.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x12 end of the pass.
 * One iteration: 256 bytes of each operand, 0 loads and 4 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(write_st1x4_u4__neon)
    ones_q8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    st1 {v0.16b-v3.16b}, [x9], #64
    st1 {v4.16b-v7.16b}, [x9], #64
    st1 {v0.16b-v3.16b}, [x9], #64
    st1 {v4.16b-v7.16b}, [x9], #64
    cmp x9, x12
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(write_st1x4_u4__neon)
