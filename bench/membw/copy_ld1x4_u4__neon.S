/* void copy_ld1x4_u4__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Copies a to dst: LD1 and ST1 of four 128-bit vector registers, 4 each; the pointers step with
 * each.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x10 in a, x12 end of the pass.
 * One iteration: 256 bytes of each operand, 4 loads and 4 stores and the loop's own, 512 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(copy_ld1x4_u4__neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    ld1 {v0.16b-v3.16b}, [x10], #64
    ld1 {v4.16b-v7.16b}, [x10], #64
    st1 {v0.16b-v3.16b}, [x9], #64
    st1 {v4.16b-v7.16b}, [x9], #64
    ld1 {v16.16b-v19.16b}, [x10], #64
    ld1 {v20.16b-v23.16b}, [x10], #64
    st1 {v16.16b-v19.16b}, [x9], #64
    st1 {v20.16b-v23.16b}, [x9], #64
    cmp x9, x12
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(copy_ld1x4_u4__neon)
