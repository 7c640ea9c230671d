/* void copy_ldm8_u4__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Copies a to dst: LDM and STM of eight general registers, 4 each.
 * r0 in dst, r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 4 loads and 4 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(copy_ldm8_u4__a32)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 4
    ldmia r1!, {r4-r11}
    stmia r0!, {r4-r11}
    .endr
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(copy_ldm8_u4__a32)
