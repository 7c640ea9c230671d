/* void write_ymm_u16__avx2(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 256-bit stores of all ones, 16 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 512 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 512 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_ymm_u16__avx2)
    vpcmpeqd ymm0, ymm0, ymm0
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa [rdi + r9], ymm0
    vmovdqa [rdi + r9 + 32], ymm0
    vmovdqa [rdi + r9 + 64], ymm0
    vmovdqa [rdi + r9 + 96], ymm0
    vmovdqa [rdi + r9 + 128], ymm0
    vmovdqa [rdi + r9 + 160], ymm0
    vmovdqa [rdi + r9 + 192], ymm0
    vmovdqa [rdi + r9 + 224], ymm0
    vmovdqa [rdi + r9 + 256], ymm0
    vmovdqa [rdi + r9 + 288], ymm0
    vmovdqa [rdi + r9 + 320], ymm0
    vmovdqa [rdi + r9 + 352], ymm0
    vmovdqa [rdi + r9 + 384], ymm0
    vmovdqa [rdi + r9 + 416], ymm0
    vmovdqa [rdi + r9 + 448], ymm0
    vmovdqa [rdi + r9 + 480], ymm0
    MEMBW_STEP(512)
    MEMBW_END_VECTOR(write_ymm_u16__avx2)
