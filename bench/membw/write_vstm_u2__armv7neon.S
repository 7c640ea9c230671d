/* void write_vstm_u2__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: VSTM of eight 128-bit vector registers, 2 in a row; the pointer steps
 * with each.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 256 bytes of each operand, 0 loads and 2 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(write_vstm_u2__armv7neon)
    ones_q8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 2
    vstmia r0!, {d16-d31}
    .endr
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(write_vstm_u2__armv7neon)
