/* void read_ldpx_u8__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDP of two 64-bit general registers, 8 in a row.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 8 loads and 0 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldpx_u8__a64)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    pair_x4 ldp, x10, 0
    add x10, x10, #128
    cmp x10, x12
    pair_x4 ldp, x10, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldpx_u8__a64)
