/* void read_ldrx_u16__a64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDR of a 64-bit general register, 16 in a row. RAMspeed/SMP has no assembly for ARM
 * and falls back to C, whose reads compile to this form: its figures, and the L1 roof of the
 * paper that uses it, are those of 64-bit loads.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 128 bytes of each operand, 16 loads and 0 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldrx_u16__a64)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    move_x8 ldr, x10, 0
    add x10, x10, #128
    cmp x10, x12
    move_x8 ldr, x10, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldrx_u16__a64)
