/* void write_strd_u16__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: STRD of two general registers, 16 in a row.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 0 loads and 16 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(write_strd_u16__a32)
    ones_r8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pair_r4 strd, r0, 0
    pair_r4 strd, r0, 32
    pair_r4 strd, r0, 64
    add r0, r0, #128
    cmp r0, r3
    pair_r4 strd, r0, -32
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(write_strd_u16__a32)
