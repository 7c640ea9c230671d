/* void rmw_ldr_u16__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Inverts every bit of dst: LDR, MVN and STR of 32-bit general registers, 16 each.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 64 bytes of each operand, 16 loads and 16 stores, the inversions and the
 * loop's own, 128 bytes moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(rmw_ldr_u16__a32)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    move_r8 ldr, r0, 0
    mvn_r8
    move_r8 str, r0, 0
    move_r8 ldr, r0, 32
    mvn_r8
    add r0, r0, #64
    cmp r0, r3
    move_r8 str, r0, -32
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(rmw_ldr_u16__a32)
