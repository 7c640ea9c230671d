/* void mul_u32_lat__avx512(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint32 x uint32 to uint64 and their sum: VPMULUDQ of the even elements, VPADDQ, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands, zmm2 to zmm5 products,
 * zmm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 64 measured instructions and 2 of
 * the loop, 512 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(mul_u32_lat__avx512)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm6, zmm6, zmm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    vpmuludq zmm2, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm2
    vpmuludq zmm3, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm3
    vpmuludq zmm4, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm4
    vpmuludq zmm5, zmm0, zmm1
    vpaddq zmm6, zmm6, zmm5
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm6
    vzeroupper
    ret
CB_FUNCTION_END(mul_u32_lat__avx512)
