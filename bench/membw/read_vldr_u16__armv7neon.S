/* void read_vldr_u16__armv7neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: VLDR of a 64-bit vector register, 16 in a row.
 * r1 in a, r3 end of the pass, r12 and lr passes.
 * One iteration: 128 bytes of each operand, 16 loads and 0 stores and the loop's own, 128 bytes
 * moved. */
#include "bench/membw/membw_armv7.h"

MEMBW_FUNCTION(read_vldr_u16__armv7neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    move_d8 vldr, r1, 0
    add r1, r1, #128
    cmp r1, r3
    move_d8 vldr, r1, -64
    bne 1b
    # LLVM-MCA-END
    MEMBW_END(read_vldr_u16__armv7neon)
