/* void madd_s16_lat__sse2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int16 pair products to int32 and their sum: PMADDWD, PADDD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; xmm0, xmm1 operands, xmm2 to xmm5 products,
 * xmm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 96 measured instructions and 2 of
 * the loop, 512 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(madd_s16_lat__sse2)
    movups xmm0, [rsi]
    movups xmm1, [rdx]
    pxor xmm6, xmm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    movdqa xmm2, xmm0
    pmaddwd xmm2, xmm1
    paddd xmm6, xmm2
    movdqa xmm3, xmm0
    pmaddwd xmm3, xmm1
    paddd xmm6, xmm3
    movdqa xmm4, xmm0
    pmaddwd xmm4, xmm1
    paddd xmm6, xmm4
    movdqa xmm5, xmm0
    pmaddwd xmm5, xmm1
    paddd xmm6, xmm5
    CB_LOOP_END(1, rdi)
3:
    movups [rcx], xmm6
    ret
CB_FUNCTION_END(madd_s16_lat__sse2)
