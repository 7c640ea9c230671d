/* void update_xmm_u8__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit dst ^= a: two loads (one inside the XOR) and a store back to where the second came from.
 * rdi dst, rsi a, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 384 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(update_xmm_u8__sse2)
    MEMBW_PASS
    CB_LOOP(1)
    movdqa xmm0, [rsi + r9]
    pxor xmm0, [rdi + r9]
    movdqa xmm1, [rsi + r9 + 16]
    pxor xmm1, [rdi + r9 + 16]
    movdqa xmm2, [rsi + r9 + 32]
    pxor xmm2, [rdi + r9 + 32]
    movdqa xmm3, [rsi + r9 + 48]
    pxor xmm3, [rdi + r9 + 48]
    movdqa xmm4, [rsi + r9 + 64]
    pxor xmm4, [rdi + r9 + 64]
    movdqa xmm5, [rsi + r9 + 80]
    pxor xmm5, [rdi + r9 + 80]
    movdqa xmm6, [rsi + r9 + 96]
    pxor xmm6, [rdi + r9 + 96]
    movdqa xmm7, [rsi + r9 + 112]
    pxor xmm7, [rdi + r9 + 112]
    movdqa [rdi + r9], xmm0
    movdqa [rdi + r9 + 16], xmm1
    movdqa [rdi + r9 + 32], xmm2
    movdqa [rdi + r9 + 48], xmm3
    movdqa [rdi + r9 + 64], xmm4
    movdqa [rdi + r9 + 80], xmm5
    movdqa [rdi + r9 + 96], xmm6
    movdqa [rdi + r9 + 112], xmm7
    MEMBW_STEP(128)
    MEMBW_END(update_xmm_u8__sse2)
