/* void triad_ldrd_u8__neon(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * float64 a + 3 b to dst: LDR and STR of 64-bit vector registers, FMADD on one float64: what a
 * compiler without vectorization makes of STREAM.
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes; x9 in dst, x10 in a, x11 in b, x12 end of the pass.
 * One iteration: 64 bytes of each operand, 16 loads and 8 stores, the arithmetic and the loop's
 * own, 192 bytes moved. */
#include "bench/membw/membw_aarch64.h"

MEMBW_FUNCTION(triad_ldrd_u8__neon)
    three_in_v31
    MEMBW_PASS
    # LLVM-MCA-BEGIN
1:
    move_d8 ldr, x10, 0
    move_d8_high ldr, x11, 0
    add x10, x10, #64
    add x11, x11, #64
    triad_d8
    add x9, x9, #64
    cmp x9, x12
    move_d8 str, x9, -64
    b.ne 1b
    # LLVM-MCA-END
    MEMBW_END(triad_ldrd_u8__neon)
