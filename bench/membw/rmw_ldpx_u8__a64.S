/* void rmw_ldpx_u8__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Inverts every bit of dst: LDP, MVN and STP of 64-bit general registers, 8 each.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 8 loads and 8 stores, the inversions and the loop's
 * own, 256 bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(rmw_ldpx_u8__a64)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pair_x4 ldp, x9, 0
    mvn_x8
    pair_x4 stp, x9, 0
    pair_x4 ldp, x9, 64
    mvn_x8
    add x9, x9, #128
    cmp x9, x12
    pair_x4 stp, x9, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(rmw_ldpx_u8__a64)
