/* void write_stpx_u32__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: STP of two 64-bit general registers, 32 in a row.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x12 end of the pass.
 * One iteration: 512 bytes of each operand, 0 loads and 32 stores and the loop's own, 512 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(write_stpx_u32__a64)
    ones_x8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pair_x4 stp, x9, 0
    pair_x4 stp, x9, 64
    pair_x4 stp, x9, 128
    pair_x4 stp, x9, 192
    pair_x4 stp, x9, 256
    pair_x4 stp, x9, 320
    add x9, x9, #512
    pair_x4 stp, x9, -128
    cmp x9, x12
    pair_x4 stp, x9, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(write_stpx_u32__a64)
