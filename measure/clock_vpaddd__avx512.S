/* void clock_vpaddd__avx512(uint64_t iterations);
 *
 * 64 dependent zmm integer additions of one cycle each: the clock of a core that is in the state which
 * zmm-wide kernels put it into. rdi iterations, zmm0 the chain, zmm1 the addend. */
#include "base/asm_x86_64.h"

CB_FUNCTION(clock_vpaddd__avx512)
    test rdi, rdi
    jz 3f
    vpxor xmm0, xmm0, xmm0
    vpcmpeqd xmm1, xmm1, xmm1
    CB_LOOP(1)
    .rept 64
    vpaddd zmm0, zmm0, zmm1
    .endr
    CB_LOOP_END(1, rdi)
    vzeroupper
3:
    ret
CB_FUNCTION_END(clock_vpaddd__avx512)
