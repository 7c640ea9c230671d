/* void muladd_f32_lat__sse2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b in float32, a multiplication and an addition (SSE2 has no fused one), one chain.
 * rdi iterations, rsi a, rdx b, rcx out; xmm0, xmm1 operands, xmm2 to xmm5 products,
 * xmm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 96 measured instructions and 2 of
 * the loop, 256 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(muladd_f32_lat__sse2)
    movups xmm0, [rsi]
    movups xmm1, [rdx]
    pxor xmm6, xmm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    movaps xmm2, xmm0
    mulps xmm2, xmm1
    addps xmm6, xmm2
    movaps xmm3, xmm0
    mulps xmm3, xmm1
    addps xmm6, xmm3
    movaps xmm4, xmm0
    mulps xmm4, xmm1
    addps xmm6, xmm4
    movaps xmm5, xmm0
    mulps xmm5, xmm1
    addps xmm6, xmm5
    CB_LOOP_END(1, rdi)
3:
    movups [rcx], xmm6
    ret
CB_FUNCTION_END(muladd_f32_lat__sse2)
