/* void write_str_u16__a32(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: STR of a 32-bit general register, 16 in a row.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 64 bytes of each operand, 0 loads and 16 stores and the loop's own, 64 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(write_str_u16__a32)
    ones_r8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    move_r8 str, r0, 0
    add r0, r0, #64
    cmp r0, r3
    move_r8 str, r0, -32
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(write_str_u16__a32)
