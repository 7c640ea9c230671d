/* void read_vld1x4_u8__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: VLD1 of two 128-bit vector registers, 8 in a row; the pointer steps with each.
 * r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 256 bytes of each operand, 8 loads and 0 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(read_vld1x4_u8__armv7neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    .rept 2
    vld1.64 {d16-d19}, [r1 :256]!
    vld1.64 {d20-d23}, [r1 :256]!
    vld1.64 {d24-d27}, [r1 :256]!
    vld1.64 {d28-d31}, [r1 :256]!
    .endr
    cmp r1, r3
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(read_vld1x4_u8__armv7neon)
