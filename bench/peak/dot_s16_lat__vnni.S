/* void dot_s16_lat__vnni(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * two int16 products into each int32: VPDPWSSD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands,
 * zmm2 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 32 measured instructions and 2 of
 * the loop, 2048 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(dot_s16_lat__vnni)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm2, zmm2, zmm2
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    vpdpwssd zmm2, zmm0, zmm1
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm2
    vzeroupper
    ret
CB_FUNCTION_END(dot_s16_lat__vnni)
