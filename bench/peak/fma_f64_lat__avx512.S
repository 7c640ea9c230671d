/* void fma_f64_lat__avx512(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += a * b in float64: VFMADD231PD, one chain.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands,
 * zmm2 accumulators.
 * One iteration: 32 steps on each of 1 accumulator, 32 measured instructions and 2 of
 * the loop, 512 operations. */
#include "base/asm_x86_64.h"

CB_FUNCTION(fma_f64_lat__avx512)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm2, zmm2, zmm2
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    vfmadd231pd zmm2, zmm0, zmm1
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm2
    vzeroupper
    ret
CB_FUNCTION_END(fma_f64_lat__avx512)
