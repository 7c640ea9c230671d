/* void rmw_ymm_u8__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit XOR with all ones, in place.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 512 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(rmw_ymm_u8__avx2)
    vpcmpeqd ymm0, ymm0, ymm0
    MEMBW_PASS
    CB_LOOP(1)
    vpxor ymm1, ymm0, [rdi + r9]
    vpxor ymm2, ymm0, [rdi + r9 + 32]
    vpxor ymm3, ymm0, [rdi + r9 + 64]
    vpxor ymm4, ymm0, [rdi + r9 + 96]
    vpxor ymm5, ymm0, [rdi + r9 + 128]
    vpxor ymm6, ymm0, [rdi + r9 + 160]
    vpxor ymm7, ymm0, [rdi + r9 + 192]
    vpxor ymm8, ymm0, [rdi + r9 + 224]
    vmovdqa [rdi + r9], ymm1
    vmovdqa [rdi + r9 + 32], ymm2
    vmovdqa [rdi + r9 + 64], ymm3
    vmovdqa [rdi + r9 + 96], ymm4
    vmovdqa [rdi + r9 + 128], ymm5
    vmovdqa [rdi + r9 + 160], ymm6
    vmovdqa [rdi + r9 + 192], ymm7
    vmovdqa [rdi + r9 + 224], ymm8
    MEMBW_STEP(256)
    MEMBW_END_VECTOR(rmw_ymm_u8__avx2)
