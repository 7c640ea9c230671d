/* void update_ldpq_u16__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * dst ^= a: LDP and STP of 128-bit vector registers, in four groups of four stores, EOR.
 * x0 dst, x1 a, x3 bytes, x4 passes; x9 in dst, x10 in a, x12 end of the pass.
 * One iteration: 512 bytes of each operand, 32 loads and 16 stores, the exclusive ors and the
 * loop's own, 1536 bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(update_ldpq_u16__neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pair_q4 ldp, x10, 0
    pair_q4_high ldp, x9, 0
    eor_q8
    pair_q4 stp, x9, 0
    pair_q4 ldp, x10, 128
    pair_q4_high ldp, x9, 128
    eor_q8
    pair_q4 stp, x9, 128
    pair_q4 ldp, x10, 256
    pair_q4_high ldp, x9, 256
    eor_q8
    pair_q4 stp, x9, 256
    add x10, x10, #512
    pair_q4 ldp, x10, -128
    pair_q4_high ldp, x9, 384
    eor_q8
    add x9, x9, #512
    cmp x9, x12
    pair_q4 stp, x9, -128
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(update_ldpq_u16__neon)
