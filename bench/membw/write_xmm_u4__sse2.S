/* void write_xmm_u4__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit stores of all ones, 4 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 64 bytes of each operand, 4 measured instructions and 2 of the loop,
 * 64 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_xmm_u4__sse2)
    pcmpeqd xmm0, xmm0
    MEMBW_PASS
    CB_LOOP(1)
    movdqa [rdi + r9], xmm0
    movdqa [rdi + r9 + 16], xmm0
    movdqa [rdi + r9 + 32], xmm0
    movdqa [rdi + r9 + 48], xmm0
    MEMBW_STEP(64)
    MEMBW_END(write_xmm_u4__sse2)
