/* void rmw_zmm_u8__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit XOR with all ones, in place.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 1024 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(rmw_zmm_u8__avx512)
    vpternlogd zmm0, zmm0, zmm0, 0xff
    MEMBW_PASS
    CB_LOOP(1)
    vpxorq zmm1, zmm0, [rdi + r9]
    vpxorq zmm2, zmm0, [rdi + r9 + 64]
    vpxorq zmm3, zmm0, [rdi + r9 + 128]
    vpxorq zmm4, zmm0, [rdi + r9 + 192]
    vpxorq zmm5, zmm0, [rdi + r9 + 256]
    vpxorq zmm6, zmm0, [rdi + r9 + 320]
    vpxorq zmm7, zmm0, [rdi + r9 + 384]
    vpxorq zmm8, zmm0, [rdi + r9 + 448]
    vmovdqa64 [rdi + r9], zmm1
    vmovdqa64 [rdi + r9 + 64], zmm2
    vmovdqa64 [rdi + r9 + 128], zmm3
    vmovdqa64 [rdi + r9 + 192], zmm4
    vmovdqa64 [rdi + r9 + 256], zmm5
    vmovdqa64 [rdi + r9 + 320], zmm6
    vmovdqa64 [rdi + r9 + 384], zmm7
    vmovdqa64 [rdi + r9 + 448], zmm8
    MEMBW_STEP(512)
    MEMBW_END_VECTOR(rmw_zmm_u8__avx512)
