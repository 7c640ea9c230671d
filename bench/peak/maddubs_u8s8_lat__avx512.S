/* void maddubs_u8s8_lat__avx512(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int8 products without VNNI: VPMADDUBSW (u8 x s8, pairs, saturating to int16), VPMADDWD
 * by one (pairs to int32), VPADDD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands, zmm3 to zmm6 products,
 * zmm7 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 96 measured instructions and 2 of
 * the loop, 4096 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(maddubs_u8s8_lat__avx512)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpternlogd zmm2, zmm2, zmm2, 0xff
    vpsrlw zmm2, zmm2, 15
    vpxorq zmm7, zmm7, zmm7
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    vpmaddubsw zmm3, zmm0, zmm1
    vpmaddwd zmm3, zmm3, zmm2
    vpaddd zmm7, zmm7, zmm3
    vpmaddubsw zmm4, zmm0, zmm1
    vpmaddwd zmm4, zmm4, zmm2
    vpaddd zmm7, zmm7, zmm4
    vpmaddubsw zmm5, zmm0, zmm1
    vpmaddwd zmm5, zmm5, zmm2
    vpaddd zmm7, zmm7, zmm5
    vpmaddubsw zmm6, zmm0, zmm1
    vpmaddwd zmm6, zmm6, zmm2
    vpaddd zmm7, zmm7, zmm6
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm7
    vzeroupper
    ret
CB_FUNCTION_END(maddubs_u8s8_lat__avx512)
