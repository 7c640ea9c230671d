/* void madd_s16_thr__avx512(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int16 pair products to int32 and their sum: VPMADDWD, VPADDD.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands, zmm2 to zmm5 products,
 * zmm6 to zmm29 accumulators.
 * One iteration: 2 steps on each of 24 accumulators, 96 measured instructions and 2 of
 * the loop, 3072 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(madd_s16_thr__avx512)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm6, zmm6, zmm6
    vpxorq zmm7, zmm7, zmm7
    vpxorq zmm8, zmm8, zmm8
    vpxorq zmm9, zmm9, zmm9
    vpxorq zmm10, zmm10, zmm10
    vpxorq zmm11, zmm11, zmm11
    vpxorq zmm12, zmm12, zmm12
    vpxorq zmm13, zmm13, zmm13
    vpxorq zmm14, zmm14, zmm14
    vpxorq zmm15, zmm15, zmm15
    vpxorq zmm16, zmm16, zmm16
    vpxorq zmm17, zmm17, zmm17
    vpxorq zmm18, zmm18, zmm18
    vpxorq zmm19, zmm19, zmm19
    vpxorq zmm20, zmm20, zmm20
    vpxorq zmm21, zmm21, zmm21
    vpxorq zmm22, zmm22, zmm22
    vpxorq zmm23, zmm23, zmm23
    vpxorq zmm24, zmm24, zmm24
    vpxorq zmm25, zmm25, zmm25
    vpxorq zmm26, zmm26, zmm26
    vpxorq zmm27, zmm27, zmm27
    vpxorq zmm28, zmm28, zmm28
    vpxorq zmm29, zmm29, zmm29
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm7, zmm7, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm8, zmm8, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm9, zmm9, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm10, zmm10, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm11, zmm11, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm12, zmm12, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm13, zmm13, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm14, zmm14, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm15, zmm15, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm16, zmm16, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm17, zmm17, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm18, zmm18, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm19, zmm19, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm20, zmm20, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm21, zmm21, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm22, zmm22, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm23, zmm23, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm24, zmm24, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm25, zmm25, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm26, zmm26, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm27, zmm27, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm28, zmm28, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm29, zmm29, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm6, zmm6, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm7, zmm7, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm8, zmm8, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm9, zmm9, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm10, zmm10, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm11, zmm11, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm12, zmm12, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm13, zmm13, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm14, zmm14, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm15, zmm15, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm16, zmm16, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm17, zmm17, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm18, zmm18, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm19, zmm19, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm20, zmm20, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm21, zmm21, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm22, zmm22, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm23, zmm23, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm24, zmm24, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm25, zmm25, zmm5
    vpmaddwd zmm2, zmm0, zmm1
    vpaddd zmm26, zmm26, zmm2
    vpmaddwd zmm3, zmm0, zmm1
    vpaddd zmm27, zmm27, zmm3
    vpmaddwd zmm4, zmm0, zmm1
    vpaddd zmm28, zmm28, zmm4
    vpmaddwd zmm5, zmm0, zmm1
    vpaddd zmm29, zmm29, zmm5
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm6
    vmovups [rcx + 64], zmm7
    vmovups [rcx + 128], zmm8
    vmovups [rcx + 192], zmm9
    vmovups [rcx + 256], zmm10
    vmovups [rcx + 320], zmm11
    vmovups [rcx + 384], zmm12
    vmovups [rcx + 448], zmm13
    vmovups [rcx + 512], zmm14
    vmovups [rcx + 576], zmm15
    vmovups [rcx + 640], zmm16
    vmovups [rcx + 704], zmm17
    vmovups [rcx + 768], zmm18
    vmovups [rcx + 832], zmm19
    vmovups [rcx + 896], zmm20
    vmovups [rcx + 960], zmm21
    vmovups [rcx + 1024], zmm22
    vmovups [rcx + 1088], zmm23
    vmovups [rcx + 1152], zmm24
    vmovups [rcx + 1216], zmm25
    vmovups [rcx + 1280], zmm26
    vmovups [rcx + 1344], zmm27
    vmovups [rcx + 1408], zmm28
    vmovups [rcx + 1472], zmm29
    vzeroupper
    ret
CB_FUNCTION_END(madd_s16_thr__avx512)
