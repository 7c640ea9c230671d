/* void copy_xmm_nt_u8__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit loads, then non-temporal stores.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 256 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(copy_xmm_nt_u8__sse2)
    MEMBW_PASS
    CB_LOOP(1)
    movdqa xmm0, [rsi + r9]
    movdqa xmm1, [rsi + r9 + 16]
    movdqa xmm2, [rsi + r9 + 32]
    movdqa xmm3, [rsi + r9 + 48]
    movdqa xmm4, [rsi + r9 + 64]
    movdqa xmm5, [rsi + r9 + 80]
    movdqa xmm6, [rsi + r9 + 96]
    movdqa xmm7, [rsi + r9 + 112]
    movntdq [rdi + r9], xmm0
    movntdq [rdi + r9 + 16], xmm1
    movntdq [rdi + r9 + 32], xmm2
    movntdq [rdi + r9 + 48], xmm3
    movntdq [rdi + r9 + 64], xmm4
    movntdq [rdi + r9 + 80], xmm5
    movntdq [rdi + r9 + 96], xmm6
    movntdq [rdi + r9 + 112], xmm7
    MEMBW_STEP(128)
    MEMBW_END_FENCE(copy_xmm_nt_u8__sse2)
