/* void mul_s32_lat__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int32 x int32, low halves, and their sum: VPMULLD, VPADDD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands, ymm2 to ymm5 products,
 * ymm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 64 measured instructions and 2 of
 * the loop, 512 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(mul_s32_lat__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpxor ymm6, ymm6, ymm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    vpmulld ymm2, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm2
    vpmulld ymm3, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm3
    vpmulld ymm4, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm4
    vpmulld ymm5, ymm0, ymm1
    vpaddd ymm6, ymm6, ymm5
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm6
    vzeroupper
    ret
CB_FUNCTION_END(mul_s32_lat__avx2)
