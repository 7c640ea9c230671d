/* void triad_xmm_u8__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit float64 a + 3 b, plain stores.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 32 measured instructions and 2 of the loop,
 * 384 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(triad_xmm_u8__sse2)
    mov rax, 0x4008000000000000
    movq xmm15, rax
    unpcklpd xmm15, xmm15
    MEMBW_PASS
    CB_LOOP(1)
    movapd xmm0, [rdx + r9]
    mulpd xmm0, xmm15
    addpd xmm0, [rsi + r9]
    movapd xmm1, [rdx + r9 + 16]
    mulpd xmm1, xmm15
    addpd xmm1, [rsi + r9 + 16]
    movapd xmm2, [rdx + r9 + 32]
    mulpd xmm2, xmm15
    addpd xmm2, [rsi + r9 + 32]
    movapd xmm3, [rdx + r9 + 48]
    mulpd xmm3, xmm15
    addpd xmm3, [rsi + r9 + 48]
    movapd xmm4, [rdx + r9 + 64]
    mulpd xmm4, xmm15
    addpd xmm4, [rsi + r9 + 64]
    movapd xmm5, [rdx + r9 + 80]
    mulpd xmm5, xmm15
    addpd xmm5, [rsi + r9 + 80]
    movapd xmm6, [rdx + r9 + 96]
    mulpd xmm6, xmm15
    addpd xmm6, [rsi + r9 + 96]
    movapd xmm7, [rdx + r9 + 112]
    mulpd xmm7, xmm15
    addpd xmm7, [rsi + r9 + 112]
    movdqa [rdi + r9], xmm0
    movdqa [rdi + r9 + 16], xmm1
    movdqa [rdi + r9 + 32], xmm2
    movdqa [rdi + r9 + 48], xmm3
    movdqa [rdi + r9 + 64], xmm4
    movdqa [rdi + r9 + 80], xmm5
    movdqa [rdi + r9 + 96], xmm6
    movdqa [rdi + r9 + 112], xmm7
    MEMBW_STEP(128)
    MEMBW_END(triad_xmm_u8__sse2)
