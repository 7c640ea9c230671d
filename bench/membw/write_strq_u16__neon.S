/* void write_strq_u16__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Writes ones to dst: STR of a 128-bit vector register, 16 in a row.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x12 end of the pass.
 * One iteration: 256 bytes of each operand, 0 loads and 16 stores and the loop's own, 256 bytes
 * moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(write_strq_u16__neon)
    ones_q8
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    move_q8 str, x9, 0
    add x9, x9, #256
    cmp x9, x12
    move_q8 str, x9, -128
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(write_strq_u16__neon)
