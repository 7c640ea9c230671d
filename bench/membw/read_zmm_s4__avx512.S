/* void read_zmm_s4__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit loads from the four quarters of the block in turn: four streams keep more
 * prefetchers and DRAM banks busy than one.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 1024 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 1024 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_QUARTERS_FUNCTION(read_zmm_s4__avx512)
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa64 zmm0, [rsi + r9]
    vmovdqa64 zmm1, [rax + r9]
    vmovdqa64 zmm2, [r10 + r9]
    vmovdqa64 zmm3, [r11 + r9]
    vmovdqa64 zmm4, [rsi + r9 + 64]
    vmovdqa64 zmm5, [rax + r9 + 64]
    vmovdqa64 zmm6, [r10 + r9 + 64]
    vmovdqa64 zmm7, [r11 + r9 + 64]
    vmovdqa64 zmm8, [rsi + r9 + 128]
    vmovdqa64 zmm9, [rax + r9 + 128]
    vmovdqa64 zmm10, [r10 + r9 + 128]
    vmovdqa64 zmm11, [r11 + r9 + 128]
    vmovdqa64 zmm12, [rsi + r9 + 192]
    vmovdqa64 zmm13, [rax + r9 + 192]
    vmovdqa64 zmm14, [r10 + r9 + 192]
    vmovdqa64 zmm15, [r11 + r9 + 192]
    MEMBW_STEP(256)
    MEMBW_END_VECTOR(read_zmm_s4__avx512)
