/* void copy_vld1x4_pf_u4__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Copies a to dst: VLD1 and VST1 of two 128-bit vector registers, 4 each, the source prefetched
 * 512 bytes ahead: for RAM. A prefetch past the operand's end is no access.
 * r0 in dst, r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 4 loads and 4 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(copy_vld1x4_pf_u4__armv7neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    pld [r1, #512]
    vld1.64 {d16-d19}, [r1 :256]!
    vld1.64 {d20-d23}, [r1 :256]!
    vst1.64 {d16-d19}, [r0 :256]!
    vst1.64 {d20-d23}, [r0 :256]!
    pld [r1, #512]
    vld1.64 {d24-d27}, [r1 :256]!
    vld1.64 {d28-d31}, [r1 :256]!
    vst1.64 {d24-d27}, [r0 :256]!
    vst1.64 {d28-d31}, [r0 :256]!
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(copy_vld1x4_pf_u4__armv7neon)
