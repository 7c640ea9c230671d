/* void update_ldpx_u4__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * dst ^= a: LDP and STP of 64-bit general registers, EOR.
 * x0 dst, x1 a, x3 bytes, x4 passes; x9 in dst, x10 in a, x12 end of the pass.
 * One iteration: 64 bytes of each operand, 8 loads and 4 stores, the exclusive ors and the
 * loop's own, 192 bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(update_ldpx_u4__a64)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    ldp x5, x6, [x10, #0]
    ldp x13, x14, [x9, #0]
    ldp x7, x8, [x10, #16]
    ldp x15, x16, [x9, #16]
    eor x5, x5, x13
    eor x6, x6, x14
    eor x7, x7, x15
    eor x8, x8, x16
    stp x5, x6, [x9, #0]
    stp x7, x8, [x9, #16]
    ldp x5, x6, [x10, #32]
    ldp x13, x14, [x9, #32]
    ldp x7, x8, [x10, #48]
    ldp x15, x16, [x9, #48]
    eor x5, x5, x13
    eor x6, x6, x14
    eor x7, x7, x15
    eor x8, x8, x16
    add x10, x10, #64
    add x9, x9, #64
    cmp x9, x12
    stp x5, x6, [x9, #-32]
    stp x7, x8, [x9, #-16]
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(update_ldpx_u4__a64)
