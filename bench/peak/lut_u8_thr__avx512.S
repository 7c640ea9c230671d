/* void lut_u8_thr__avx512(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * table look-up and sum of bytes: VPSHUFB of the table a at the indices b, VPADDB; a look-up
 * and an addition count as two operations.
 * rdi iterations, rsi a, rdx b, rcx out; zmm0, zmm1 operands, zmm2 to zmm9 products,
 * zmm10 to zmm13 accumulators.
 * One iteration: 18 steps on each of 4 accumulators, 144 measured instructions and 2 of
 * the loop, 9216 operations.
 * The order is found by search: a core binds an instruction to a port before it runs, by how long the
 * ports' queues are, and in plain order 6 % of the cycles are lost to a port that waits. Each
 * product is added 6 steps later; those before the first step are made before the loop. */
#include "base/asm_x86_64.h"

CB_FUNCTION(lut_u8_thr__avx512)
    vmovups zmm0, [rsi]
    vmovups zmm1, [rdx]
    vpxorq zmm10, zmm10, zmm10
    vpxorq zmm11, zmm11, zmm11
    vpxorq zmm12, zmm12, zmm12
    vpxorq zmm13, zmm13, zmm13
    vpshufb zmm4, zmm0, zmm1
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpshufb zmm9, zmm0, zmm1
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    vpshufb zmm2, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm4
    vpaddb zmm13, zmm13, zmm5
    vpshufb zmm3, zmm0, zmm1
    vpshufb zmm4, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm6
    vpaddb zmm11, zmm11, zmm7
    vpshufb zmm5, zmm0, zmm1
    vpshufb zmm6, zmm0, zmm1
    vpaddb zmm12, zmm12, zmm8
    vpaddb zmm13, zmm13, zmm9
    vpshufb zmm7, zmm0, zmm1
    vpshufb zmm8, zmm0, zmm1
    vpaddb zmm10, zmm10, zmm2
    vpaddb zmm11, zmm11, zmm3
    vpshufb zmm9, zmm0, zmm1
    CB_LOOP_END(1, rdi)
3:
    vmovups [rcx], zmm10
    vmovups [rcx + 64], zmm11
    vmovups [rcx + 128], zmm12
    vmovups [rcx + 192], zmm13
    vzeroupper
    ret
CB_FUNCTION_END(lut_u8_thr__avx512)
