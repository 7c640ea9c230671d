/* void rmw_ymm_u4__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit XOR with all ones, in place.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 8 measured instructions and 2 of the loop,
 * 256 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(rmw_ymm_u4__avx2)
    vpcmpeqd ymm0, ymm0, ymm0
    MEMBW_PASS
    CB_LOOP(1)
    vpxor ymm1, ymm0, [rdi + r9]
    vpxor ymm2, ymm0, [rdi + r9 + 32]
    vpxor ymm3, ymm0, [rdi + r9 + 64]
    vpxor ymm4, ymm0, [rdi + r9 + 96]
    vmovdqa [rdi + r9], ymm1
    vmovdqa [rdi + r9 + 32], ymm2
    vmovdqa [rdi + r9 + 64], ymm3
    vmovdqa [rdi + r9 + 96], ymm4
    MEMBW_STEP(128)
    MEMBW_END_VECTOR(rmw_ymm_u4__avx2)
