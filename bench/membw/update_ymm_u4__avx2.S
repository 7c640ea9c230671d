/* void update_ymm_u4__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit dst ^= a: two loads (one inside the XOR) and a store back to where the second came from.
 * rdi dst, rsi a, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 12 measured instructions and 2 of the loop,
 * 384 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(update_ymm_u4__avx2)
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa ymm0, [rsi + r9]
    vpxor ymm0, ymm0, [rdi + r9]
    vmovdqa ymm1, [rsi + r9 + 32]
    vpxor ymm1, ymm1, [rdi + r9 + 32]
    vmovdqa ymm2, [rsi + r9 + 64]
    vpxor ymm2, ymm2, [rdi + r9 + 64]
    vmovdqa ymm3, [rsi + r9 + 96]
    vpxor ymm3, ymm3, [rdi + r9 + 96]
    vmovdqa [rdi + r9], ymm0
    vmovdqa [rdi + r9 + 32], ymm1
    vmovdqa [rdi + r9 + 64], ymm2
    vmovdqa [rdi + r9 + 96], ymm3
    MEMBW_STEP(128)
    MEMBW_END_VECTOR(update_ymm_u4__avx2)
