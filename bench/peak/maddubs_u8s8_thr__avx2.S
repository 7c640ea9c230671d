/* void maddubs_u8s8_thr__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int8 products without VNNI: VPMADDUBSW (u8 x s8, pairs, saturating to int16), VPMADDWD
 * by one (pairs to int32), VPADDD.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands, ymm2 ones, ymm3 to ymm11 products,
 * ymm12 to ymm15 accumulators.
 * One iteration: 9 steps on each of 4 accumulators, 108 measured instructions and 2 of
 * the loop, 2304 operations.
 * The order is found by search: a core binds an instruction to a port before it runs, by how long the
 * ports' queues are, and in plain order 9 % of the cycles are lost to a port that waits. Each
 * product is added 8 steps later; those before the first step are made before the loop. */
#include "base/asm_x86_64.h"

CB_FUNCTION(maddubs_u8s8_thr__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpcmpeqw ymm2, ymm2, ymm2
    vpsrlw ymm2, ymm2, 15
    vpxor ymm12, ymm12, ymm12
    vpxor ymm13, ymm13, ymm13
    vpxor ymm14, ymm14, ymm14
    vpxor ymm15, ymm15, ymm15
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpmaddubsw ymm7, ymm0, ymm1
    vpmaddwd ymm7, ymm7, ymm2
    vpmaddubsw ymm8, ymm0, ymm1
    vpmaddwd ymm8, ymm8, ymm2
    vpmaddubsw ymm9, ymm0, ymm1
    vpmaddwd ymm9, ymm9, ymm2
    vpmaddubsw ymm10, ymm0, ymm1
    vpmaddwd ymm10, ymm10, ymm2
    vpmaddubsw ymm11, ymm0, ymm1
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmaddwd ymm11, ymm11, ymm2
    vpmaddubsw ymm3, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm4
    vpmaddwd ymm3, ymm3, ymm2
    vpmaddubsw ymm4, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm5
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm14, ymm14, ymm6
    vpmaddwd ymm5, ymm5, ymm2
    vpmaddubsw ymm6, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm7
    vpmaddwd ymm6, ymm6, ymm2
    vpmaddubsw ymm7, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm8
    vpmaddwd ymm7, ymm7, ymm2
    vpmaddubsw ymm8, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm9
    vpmaddubsw ymm9, ymm0, ymm1
    vpmaddwd ymm8, ymm8, ymm2
    vpaddd ymm14, ymm14, ymm10
    vpmaddwd ymm9, ymm9, ymm2
    vpmaddubsw ymm10, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm11
    vpmaddwd ymm10, ymm10, ymm2
    vpmaddubsw ymm11, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm3
    vpmaddwd ymm11, ymm11, ymm2
    vpmaddubsw ymm3, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm4
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm14, ymm14, ymm5
    vpmaddwd ymm4, ymm4, ymm2
    vpmaddubsw ymm5, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm6
    vpmaddwd ymm5, ymm5, ymm2
    vpmaddubsw ymm6, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm7
    vpmaddwd ymm6, ymm6, ymm2
    vpmaddubsw ymm7, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm8
    vpmaddubsw ymm8, ymm0, ymm1
    vpmaddwd ymm7, ymm7, ymm2
    vpaddd ymm14, ymm14, ymm9
    vpmaddwd ymm8, ymm8, ymm2
    vpmaddubsw ymm9, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm10
    vpmaddwd ymm9, ymm9, ymm2
    vpmaddubsw ymm10, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm11
    vpmaddwd ymm10, ymm10, ymm2
    vpmaddubsw ymm11, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm3
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm11, ymm11, ymm2
    vpaddd ymm14, ymm14, ymm4
    vpmaddwd ymm3, ymm3, ymm2
    vpmaddubsw ymm4, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm5
    vpmaddwd ymm4, ymm4, ymm2
    vpmaddubsw ymm5, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm6
    vpmaddwd ymm5, ymm5, ymm2
    vpmaddubsw ymm6, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm7
    vpmaddubsw ymm7, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm14, ymm14, ymm8
    vpmaddwd ymm7, ymm7, ymm2
    vpmaddubsw ymm8, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm9
    vpmaddwd ymm8, ymm8, ymm2
    vpmaddubsw ymm9, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm10
    vpmaddwd ymm9, ymm9, ymm2
    vpmaddubsw ymm10, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm11
    vpmaddubsw ymm11, ymm0, ymm1
    vpmaddwd ymm10, ymm10, ymm2
    vpaddd ymm14, ymm14, ymm3
    vpmaddwd ymm11, ymm11, ymm2
    vpmaddubsw ymm3, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm4
    vpmaddwd ymm3, ymm3, ymm2
    vpmaddubsw ymm4, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm5
    vpmaddwd ymm4, ymm4, ymm2
    vpmaddubsw ymm5, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm6
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm14, ymm14, ymm7
    vpmaddwd ymm6, ymm6, ymm2
    vpmaddubsw ymm7, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm8
    vpmaddwd ymm7, ymm7, ymm2
    vpmaddubsw ymm8, ymm0, ymm1
    vpaddd ymm12, ymm12, ymm9
    vpmaddwd ymm8, ymm8, ymm2
    vpmaddubsw ymm9, ymm0, ymm1
    vpaddd ymm13, ymm13, ymm10
    vpmaddubsw ymm10, ymm0, ymm1
    vpmaddwd ymm9, ymm9, ymm2
    vpaddd ymm14, ymm14, ymm11
    vpmaddwd ymm10, ymm10, ymm2
    vpmaddubsw ymm11, ymm0, ymm1
    vpaddd ymm15, ymm15, ymm3
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm12
    vmovups [rcx + 32], ymm13
    vmovups [rcx + 64], ymm14
    vmovups [rcx + 96], ymm15
    vzeroupper
    ret
CB_FUNCTION_END(maddubs_u8s8_thr__avx2)
