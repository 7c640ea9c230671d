/* void rmw_vldm_u1__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Inverts every bit of dst: VLDM, VMVN and VSTM of eight 128-bit vector registers.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 1 loads and 1 stores, the inversions and the loop's
 * own, 256 bytes moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(rmw_vldm_u1__armv7neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    vldmia r0, {d16-d31}
    mvn_q8
    vstmia r0!, {d16-d31}
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(rmw_vldm_u1__armv7neon)
