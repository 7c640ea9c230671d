/* void read_ldrd_u16__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDRD of two general registers, 16 in a row.
 * r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 16 loads and 0 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(read_ldrd_u16__a32)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    pair_r4 ldrd, r1, 0
    pair_r4 ldrd, r1, 32
    pair_r4 ldrd, r1, 64
    add r1, r1, #128
    cmp r1, r3
    pair_r4 ldrd, r1, -32
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldrd_u16__a32)
