/* void read_xmm_pf_u16__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit loads with a software prefetch 2 KiB ahead: for RAM, where the
 * hardware prefetcher stops at page ends.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 20 measured instructions and 2 of the loop,
 * 256 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(read_xmm_pf_u16__sse2)
    MEMBW_PASS
    CB_LOOP(1)
    prefetcht0 [rsi + r9 + 2048]
    movdqa xmm0, [rsi + r9]
    movdqa xmm1, [rsi + r9 + 16]
    movdqa xmm2, [rsi + r9 + 32]
    movdqa xmm3, [rsi + r9 + 48]
    prefetcht0 [rsi + r9 + 2112]
    movdqa xmm4, [rsi + r9 + 64]
    movdqa xmm5, [rsi + r9 + 80]
    movdqa xmm6, [rsi + r9 + 96]
    movdqa xmm7, [rsi + r9 + 112]
    prefetcht0 [rsi + r9 + 2176]
    movdqa xmm8, [rsi + r9 + 128]
    movdqa xmm9, [rsi + r9 + 144]
    movdqa xmm10, [rsi + r9 + 160]
    movdqa xmm11, [rsi + r9 + 176]
    prefetcht0 [rsi + r9 + 2240]
    movdqa xmm12, [rsi + r9 + 192]
    movdqa xmm13, [rsi + r9 + 208]
    movdqa xmm14, [rsi + r9 + 224]
    movdqa xmm15, [rsi + r9 + 240]
    MEMBW_STEP(256)
    MEMBW_END(read_xmm_pf_u16__sse2)
