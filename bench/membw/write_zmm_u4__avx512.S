/* void write_zmm_u4__avx512(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 512-bit stores of all ones, 4 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 256 bytes of each operand, 4 measured instructions and 2 of the loop,
 * 256 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_zmm_u4__avx512)
    vpternlogd zmm0, zmm0, zmm0, 0xff
    MEMBW_PASS
    CB_LOOP(1)
    vmovdqa64 [rdi + r9], zmm0
    vmovdqa64 [rdi + r9 + 64], zmm0
    vmovdqa64 [rdi + r9 + 128], zmm0
    vmovdqa64 [rdi + r9 + 192], zmm0
    MEMBW_STEP(256)
    MEMBW_END_VECTOR(write_zmm_u4__avx512)
