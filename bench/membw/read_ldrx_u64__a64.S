/* void read_ldrx_u64__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDR of a 64-bit general register, 64 in a row.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 512 bytes of each operand, 64 loads and 0 stores and the loop's own, 512 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldrx_u64__a64)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    move_x8 ldr, x10, 0
    move_x8 ldr, x10, 64
    move_x8 ldr, x10, 128
    move_x8 ldr, x10, 192
    move_x8 ldr, x10, 256
    move_x8 ldr, x10, 320
    add x10, x10, #512
    move_x8 ldr, x10, -128
    cmp x10, x12
    move_x8 ldr, x10, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldrx_u64__a64)
