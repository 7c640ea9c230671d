/* void read_ld1x4_u4__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LD1 of four 128-bit vector registers, 4 in a row; the pointer steps with each.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 256 bytes of each operand, 4 loads and 0 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ld1x4_u4__neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    ld1 {v0.16b-v3.16b}, [x10], #64
    ld1 {v4.16b-v7.16b}, [x10], #64
    ld1 {v16.16b-v19.16b}, [x10], #64
    ld1 {v20.16b-v23.16b}, [x10], #64
    cmp x10, x12
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ld1x4_u4__neon)
