/* void bitmac_xor_thr__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * uint16 accumulator += number of differing bits in each byte pair, 128 one-bit multiply-
 * accumulates of bipolar numbers: EOR, CNT, UADALP.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators, v2 to v7
 * intermediate: groups of six steps, so that an in-order core does not wait.
 * One iteration: 2 steps on each of 24 accumulators, 144 measured instructions and 2 of the
 * loop, 12288 operations. */
#include "bench/peak/peak_aarch64.h"

.macro six_steps a, b, c, d, e, f
    eor v2.16b, v0.16b, v1.16b
    eor v3.16b, v0.16b, v1.16b
    eor v4.16b, v0.16b, v1.16b
    eor v5.16b, v0.16b, v1.16b
    eor v6.16b, v0.16b, v1.16b
    eor v7.16b, v0.16b, v1.16b
    cnt v2.16b, v2.16b
    cnt v3.16b, v3.16b
    cnt v4.16b, v4.16b
    cnt v5.16b, v5.16b
    cnt v6.16b, v6.16b
    cnt v7.16b, v7.16b
    uadalp v\a\().8h, v2.16b
    uadalp v\b\().8h, v3.16b
    uadalp v\c\().8h, v4.16b
    uadalp v\d\().8h, v5.16b
    uadalp v\e\().8h, v6.16b
    uadalp v\f\().8h, v7.16b
.endm

.macro one_step_each
    six_steps 8, 9, 10, 11, 12, 13
    six_steps 14, 15, 16, 17, 18, 19
    six_steps 20, 21, 22, 23, 24, 25
    six_steps 26, 27, 28, 29, 30, 31
.endm

PEAK_FUNCTION(bitmac_xor_thr__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    one_step_each
    subs x0, x0, #1
    one_step_each
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(bitmac_xor_thr__neon, q)
