/* void mul_s32_lat__avx512(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int32 x int32, low halves, and their sum: VPMULLD, VPADDD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands, zmm2 to zmm5 products,
 * zmm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 64 measured instructions and 2 of
 * the loop, 1024 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(mul_s32_lat__avx512)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm6, zmm6, zmm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    vpmulld zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmulld zmm3, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm3
    vpmulld zmm4, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm4
    vpmulld zmm5, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm5
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm6
    vzeroupper
    ret
CB_FUNCTION_END(mul_s32_lat__avx512)
