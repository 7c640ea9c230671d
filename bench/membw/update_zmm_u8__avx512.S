/* void update_zmm_u8__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit dst ^= a: two loads (one inside the XOR) and a store back to where the second came from.
 * rdi dst, rsi a, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 1536 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(update_zmm_u8__avx512)
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa64 zmm0, [rsi + r9]
    vpxorq zmm0, zmm0, [rdi + r9]
    vmovdqa64 zmm1, [rsi + r9 + 64]
    vpxorq zmm1, zmm1, [rdi + r9 + 64]
    vmovdqa64 zmm2, [rsi + r9 + 128]
    vpxorq zmm2, zmm2, [rdi + r9 + 128]
    vmovdqa64 zmm3, [rsi + r9 + 192]
    vpxorq zmm3, zmm3, [rdi + r9 + 192]
    vmovdqa64 zmm4, [rsi + r9 + 256]
    vpxorq zmm4, zmm4, [rdi + r9 + 256]
    vmovdqa64 zmm5, [rsi + r9 + 320]
    vpxorq zmm5, zmm5, [rdi + r9 + 320]
    vmovdqa64 zmm6, [rsi + r9 + 384]
    vpxorq zmm6, zmm6, [rdi + r9 + 384]
    vmovdqa64 zmm7, [rsi + r9 + 448]
    vpxorq zmm7, zmm7, [rdi + r9 + 448]
    vmovdqa64 [rdi + r9], zmm0
    vmovdqa64 [rdi + r9 + 64], zmm1
    vmovdqa64 [rdi + r9 + 128], zmm2
    vmovdqa64 [rdi + r9 + 192], zmm3
    vmovdqa64 [rdi + r9 + 256], zmm4
    vmovdqa64 [rdi + r9 + 320], zmm5
    vmovdqa64 [rdi + r9 + 384], zmm6
    vmovdqa64 [rdi + r9 + 448], zmm7
    MEMBW_STEP(512)
    MEMBW_END_VECTOR(update_zmm_u8__avx512)
