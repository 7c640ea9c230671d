/* void clock_vpaddd__avx2(uint64_t iterations);
 *
 * 64 dependent ymm integer additions of one cycle each: the clock of a core that is in the state which
 * ymm-wide kernels put it into. rdi iterations, ymm0 the chain, ymm1 the addend. */
#include "base/asm_x86_64.h"

CB_FUNCTION(clock_vpaddd__avx2)
    test rdi, rdi
    jz 3f
    vpxor xmm0, xmm0, xmm0
    vpcmpeqd xmm1, xmm1, xmm1
    CB_LOOP(1)
    .rept 64
    vpaddd ymm0, ymm0, ymm1
    .endr
    CB_LOOP_END(1, rdi)
    vzeroupper
3:
    ret
CB_FUNCTION_END(clock_vpaddd__avx2)
