/* void write_stnpx_u8__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: STNP of two 64-bit general registers, 8 in a row: the hint that the data
 * is not used again.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 0 loads and 8 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(write_stnpx_u8__a64)
    ones_x8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pair_x4 stnp, x9, 0
    add x9, x9, #128
    cmp x9, x12
    pair_x4 stnp, x9, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(write_stnpx_u8__a64)
