/* void read_zmm_u16__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit loads, 16 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 1024 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 1024 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(read_zmm_u16__avx512)
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa64 zmm0, [rsi + r9]
    vmovdqa64 zmm1, [rsi + r9 + 64]
    vmovdqa64 zmm2, [rsi + r9 + 128]
    vmovdqa64 zmm3, [rsi + r9 + 192]
    vmovdqa64 zmm4, [rsi + r9 + 256]
    vmovdqa64 zmm5, [rsi + r9 + 320]
    vmovdqa64 zmm6, [rsi + r9 + 384]
    vmovdqa64 zmm7, [rsi + r9 + 448]
    vmovdqa64 zmm8, [rsi + r9 + 512]
    vmovdqa64 zmm9, [rsi + r9 + 576]
    vmovdqa64 zmm10, [rsi + r9 + 640]
    vmovdqa64 zmm11, [rsi + r9 + 704]
    vmovdqa64 zmm12, [rsi + r9 + 768]
    vmovdqa64 zmm13, [rsi + r9 + 832]
    vmovdqa64 zmm14, [rsi + r9 + 896]
    vmovdqa64 zmm15, [rsi + r9 + 960]
    MEMBW_STEP(1024)
    MEMBW_END_VECTOR(read_zmm_u16__avx512)
