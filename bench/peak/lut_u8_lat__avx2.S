/* void lut_u8_lat__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * table look-up and sum of bytes: VPSHUFB of the table a at the indices b, VPADDB; a look-up
 * and an addition count as two operations, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands, ymm2 to ymm5 products,
 * ymm6 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 64 measured instructions and 2 of
 * the loop, 2048 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(lut_u8_lat__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpxor ymm6, ymm6, ymm6
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    vpshufb ymm2, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm2
    vpshufb ymm3, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm3
    vpshufb ymm4, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm4
    vpshufb ymm5, ymm0, ymm1
    vpaddb ymm6, ymm6, ymm5
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm6
    vzeroupper
    ret
CB_FUNCTION_END(lut_u8_lat__avx2)
