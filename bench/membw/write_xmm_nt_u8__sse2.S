/* void write_xmm_nt_u8__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit non-temporal stores of all ones: whole lines go to memory unread.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 8 measured instructions and 2 of the loop,
 * 128 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_xmm_nt_u8__sse2)
    pcmpeqd xmm0, xmm0
    MEMBW_PASS
    CB_LOOP(1)
    movntdq [rdi + r9], xmm0
    movntdq [rdi + r9 + 16], xmm0
    movntdq [rdi + r9 + 32], xmm0
    movntdq [rdi + r9 + 48], xmm0
    movntdq [rdi + r9 + 64], xmm0
    movntdq [rdi + r9 + 80], xmm0
    movntdq [rdi + r9 + 96], xmm0
    movntdq [rdi + r9 + 112], xmm0
    MEMBW_STEP(128)
    MEMBW_END_FENCE(write_xmm_nt_u8__sse2)
