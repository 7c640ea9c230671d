/* void read_xmm_u4__sse2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 128-bit loads, 4 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 64 bytes of each operand, 4 measured instructions and 2 of the loop,
 * 64 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(read_xmm_u4__sse2)
    MEMBW_PASS
    CB_LOOP(1)
    movdqa xmm0, [rsi + r9]
    movdqa xmm1, [rsi + r9 + 16]
    movdqa xmm2, [rsi + r9 + 32]
    movdqa xmm3, [rsi + r9 + 48]
    MEMBW_STEP(64)
    MEMBW_END(read_xmm_u4__sse2)
