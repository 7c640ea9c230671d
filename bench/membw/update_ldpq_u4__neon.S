/* void update_ldpq_u4__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * dst ^= a: LDP and STP of 128-bit vector registers, EOR.
 * x0 dst, x1 a, x3 bytes, x4 passes; x9 in dst, x10 in a, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 8 loads and 4 stores, the exclusive ors and the
 * loop's own, 384 bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(update_ldpq_u4__neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    add x10, x10, #128
    pair_q4 ldp, x10, -128
    pair_q4_high ldp, x9, 0
    eor_q8
    add x9, x9, #128
    cmp x9, x12
    pair_q4 stp, x9, -128
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(update_ldpq_u4__neon)
