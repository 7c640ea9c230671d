/* void read_zmm_pf_u16__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit loads with a software prefetch 2 KiB ahead: for RAM, where the
 * hardware prefetcher stops at page ends.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 1024 bytes of each operand, 32 measured instructions and 2 of the loop,
 * 1024 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(read_zmm_pf_u16__avx512)
    MEMBW_PASS
    CB_LOOP(1)
    prefetcht0 [rsi + r9 + 2048]
    vmovdqa64 zmm0, [rsi + r9]
    prefetcht0 [rsi + r9 + 2112]
    vmovdqa64 zmm1, [rsi + r9 + 64]
    prefetcht0 [rsi + r9 + 2176]
    vmovdqa64 zmm2, [rsi + r9 + 128]
    prefetcht0 [rsi + r9 + 2240]
    vmovdqa64 zmm3, [rsi + r9 + 192]
    prefetcht0 [rsi + r9 + 2304]
    vmovdqa64 zmm4, [rsi + r9 + 256]
    prefetcht0 [rsi + r9 + 2368]
    vmovdqa64 zmm5, [rsi + r9 + 320]
    prefetcht0 [rsi + r9 + 2432]
    vmovdqa64 zmm6, [rsi + r9 + 384]
    prefetcht0 [rsi + r9 + 2496]
    vmovdqa64 zmm7, [rsi + r9 + 448]
    prefetcht0 [rsi + r9 + 2560]
    vmovdqa64 zmm8, [rsi + r9 + 512]
    prefetcht0 [rsi + r9 + 2624]
    vmovdqa64 zmm9, [rsi + r9 + 576]
    prefetcht0 [rsi + r9 + 2688]
    vmovdqa64 zmm10, [rsi + r9 + 640]
    prefetcht0 [rsi + r9 + 2752]
    vmovdqa64 zmm11, [rsi + r9 + 704]
    prefetcht0 [rsi + r9 + 2816]
    vmovdqa64 zmm12, [rsi + r9 + 768]
    prefetcht0 [rsi + r9 + 2880]
    vmovdqa64 zmm13, [rsi + r9 + 832]
    prefetcht0 [rsi + r9 + 2944]
    vmovdqa64 zmm14, [rsi + r9 + 896]
    prefetcht0 [rsi + r9 + 3008]
    vmovdqa64 zmm15, [rsi + r9 + 960]
    MEMBW_STEP(1024)
    MEMBW_END_VECTOR(read_zmm_pf_u16__avx512)
