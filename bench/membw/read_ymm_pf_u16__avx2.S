/* void read_ymm_pf_u16__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit loads with a software prefetch 2 KiB ahead: for RAM, where the
 * hardware prefetcher stops at page ends.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 512 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(read_ymm_pf_u16__avx2)
    MEMBW_PASS
    CB_LOOP(1)
    prefetcht0 [rsi + r9 + 2048]
    vmovdqa ymm0, [rsi + r9]
    vmovdqa ymm1, [rsi + r9 + 32]
    prefetcht0 [rsi + r9 + 2112]
    vmovdqa ymm2, [rsi + r9 + 64]
    vmovdqa ymm3, [rsi + r9 + 96]
    prefetcht0 [rsi + r9 + 2176]
    vmovdqa ymm4, [rsi + r9 + 128]
    vmovdqa ymm5, [rsi + r9 + 160]
    prefetcht0 [rsi + r9 + 2240]
    vmovdqa ymm6, [rsi + r9 + 192]
    vmovdqa ymm7, [rsi + r9 + 224]
    prefetcht0 [rsi + r9 + 2304]
    vmovdqa ymm8, [rsi + r9 + 256]
    vmovdqa ymm9, [rsi + r9 + 288]
    prefetcht0 [rsi + r9 + 2368]
    vmovdqa ymm10, [rsi + r9 + 320]
    vmovdqa ymm11, [rsi + r9 + 352]
    prefetcht0 [rsi + r9 + 2432]
    vmovdqa ymm12, [rsi + r9 + 384]
    vmovdqa ymm13, [rsi + r9 + 416]
    prefetcht0 [rsi + r9 + 2496]
    vmovdqa ymm14, [rsi + r9 + 448]
    vmovdqa ymm15, [rsi + r9 + 480]
    MEMBW_STEP(512)
    MEMBW_END_VECTOR(read_ymm_pf_u16__avx2)
