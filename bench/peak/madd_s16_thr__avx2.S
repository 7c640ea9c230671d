/* void madd_s16_thr__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int16 pair products to int32 and their sum: VPMADDWD, VPADDD.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands, ymm2 to ymm10 products,
 * ymm11 to ymm13 accumulators.
 * One iteration: 24 steps on each of 3 accumulators, 144 measured instructions and 2 of
 * the loop, 2304 operations.
 * The order is found by search: a core binds an instruction to a port before it runs, by how long the
 * ports' queues are, and in plain order 5 % of the cycles are lost to a port that waits. Each
 * product is added 8 steps later; those before the first step are made before the loop. */
#include "base/asm_x86_64.h"

CB_FUNCTION(madd_s16_thr__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpxor ymm11, ymm11, ymm11
    vpxor ymm12, ymm12, ymm12
    vpxor ymm13, ymm13, ymm13
    vpmaddwd ymm3, ymm0, ymm1
    vpmaddwd ymm4, ymm0, ymm1
    vpmaddwd ymm5, ymm0, ymm1
    vpmaddwd ymm6, ymm0, ymm1
    vpmaddwd ymm7, ymm0, ymm1
    vpmaddwd ymm8, ymm0, ymm1
    vpmaddwd ymm9, ymm0, ymm1
    vpmaddwd ymm10, ymm0, ymm1
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmaddwd ymm2, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm3
    vpaddd ymm13, ymm13, ymm4
    vpmaddwd ymm3, ymm0, ymm1
    vpmaddwd ymm4, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm5
    vpaddd ymm12, ymm12, ymm6
    vpmaddwd ymm5, ymm0, ymm1
    vpmaddwd ymm6, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm7
    vpaddd ymm11, ymm11, ymm8
    vpmaddwd ymm7, ymm0, ymm1
    vpmaddwd ymm8, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm9
    vpaddd ymm13, ymm13, ymm10
    vpmaddwd ymm9, ymm0, ymm1
    vpmaddwd ymm10, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm2
    vpaddd ymm12, ymm12, ymm3
    vpmaddwd ymm2, ymm0, ymm1
    vpmaddwd ymm3, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm4
    vpaddd ymm11, ymm11, ymm5
    vpmaddwd ymm4, ymm0, ymm1
    vpmaddwd ymm5, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm6
    vpaddd ymm13, ymm13, ymm7
    vpmaddwd ymm6, ymm0, ymm1
    vpmaddwd ymm7, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm8
    vpaddd ymm12, ymm12, ymm9
    vpmaddwd ymm8, ymm0, ymm1
    vpmaddwd ymm9, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm10
    vpaddd ymm11, ymm11, ymm2
    vpmaddwd ymm10, ymm0, ymm1
    vpmaddwd ymm2, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm3
    vpaddd ymm13, ymm13, ymm4
    vpmaddwd ymm3, ymm0, ymm1
    vpmaddwd ymm4, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm5
    vpaddd ymm12, ymm12, ymm6
    vpmaddwd ymm5, ymm0, ymm1
    vpmaddwd ymm6, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm7
    vpaddd ymm11, ymm11, ymm8
    vpmaddwd ymm7, ymm0, ymm1
    vpmaddwd ymm8, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm9
    vpaddd ymm13, ymm13, ymm10
    vpmaddwd ymm9, ymm0, ymm1
    vpmaddwd ymm10, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm2
    vpaddd ymm12, ymm12, ymm3
    vpmaddwd ymm2, ymm0, ymm1
    vpmaddwd ymm3, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm4
    vpaddd ymm11, ymm11, ymm5
    vpmaddwd ymm4, ymm0, ymm1
    vpmaddwd ymm5, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm6
    vpaddd ymm13, ymm13, ymm7
    vpmaddwd ymm6, ymm0, ymm1
    vpmaddwd ymm7, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm8
    vpaddd ymm12, ymm12, ymm9
    vpmaddwd ymm8, ymm0, ymm1
    vpmaddwd ymm9, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm10
    vpaddd ymm11, ymm11, ymm2
    vpmaddwd ymm10, ymm0, ymm1
    vpmaddwd ymm2, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm3
    vpaddd ymm13, ymm13, ymm4
    vpmaddwd ymm3, ymm0, ymm1
    vpmaddwd ymm4, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm5
    vpaddd ymm12, ymm12, ymm6
    vpmaddwd ymm5, ymm0, ymm1
    vpmaddwd ymm6, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm7
    vpaddd ymm11, ymm11, ymm8
    vpmaddwd ymm7, ymm0, ymm1
    vpmaddwd ymm8, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm9
    vpaddd ymm13, ymm13, ymm10
    vpmaddwd ymm9, ymm0, ymm1
    vpmaddwd ymm10, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm2
    vpaddd ymm12, ymm12, ymm3
    vpmaddwd ymm2, ymm0, ymm1
    vpmaddwd ymm3, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm4
    vpaddd ymm11, ymm11, ymm5
    vpmaddwd ymm4, ymm0, ymm1
    vpmaddwd ymm5, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm6
    vpaddd ymm13, ymm13, ymm7
    vpmaddwd ymm6, ymm0, ymm1
    vpmaddwd ymm7, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm8
    vpaddd ymm12, ymm12, ymm9
    vpmaddwd ymm8, ymm0, ymm1
    vpmaddwd ymm9, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm10
    vpaddd ymm11, ymm11, ymm2
    vpmaddwd ymm10, ymm0, ymm1
    vpmaddwd ymm2, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm3
    vpaddd ymm13, ymm13, ymm4
    vpmaddwd ymm3, ymm0, ymm1
    vpmaddwd ymm4, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm5
    vpaddd ymm12, ymm12, ymm6
    vpmaddwd ymm5, ymm0, ymm1
    vpmaddwd ymm6, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm7
    vpaddd ymm11, ymm11, ymm8
    vpmaddwd ymm7, ymm0, ymm1
    vpmaddwd ymm8, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm9
    vpaddd ymm13, ymm13, ymm10
    vpmaddwd ymm9, ymm0, ymm1
    vpmaddwd ymm10, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm2
    vpaddd ymm12, ymm12, ymm3
    vpmaddwd ymm2, ymm0, ymm1
    vpmaddwd ymm3, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm4
    vpaddd ymm11, ymm11, ymm5
    vpmaddwd ymm4, ymm0, ymm1
    vpmaddwd ymm5, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm6
    vpaddd ymm13, ymm13, ymm7
    vpmaddwd ymm6, ymm0, ymm1
    vpmaddwd ymm7, ymm0, ymm1
    vpaddd ymm11, ymm11, ymm8
    vpaddd ymm12, ymm12, ymm9
    vpmaddwd ymm8, ymm0, ymm1
    vpmaddwd ymm9, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm10
    vpaddd ymm11, ymm11, ymm2
    vpmaddwd ymm10, ymm0, ymm1
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm11
    vmovups [rcx + 32], ymm12
    vmovups [rcx + 64], ymm13
    vzeroupper
    ret
CB_FUNCTION_END(madd_s16_thr__avx2)
