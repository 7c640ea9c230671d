/* void write_stm8_u4__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: STM of eight general registers, 4 in a row; the pointer steps with each.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 0 loads and 4 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(write_stm8_u4__a32)
    ones_r8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 4
    stmia r0!, {r4-r11}
    .endr
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(write_stm8_u4__a32)
