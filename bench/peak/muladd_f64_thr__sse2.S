/* void muladd_f64_thr__sse2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b in float64, a multiplication and an addition (SSE2 has no fused one).
 * rdi iterations, rsi a, rdx b, rcx out; xmm0, xmm1 operands, xmm2 to xmm5 products,
 * xmm6 to xmm15 accumulators.
 * One iteration: 4 steps on each of 10 accumulators, 120 measured instructions and 2 of
 * the loop, 160 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(muladd_f64_thr__sse2)
    movups xmm0, [rsi]
    movups xmm1, [rdx]
    pxor xmm6, xmm6
    pxor xmm7, xmm7
    pxor xmm8, xmm8
    pxor xmm9, xmm9
    pxor xmm10, xmm10
    pxor xmm11, xmm11
    pxor xmm12, xmm12
    pxor xmm13, xmm13
    pxor xmm14, xmm14
    pxor xmm15, xmm15
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm6, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm7, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm8, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm9, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm10, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm11, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm12, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm13, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm14, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm15, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm6, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm7, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm8, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm9, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm10, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm11, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm12, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm13, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm14, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm15, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm6, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm7, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm8, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm9, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm10, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm11, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm12, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm13, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm14, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm15, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm6, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm7, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm8, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm9, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm10, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm11, xmm5
    movaps xmm2, xmm0
    mulpd xmm2, xmm1
    addpd xmm12, xmm2
    movaps xmm3, xmm0
    mulpd xmm3, xmm1
    addpd xmm13, xmm3
    movaps xmm4, xmm0
    mulpd xmm4, xmm1
    addpd xmm14, xmm4
    movaps xmm5, xmm0
    mulpd xmm5, xmm1
    addpd xmm15, xmm5
    CB_LOOP_END(1, rdi)
3:
    movups [rcx], xmm6
    movups [rcx + 16], xmm7
    movups [rcx + 32], xmm8
    movups [rcx + 48], xmm9
    movups [rcx + 64], xmm10
    movups [rcx + 80], xmm11
    movups [rcx + 96], xmm12
    movups [rcx + 112], xmm13
    movups [rcx + 128], xmm14
    movups [rcx + 144], xmm15
    ret
CB_FUNCTION_END(muladd_f64_thr__sse2)
