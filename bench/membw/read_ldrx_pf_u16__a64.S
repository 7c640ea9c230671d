/* void read_ldrx_pf_u16__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDR of a 64-bit general register, 16 in a row, each line prefetched 1 KiB ahead as a
 * stream: for RAM. A prefetch past the operand's end is no access.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 16 loads and 0 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldrx_pf_u16__a64)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    prfm pldl1strm, [x10, #1024]
    move_x8 ldr, x10, 0
    add x10, x10, #128
    prfm pldl1strm, [x10, #960]
    cmp x10, x12
    move_x8 ldr, x10, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldrx_pf_u16__a64)
