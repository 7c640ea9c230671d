/* void write_zmm_nt_u8__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit non-temporal stores of all ones: whole lines go to memory unread.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 8 measured instructions and 2 of the loop,
 * 512 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_zmm_nt_u8__avx512)
    vpternlogd zmm0, zmm0, zmm0, 0xff
    MEMBW_PASS
    CB_LOOP(1)
    vmovntdq [rdi + r9], zmm0
    vmovntdq [rdi + r9 + 64], zmm0
    vmovntdq [rdi + r9 + 128], zmm0
    vmovntdq [rdi + r9 + 192], zmm0
    vmovntdq [rdi + r9 + 256], zmm0
    vmovntdq [rdi + r9 + 320], zmm0
    vmovntdq [rdi + r9 + 384], zmm0
    vmovntdq [rdi + r9 + 448], zmm0
    MEMBW_STEP(512)
    MEMBW_END_FENCE_VECTOR(write_zmm_nt_u8__avx512)
