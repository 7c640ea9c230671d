/* void triad_vldm_u1__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * float64 a + 3 b to dst: VLDM and VSTM of eight 64-bit vector registers, VMLA.F64.
 * r0 in dst, r1 in a, r2 in b, r3 end of the pass, r12 and lr passes.
 * One iteration: 64 bytes of each operand, 2 loads and 1 stores, the arithmetic and the loop's
 * own, 192 bytes moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(triad_vldm_u1__armv7neon)
    vmov.f64 d0, #3.0
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    vldmia r1!, {d16-d23}
    vldmia r2!, {d24-d31}
    vmla.f64 d16, d24, d0
    vmla.f64 d17, d25, d0
    vmla.f64 d18, d26, d0
    vmla.f64 d19, d27, d0
    vmla.f64 d20, d28, d0
    vmla.f64 d21, d29, d0
    vmla.f64 d22, d30, d0
    vmla.f64 d23, d31, d0
    vstmia r0!, {d16-d23}
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(triad_vldm_u1__armv7neon)
