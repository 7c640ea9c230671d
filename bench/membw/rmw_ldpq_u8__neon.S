/* void rmw_ldpq_u8__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Inverts every bit of dst: LDP, NOT and STP of 128-bit vector registers, 8 each.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x12 end of the pass.
 * One iteration: 256 bytes of each operand, 8 loads and 8 stores, the inversions and the loop's
 * own, 512 bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(rmw_ldpq_u8__neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pair_q4 ldp, x9, 0
    mvn_q8
    pair_q4 stp, x9, 0
    pair_q4 ldp, x9, 128
    mvn_q8
    add x9, x9, #256
    cmp x9, x12
    pair_q4 stp, x9, -128
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(rmw_ldpq_u8__neon)
