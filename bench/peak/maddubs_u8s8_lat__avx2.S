/* void maddubs_u8s8_lat__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int8 products without VNNI: VPMADDUBSW (u8 x s8, pairs, saturating to int16), VPMADDWD
 * by one (pairs to int32), VPADDD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands, ymm3 to ymm6 products,
 * ymm7 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 96 measured instructions and 2 of
 * the loop, 2048 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(maddubs_u8s8_lat__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpcmpeqw ymm2, ymm2, ymm2
    vpsrlw ymm2, ymm2, 15
    vpxor ymm7, ymm7, ymm7
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    vpmaddubsw ymm3, ymm0, ymm1
    vpmaddwd ymm3, ymm3, ymm2
    vpaddd ymm7, ymm7, ymm3
    vpmaddubsw ymm4, ymm0, ymm1
    vpmaddwd ymm4, ymm4, ymm2
    vpaddd ymm7, ymm7, ymm4
    vpmaddubsw ymm5, ymm0, ymm1
    vpmaddwd ymm5, ymm5, ymm2
    vpaddd ymm7, ymm7, ymm5
    vpmaddubsw ymm6, ymm0, ymm1
    vpmaddwd ymm6, ymm6, ymm2
    vpaddd ymm7, ymm7, ymm6
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm7
    vzeroupper
    ret
CB_FUNCTION_END(maddubs_u8s8_lat__avx2)
