/* void read_ldrd_u16__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDR of a 64-bit vector register, 16 in a row: on some in-order cores it pairs with
 * vector arithmetic where a 128-bit load does not.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 16 loads and 0 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldrd_u16__neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    move_d8 ldr, x10, 0
    add x10, x10, #128
    cmp x10, x12
    move_d8 ldr, x10, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldrd_u16__neon)
