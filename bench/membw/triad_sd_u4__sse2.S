/* void triad_sd_u4__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 64-bit float64 a + 3 b, one element at a time.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 32 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 96 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(triad_sd_u4__sse2)
    mov rax, 0x4008000000000000
    movq xmm15, rax
    MEMBW_PASS
    CB_LOOP(1)
    movsd xmm0, [rdx + r9]
    mulsd xmm0, xmm15
    addsd xmm0, [rsi + r9]
    movsd [rdi + r9], xmm0
    movsd xmm1, [rdx + r9 + 8]
    mulsd xmm1, xmm15
    addsd xmm1, [rsi + r9 + 8]
    movsd [rdi + r9 + 8], xmm1
    movsd xmm2, [rdx + r9 + 16]
    mulsd xmm2, xmm15
    addsd xmm2, [rsi + r9 + 16]
    movsd [rdi + r9 + 16], xmm2
    movsd xmm3, [rdx + r9 + 24]
    mulsd xmm3, xmm15
    addsd xmm3, [rsi + r9 + 24]
    movsd [rdi + r9 + 24], xmm3
    MEMBW_STEP(32)
    MEMBW_END(triad_sd_u4__sse2)
