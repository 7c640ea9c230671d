/* void read_ldm8_u4__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDM of eight general registers, 4 in a row; the pointer steps with each.
 * r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 4 loads and 0 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(read_ldm8_u4__a32)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 4
    ldmia r1!, {r4-r11}
    .endr
    cmp r1, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldm8_u4__a32)
