/* void update_zmm_u4__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit dst ^= a: two loads (one inside the XOR) and a store back to where the second came from.
 * rdi dst, rsi a, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 12 measured instructions and 2 of the loop,
 * 768 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(update_zmm_u4__avx512)
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
    vmovdqa64 [rdi + r9], zmm0
    vmovdqa64 [rdi + r9 + 64], zmm1
    vmovdqa64 [rdi + r9 + 128], zmm2
    vmovdqa64 [rdi + r9 + 192], zmm3
    MEMBW_STEP(256)
    MEMBW_END_VECTOR(update_zmm_u4__avx512)
