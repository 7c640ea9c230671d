/* void copy_ldpx_u32__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Copies a to dst: LDP and STP of 64-bit general registers, 32 each.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x10 in a, x12 end of the pass.
 * One iteration: 512 bytes of each operand, 32 loads and 32 stores and the loop's own, 1024
 * bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(copy_ldpx_u32__a64)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pair_x4 ldp, x10, 0
    pair_x4 stp, x9, 0
    pair_x4 ldp, x10, 64
    pair_x4 stp, x9, 64
    pair_x4 ldp, x10, 128
    pair_x4 stp, x9, 128
    pair_x4 ldp, x10, 192
    pair_x4 stp, x9, 192
    pair_x4 ldp, x10, 256
    pair_x4 stp, x9, 256
    pair_x4 ldp, x10, 320
    pair_x4 stp, x9, 320
    pair_x4 ldp, x10, 384
    pair_x4 stp, x9, 384
    add x10, x10, #512
    pair_x4 ldp, x10, -64
    add x9, x9, #512
    cmp x9, x12
    pair_x4 stp, x9, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(copy_ldpx_u32__a64)
