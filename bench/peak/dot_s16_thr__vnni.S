/* void dot_s16_thr__vnni(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * two int16 products into each int32: VPDPWSSD.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands,
 * zmm2 to zmm25 accumulators.
 * One iteration: 4 steps on each of 24 accumulators, 96 measured instructions and 2 of
 * the loop, 6144 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(dot_s16_thr__vnni)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm2, zmm2, zmm2
    vpxorq zmm3, zmm3, zmm3
    vpxorq zmm4, zmm4, zmm4
    vpxorq zmm5, zmm5, zmm5
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
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm3, zmm0, zmm1
    vpdpwssd zmm4, zmm0, zmm1
    vpdpwssd zmm5, zmm0, zmm1
    vpdpwssd zmm6, zmm0, zmm1
    vpdpwssd zmm7, zmm0, zmm1
    vpdpwssd zmm8, zmm0, zmm1
    vpdpwssd zmm9, zmm0, zmm1
    vpdpwssd zmm10, zmm0, zmm1
    vpdpwssd zmm11, zmm0, zmm1
    vpdpwssd zmm12, zmm0, zmm1
    vpdpwssd zmm13, zmm0, zmm1
    vpdpwssd zmm14, zmm0, zmm1
    vpdpwssd zmm15, zmm0, zmm1
    vpdpwssd zmm16, zmm0, zmm1
    vpdpwssd zmm17, zmm0, zmm1
    vpdpwssd zmm18, zmm0, zmm1
    vpdpwssd zmm19, zmm0, zmm1
    vpdpwssd zmm20, zmm0, zmm1
    vpdpwssd zmm21, zmm0, zmm1
    vpdpwssd zmm22, zmm0, zmm1
    vpdpwssd zmm23, zmm0, zmm1
    vpdpwssd zmm24, zmm0, zmm1
    vpdpwssd zmm25, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm3, zmm0, zmm1
    vpdpwssd zmm4, zmm0, zmm1
    vpdpwssd zmm5, zmm0, zmm1
    vpdpwssd zmm6, zmm0, zmm1
    vpdpwssd zmm7, zmm0, zmm1
    vpdpwssd zmm8, zmm0, zmm1
    vpdpwssd zmm9, zmm0, zmm1
    vpdpwssd zmm10, zmm0, zmm1
    vpdpwssd zmm11, zmm0, zmm1
    vpdpwssd zmm12, zmm0, zmm1
    vpdpwssd zmm13, zmm0, zmm1
    vpdpwssd zmm14, zmm0, zmm1
    vpdpwssd zmm15, zmm0, zmm1
    vpdpwssd zmm16, zmm0, zmm1
    vpdpwssd zmm17, zmm0, zmm1
    vpdpwssd zmm18, zmm0, zmm1
    vpdpwssd zmm19, zmm0, zmm1
    vpdpwssd zmm20, zmm0, zmm1
    vpdpwssd zmm21, zmm0, zmm1
    vpdpwssd zmm22, zmm0, zmm1
    vpdpwssd zmm23, zmm0, zmm1
    vpdpwssd zmm24, zmm0, zmm1
    vpdpwssd zmm25, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm3, zmm0, zmm1
    vpdpwssd zmm4, zmm0, zmm1
    vpdpwssd zmm5, zmm0, zmm1
    vpdpwssd zmm6, zmm0, zmm1
    vpdpwssd zmm7, zmm0, zmm1
    vpdpwssd zmm8, zmm0, zmm1
    vpdpwssd zmm9, zmm0, zmm1
    vpdpwssd zmm10, zmm0, zmm1
    vpdpwssd zmm11, zmm0, zmm1
    vpdpwssd zmm12, zmm0, zmm1
    vpdpwssd zmm13, zmm0, zmm1
    vpdpwssd zmm14, zmm0, zmm1
    vpdpwssd zmm15, zmm0, zmm1
    vpdpwssd zmm16, zmm0, zmm1
    vpdpwssd zmm17, zmm0, zmm1
    vpdpwssd zmm18, zmm0, zmm1
    vpdpwssd zmm19, zmm0, zmm1
    vpdpwssd zmm20, zmm0, zmm1
    vpdpwssd zmm21, zmm0, zmm1
    vpdpwssd zmm22, zmm0, zmm1
    vpdpwssd zmm23, zmm0, zmm1
    vpdpwssd zmm24, zmm0, zmm1
    vpdpwssd zmm25, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm3, zmm0, zmm1
    vpdpwssd zmm4, zmm0, zmm1
    vpdpwssd zmm5, zmm0, zmm1
    vpdpwssd zmm6, zmm0, zmm1
    vpdpwssd zmm7, zmm0, zmm1
    vpdpwssd zmm8, zmm0, zmm1
    vpdpwssd zmm9, zmm0, zmm1
    vpdpwssd zmm10, zmm0, zmm1
    vpdpwssd zmm11, zmm0, zmm1
    vpdpwssd zmm12, zmm0, zmm1
    vpdpwssd zmm13, zmm0, zmm1
    vpdpwssd zmm14, zmm0, zmm1
    vpdpwssd zmm15, zmm0, zmm1
    vpdpwssd zmm16, zmm0, zmm1
    vpdpwssd zmm17, zmm0, zmm1
    vpdpwssd zmm18, zmm0, zmm1
    vpdpwssd zmm19, zmm0, zmm1
    vpdpwssd zmm20, zmm0, zmm1
    vpdpwssd zmm21, zmm0, zmm1
    vpdpwssd zmm22, zmm0, zmm1
    vpdpwssd zmm23, zmm0, zmm1
    vpdpwssd zmm24, zmm0, zmm1
    vpdpwssd zmm25, zmm0, zmm1
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm2
    vmovups [rcx + 64], zmm3
    vmovups [rcx + 128], zmm4
    vmovups [rcx + 192], zmm5
    vmovups [rcx + 256], zmm6
    vmovups [rcx + 320], zmm7
    vmovups [rcx + 384], zmm8
    vmovups [rcx + 448], zmm9
    vmovups [rcx + 512], zmm10
    vmovups [rcx + 576], zmm11
    vmovups [rcx + 640], zmm12
    vmovups [rcx + 704], zmm13
    vmovups [rcx + 768], zmm14
    vmovups [rcx + 832], zmm15
    vmovups [rcx + 896], zmm16
    vmovups [rcx + 960], zmm17
    vmovups [rcx + 1024], zmm18
    vmovups [rcx + 1088], zmm19
    vmovups [rcx + 1152], zmm20
    vmovups [rcx + 1216], zmm21
    vmovups [rcx + 1280], zmm22
    vmovups [rcx + 1344], zmm23
    vmovups [rcx + 1408], zmm24
    vmovups [rcx + 1472], zmm25
    vzeroupper
    ret
CB_FUNCTION_END(dot_s16_thr__vnni)
