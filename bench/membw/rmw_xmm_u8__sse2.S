/* void rmw_xmm_u8__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit XOR with all ones, in place.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 256 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(rmw_xmm_u8__sse2)
    pcmpeqd xmm0, xmm0
    MEMBW_PASS
    CB_LOOP(1)
    movdqa xmm1, xmm0
    pxor xmm1, [rdi + r9]
    movdqa xmm2, xmm0
    pxor xmm2, [rdi + r9 + 16]
    movdqa xmm3, xmm0
    pxor xmm3, [rdi + r9 + 32]
    movdqa xmm4, xmm0
    pxor xmm4, [rdi + r9 + 48]
    movdqa xmm5, xmm0
    pxor xmm5, [rdi + r9 + 64]
    movdqa xmm6, xmm0
    pxor xmm6, [rdi + r9 + 80]
    movdqa xmm7, xmm0
    pxor xmm7, [rdi + r9 + 96]
    movdqa xmm8, xmm0
    pxor xmm8, [rdi + r9 + 112]
    movdqa [rdi + r9], xmm1
    movdqa [rdi + r9 + 16], xmm2
    movdqa [rdi + r9 + 32], xmm3
    movdqa [rdi + r9 + 48], xmm4
    movdqa [rdi + r9 + 64], xmm5
    movdqa [rdi + r9 + 80], xmm6
    movdqa [rdi + r9 + 96], xmm7
    movdqa [rdi + r9 + 112], xmm8
    MEMBW_STEP(128)
    MEMBW_END(rmw_xmm_u8__sse2)
