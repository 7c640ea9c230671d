/* void read_ymm_u16__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit loads, 16 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 512 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(read_ymm_u16__avx2)
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa ymm0, [rsi + r9]
    vmovdqa ymm1, [rsi + r9 + 32]
    vmovdqa ymm2, [rsi + r9 + 64]
    vmovdqa ymm3, [rsi + r9 + 96]
    vmovdqa ymm4, [rsi + r9 + 128]
    vmovdqa ymm5, [rsi + r9 + 160]
    vmovdqa ymm6, [rsi + r9 + 192]
    vmovdqa ymm7, [rsi + r9 + 224]
    vmovdqa ymm8, [rsi + r9 + 256]
    vmovdqa ymm9, [rsi + r9 + 288]
    vmovdqa ymm10, [rsi + r9 + 320]
    vmovdqa ymm11, [rsi + r9 + 352]
    vmovdqa ymm12, [rsi + r9 + 384]
    vmovdqa ymm13, [rsi + r9 + 416]
    vmovdqa ymm14, [rsi + r9 + 448]
    vmovdqa ymm15, [rsi + r9 + 480]
    MEMBW_STEP(512)
    MEMBW_END_VECTOR(read_ymm_u16__avx2)
