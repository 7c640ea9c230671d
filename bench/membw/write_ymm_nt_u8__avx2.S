/* void write_ymm_nt_u8__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit non-temporal stores of all ones: whole lines go to memory unread.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 8 measured instructions and 2 of the loop,
 * 256 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_ymm_nt_u8__avx2)
    vpcmpeqd ymm0, ymm0, ymm0
    MEMBW_PASS
    CB_LOOP(1)
    vmovntdq [rdi + r9], ymm0
    vmovntdq [rdi + r9 + 32], ymm0
    vmovntdq [rdi + r9 + 64], ymm0
    vmovntdq [rdi + r9 + 96], ymm0
    vmovntdq [rdi + r9 + 128], ymm0
    vmovntdq [rdi + r9 + 160], ymm0
    vmovntdq [rdi + r9 + 192], ymm0
    vmovntdq [rdi + r9 + 224], ymm0
    MEMBW_STEP(256)
    MEMBW_END_FENCE_VECTOR(write_ymm_nt_u8__avx2)
