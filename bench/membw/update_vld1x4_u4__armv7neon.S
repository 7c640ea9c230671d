/* void update_vld1x4_u4__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * dst ^= a: VLD1 and VST1 of two 128-bit vector registers, VEOR.
 * r0 in dst, r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 64 bytes of each operand, 4 loads and 2 stores, the exclusive ors and the
 * loop's own, 192 bytes moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(update_vld1x4_u4__armv7neon)
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    vld1.64 {d16-d19}, [r1 :256]!
    vld1.64 {d24-d27}, [r0 :256]!
    vld1.64 {d20-d23}, [r1 :256]!
    vld1.64 {d28-d31}, [r0 :256]
    sub r0, r0, #32
    veor q8, q8, q12
    veor q9, q9, q13
    veor q10, q10, q14
    veor q11, q11, q15
    vst1.64 {d16-d19}, [r0 :256]!
    vst1.64 {d20-d23}, [r0 :256]!
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(update_vld1x4_u4__armv7neon)
