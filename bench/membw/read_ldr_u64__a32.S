/* void read_ldr_u64__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDR of a 32-bit general register, 64 in a row.
 * r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 256 bytes of each operand, 64 loads and 0 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(read_ldr_u64__a32)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    move_r8 ldr, r1, 0
    move_r8 ldr, r1, 32
    move_r8 ldr, r1, 64
    move_r8 ldr, r1, 96
    move_r8 ldr, r1, 128
    move_r8 ldr, r1, 160
    move_r8 ldr, r1, 192
    add r1, r1, #256
    cmp r1, r3
    move_r8 ldr, r1, -32
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldr_u64__a32)
