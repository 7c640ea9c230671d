/* void read_xmm_s4__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit loads from the four quarters of the block in turn: four streams keep more
 * prefetchers and DRAM banks busy than one.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 256 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_QUARTERS_FUNCTION(read_xmm_s4__sse2)
    MEMBW_PASS
    CB_LOOP(1)
    movdqa xmm0, [rsi + r9]
    movdqa xmm1, [rax + r9]
    movdqa xmm2, [r10 + r9]
    movdqa xmm3, [r11 + r9]
    movdqa xmm4, [rsi + r9 + 16]
    movdqa xmm5, [rax + r9 + 16]
    movdqa xmm6, [r10 + r9 + 16]
    movdqa xmm7, [r11 + r9 + 16]
    movdqa xmm8, [rsi + r9 + 32]
    movdqa xmm9, [rax + r9 + 32]
    movdqa xmm10, [r10 + r9 + 32]
    movdqa xmm11, [r11 + r9 + 32]
    movdqa xmm12, [rsi + r9 + 48]
    movdqa xmm13, [rax + r9 + 48]
    movdqa xmm14, [r10 + r9 + 48]
    movdqa xmm15, [r11 + r9 + 48]
    MEMBW_STEP(64)
    MEMBW_END(read_xmm_s4__sse2)
