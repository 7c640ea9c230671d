/* void update_ymm_u8__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit dst ^= a: two loads (one inside the XOR) and a store back to where the second came from.
 * rdi dst, rsi a, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 768 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(update_ymm_u8__avx2)
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
    vmovdqa ymm4, [rsi + r9 + 128]
    vpxor ymm4, ymm4, [rdi + r9 + 128]
    vmovdqa ymm5, [rsi + r9 + 160]
    vpxor ymm5, ymm5, [rdi + r9 + 160]
    vmovdqa ymm6, [rsi + r9 + 192]
    vpxor ymm6, ymm6, [rdi + r9 + 192]
    vmovdqa ymm7, [rsi + r9 + 224]
    vpxor ymm7, ymm7, [rdi + r9 + 224]
    vmovdqa [rdi + r9], ymm0
    vmovdqa [rdi + r9 + 32], ymm1
    vmovdqa [rdi + r9 + 64], ymm2
    vmovdqa [rdi + r9 + 96], ymm3
    vmovdqa [rdi + r9 + 128], ymm4
    vmovdqa [rdi + r9 + 160], ymm5
    vmovdqa [rdi + r9 + 192], ymm6
    vmovdqa [rdi + r9 + 224], ymm7
    MEMBW_STEP(256)
    MEMBW_END_VECTOR(update_ymm_u8__avx2)
