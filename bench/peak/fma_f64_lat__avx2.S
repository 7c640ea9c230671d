/* void fma_f64_lat__avx2(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b in float64: VFMADD231PD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; ymm0, ymm1 operands,
 * ymm2 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 32 measured instructions and 2 of
 * the loop, 256 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(fma_f64_lat__avx2)
    vmovups ymm0, [rsi]
    vmovups ymm1, [rdx]
    vpxor ymm2, ymm2, ymm2
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    vfmadd231pd ymm2, ymm0, ymm1
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], ymm2
    vzeroupper
    ret
CB_FUNCTION_END(fma_f64_lat__avx2)
