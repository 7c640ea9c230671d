/* void read_vldm_u2__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: VLDM of eight 128-bit vector registers, 2 in a row; the pointer steps with each.
 * r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 256 bytes of each operand, 2 loads and 0 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(read_vldm_u2__armv7neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 2
    vldmia r1!, {d16-d31}
    .endr
    cmp r1, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(read_vldm_u2__armv7neon)
