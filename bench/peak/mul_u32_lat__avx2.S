/* void mul_u32_lat__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint32 x uint32 to uint64 and their sum: VPMULUDQ of the even elements, VPADDQ, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands, ymm2 to ymm5 products,
 * ymm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 64 measured instructions and 2 of
 * the loop, 256 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(mul_u32_lat__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpxor ymm6, ymm6, ymm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    vpmuludq ymm2, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm2
    vpmuludq ymm3, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm3
    vpmuludq ymm4, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm4
    vpmuludq ymm5, ymm0, ymm1
    vpaddq ymm6, ymm6, ymm5
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm6
    vzeroupper
    ret
CB_FUNCTION_END(mul_u32_lat__avx2)
