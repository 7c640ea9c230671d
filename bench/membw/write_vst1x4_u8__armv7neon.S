/* void write_vst1x4_u8__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: VST1 of two 128-bit vector registers, 8 in a row; the pointer steps with
 * each.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 256 bytes of each operand, 0 loads and 8 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(write_vst1x4_u8__armv7neon)
    ones_q8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 2
    vst1.64 {d16-d19}, [r0 :256]!
    vst1.64 {d20-d23}, [r0 :256]!
    vst1.64 {d24-d27}, [r0 :256]!
    vst1.64 {d28-d31}, [r0 :256]!
    .endr
    cmp r0, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(write_vst1x4_u8__armv7neon)
