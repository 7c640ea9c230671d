/* void read_ldrq_u64__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * Reads a: LDR of a 128-bit vector register, 64 in a row.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x10 in a, x12 end of the pass.
 * One iteration: 1024 bytes of each operand, 64 loads and 0 stores and the loop's own, 1024
 * bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(read_ldrq_u64__neon)
    MEMBW_READ_PASS
    # LLVM-MCA-BEGIN
1:
    move_q8 ldr, x10, 0
    move_q8 ldr, x10, 128
    move_q8 ldr, x10, 256
    move_q8 ldr, x10, 384
    move_q8 ldr, x10, 512
    move_q8 ldr, x10, 640
    add x10, x10, #1024
    move_q8 ldr, x10, -256
    cmp x10, x12
    move_q8 ldr, x10, -128
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(read_ldrq_u64__neon)
