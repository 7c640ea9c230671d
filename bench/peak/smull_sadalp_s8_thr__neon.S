/* void smull_sadalp_s8_thr__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * int32 accumulator += pairs of int16 products of int8 lanes (the operands' lower halves):
 * SMULL, SADALP.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators, v2 to v7
 * intermediate: groups of six steps, so that an in-order core does not wait.
 * One iteration: 2 steps on each of 24 accumulators, 96 measured instructions and 2 of the
 * loop, 768 operations. */
#include "bench/peak/peak_aarch64.h"

.macro six_steps a, b, c, d, e, f
    smull v2.8h, v0.8b, v1.8b
    smull v3.8h, v0.8b, v1.8b
    smull v4.8h, v0.8b, v1.8b
    smull v5.8h, v0.8b, v1.8b
    smull v6.8h, v0.8b, v1.8b
    smull v7.8h, v0.8b, v1.8b
    sadalp v\a\().4s, v2.8h
    sadalp v\b\().4s, v3.8h
    sadalp v\c\().4s, v4.8h
    sadalp v\d\().4s, v5.8h
    sadalp v\e\().4s, v6.8h
    sadalp v\f\().4s, v7.8h
.endm

.macro one_step_each
    six_steps 8, 9, 10, 11, 12, 13
    six_steps 14, 15, 16, 17, 18, 19
    six_steps 20, 21, 22, 23, 24, 25
    six_steps 26, 27, 28, 29, 30, 31
.endm

PEAK_FUNCTION(smull_sadalp_s8_thr__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    one_step_each
    subs x0, x0, #1
    one_step_each
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(smull_sadalp_s8_thr__neon, q)
