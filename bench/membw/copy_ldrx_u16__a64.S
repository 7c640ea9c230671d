/* void copy_ldrx_u16__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Copies a to dst: LDR and STR of 64-bit general registers, 16 each.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x10 in a, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 16 loads and 16 stores and the loop's own, 256
 * bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(copy_ldrx_u16__a64)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    move_x8 ldr, x10, 0
    move_x8 str, x9, 0
    add x10, x10, #128
    move_x8 ldr, x10, -64
    add x9, x9, #128
    cmp x9, x12
    move_x8 str, x9, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(copy_ldrx_u16__a64)
