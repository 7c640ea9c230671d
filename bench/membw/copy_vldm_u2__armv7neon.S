/* void copy_vldm_u2__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Copies a to dst: VLDM and VSTM of eight 128-bit vector registers, 2 each.
 * r0 in dst, r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 256 bytes of each operand, 2 loads and 2 stores and the loop's own, 512 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(copy_vldm_u2__armv7neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 2
    vldmia r1!, {d16-d31}
    vstmia r0!, {d16-d31}
    .endr
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(copy_vldm_u2__armv7neon)
