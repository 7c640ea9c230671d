/* void madd_s16_lat__avx512(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int16 pair products to int32 and their sum: VPMADDWD, VPADDD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands, zmm2 to zmm5 products,
 * zmm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 64 measured instructions and 2 of
 * the loop, 2048 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(madd_s16_lat__avx512)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm6, zmm6, zmm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm6
    vzeroupper
    ret
CB_FUNCTION_END(madd_s16_lat__avx512)
