/* void write_vstr_u16__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: VSTR of a 64-bit vector register, 16 in a row.
 * r0 in dst, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 0 loads and 16 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(write_vstr_u16__armv7neon)
    ones_q8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    move_d8 vstr, r0, 0
    add r0, r0, #128
    cmp r0, r3
    move_d8 vstr, r0, -64
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(write_vstr_u16__armv7neon)
