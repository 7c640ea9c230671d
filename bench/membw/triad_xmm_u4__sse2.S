/* void triad_xmm_u4__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit float64 a + 3 b, plain stores.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 64 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 192 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(triad_xmm_u4__sse2)
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
    movdqa [rdi + r9], xmm0
    movdqa [rdi + r9 + 16], xmm1
    movdqa [rdi + r9 + 32], xmm2
    movdqa [rdi + r9 + 48], xmm3
    MEMBW_STEP(64)
    MEMBW_END(triad_xmm_u4__sse2)
