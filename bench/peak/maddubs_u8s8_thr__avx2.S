/* void maddubs_u8s8_thr__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int8 products without VNNI: VPMADDUBSW (u8 x s8, pairs, saturating to int16), VPMADDWD
 * by one (pairs to int32), VPADDD.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands, ymm3 to ymm6 products,
 * ymm7 to ymm15 accumulators.
 * One iteration: 4 steps on each of 9 accumulators, 108 measured instructions and 2 of
 * the loop, 2304 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(maddubs_u8s8_thr__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpcmpeqw ymm2, ymm2, ymm2
    vpsrlw ymm2, ymm2, 15
    vpxor ymm7, ymm7, ymm7
    vpxor ymm8, ymm8, ymm8
    vpxor ymm9, ymm9, ymm9
    vpxor ymm10, ymm10, ymm10
    vpxor ymm11, ymm11, ymm11
    vpxor ymm12, ymm12, ymm12
    vpxor ymm13, ymm13, ymm13
    vpxor ymm14, ymm14, ymm14
    vpxor ymm15, ymm15, ymm15
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm8, ymm8, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm9, ymm9, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm10, ymm10, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm11, ymm11, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm12, ymm12, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm13, ymm13, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm14, ymm14, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm15, ymm15, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm8, ymm8, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm9, ymm9, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm10, ymm10, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm11, ymm11, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm12, ymm12, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm13, ymm13, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm14, ymm14, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm15, ymm15, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm8, ymm8, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm9, ymm9, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm10, ymm10, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm11, ymm11, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm12, ymm12, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm13, ymm13, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm14, ymm14, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm15, ymm15, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm8, ymm8, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm9, ymm9, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm10, ymm10, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm11, ymm11, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm12, ymm12, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm13, ymm13, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm14, ymm14, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm15, ymm15, ymm6
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm7
    vmovups [rcx + 32], ymm8
    vmovups [rcx + 64], ymm9
    vmovups [rcx + 96], ymm10
    vmovups [rcx + 128], ymm11
    vmovups [rcx + 160], ymm12
    vmovups [rcx + 192], ymm13
    vmovups [rcx + 224], ymm14
    vmovups [rcx + 256], ymm15
    vzeroupper
    ret
CB_FUNCTION_END(maddubs_u8s8_thr__avx2)
