/* void tbl_add_u8_thr__neon(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * accumulator += table a at b, modulo 2^8; 16 look-ups in a table of 16 bytes, as a LUT GEMM
 * sums them: TBL, ADD.
 * x0 iterations, x1 a, x2 b, x3 out; v0, v1 operands, v8 to v31 accumulators, v2 to v7
 * intermediate: groups of six steps, so that an in-order core does not wait.
 * One iteration: 2 steps on each of 24 accumulators, 96 measured instructions and 2 of the
 * loop, 768 operations. */
#include "bench/peak/peak_aarch64.h"

.macro six_steps a, b, c, d, e, f
    tbl v2.16b, {v0.16b}, v1.16b
    tbl v3.16b, {v0.16b}, v1.16b
    tbl v4.16b, {v0.16b}, v1.16b
    tbl v5.16b, {v0.16b}, v1.16b
    tbl v6.16b, {v0.16b}, v1.16b
    tbl v7.16b, {v0.16b}, v1.16b
    add v\a\().16b, v\a\().16b, v2.16b
    add v\b\().16b, v\b\().16b, v3.16b
    add v\c\().16b, v\c\().16b, v4.16b
    add v\d\().16b, v\d\().16b, v5.16b
    add v\e\().16b, v\e\().16b, v6.16b
    add v\f\().16b, v\f\().16b, v7.16b
.endm

.macro one_step_each
    six_steps 8, 9, 10, 11, 12, 13
    six_steps 14, 15, 16, 17, 18, 19
    six_steps 20, 21, 22, 23, 24, 25
    six_steps 26, 27, 28, 29, 30, 31
.endm

PEAK_FUNCTION(tbl_add_u8_thr__neon, q)
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    one_step_each
    subs x0, x0, #1
    one_step_each
    b.ne 1b
    # LLVM-MCA-END
PEAK_FUNCTION_END(tbl_add_u8_thr__neon, q)
