/* void read_ymm_s4__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit loads from the four quarters of the block in turn: four streams keep more
 * prefetchers and DRAM banks busy than one.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 512 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_QUARTERS_FUNCTION(read_ymm_s4__avx2)
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa ymm0, [rsi + r9]
    vmovdqa ymm1, [rax + r9]
    vmovdqa ymm2, [r10 + r9]
    vmovdqa ymm3, [r11 + r9]
    vmovdqa ymm4, [rsi + r9 + 32]
    vmovdqa ymm5, [rax + r9 + 32]
    vmovdqa ymm6, [r10 + r9 + 32]
    vmovdqa ymm7, [r11 + r9 + 32]
    vmovdqa ymm8, [rsi + r9 + 64]
    vmovdqa ymm9, [rax + r9 + 64]
    vmovdqa ymm10, [r10 + r9 + 64]
    vmovdqa ymm11, [r11 + r9 + 64]
    vmovdqa ymm12, [rsi + r9 + 96]
    vmovdqa ymm13, [rax + r9 + 96]
    vmovdqa ymm14, [r10 + r9 + 96]
    vmovdqa ymm15, [r11 + r9 + 96]
    MEMBW_STEP(128)
    MEMBW_END_VECTOR(read_ymm_s4__avx2)
