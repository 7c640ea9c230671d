/* void read_ldnpq_u8__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDNP of two 128-bit vector registers, 8 in a row: the hint that the data is not used
 * again.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 256 bytes of each operand, 8 loads and 0 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldnpq_u8__neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    pair_q4 ldnp, x10, 0
    add x10, x10, #256
    cmp x10, x12
    pair_q4 ldnp, x10, -128
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldnpq_u8__neon)
