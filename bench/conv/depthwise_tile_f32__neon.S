/* void depthwise_tile_f32__neon(const cb_conv_depthwise_tile *tile);
 *
 * 2 x 7 pixels of a depthwise 3 x 3 convolution, four channels an iteration. Weights v0 to v8, sums
 * v9 to v15 (first row) and v16 to v22, inputs v23 to v31: nine of a row for stride 1, the even
 * eight and then the odd seven for stride 2. x0 the inputs' pointers, x1 the outputs', x2 weights,
 * x3 vectors that are left, x4 the channels' offset, x5 to x13 pixels.
 * An iteration of stride 1 is 14 FMUL, 112 FMLA, 36 LDR of inputs, 14 STR, 30 loads of pointers,
 * 5 of weights; 1008 operations. */
#include "base/asm_aarch64.h"
#include "bench/conv/kernel_offsets.h"

/* One output row: seven sums times one weight, from the inputs i0 to i6. */
.macro cb_times do, w, s0, s1, s2, s3, s4, s5, s6, i0, i1, i2, i3, i4, i5, i6
    \do v\s0\().4s, v\i0\().4s, v\w\().4s
    \do v\s1\().4s, v\i1\().4s, v\w\().4s
    \do v\s2\().4s, v\i2\().4s, v\w\().4s
    \do v\s3\().4s, v\i3\().4s, v\w\().4s
    \do v\s4\().4s, v\i4\().4s, v\w\().4s
    \do v\s5\().4s, v\i5\().4s, v\w\().4s
    \do v\s6\().4s, v\i6\().4s, v\w\().4s
.endm

.macro cb_upper do, w, i0, i1, i2, i3, i4, i5, i6
    cb_times \do, \w, 9, 10, 11, 12, 13, 14, 15, \i0, \i1, \i2, \i3, \i4, \i5, \i6
.endm

.macro cb_lower do, w, i0, i1, i2, i3, i4, i5, i6
    cb_times \do, \w, 16, 17, 18, 19, 20, 21, 22, \i0, \i1, \i2, \i3, \i4, \i5, \i6
.endm

.macro cb_weights
    ldp q0, q1, [x2]
    ldp q2, q3, [x2, #32]
    ldp q4, q5, [x2, #64]
    ldp q6, q7, [x2, #96]
    ldr q8, [x2, #128]
    add x2, x2, #144
.endm

.macro cb_store_pair at, first, second
    ldp x5, x6, [x1, #\at]
    str q\first, [x5, x4]
    str q\second, [x6, x4]
.endm

/* ---- stride 1: neighbours ---- */

.macro cb_product do, sum, input, weight
    \do v\sum\().4s, v\input\().4s, v\weight\().4s
.endm

/* Input x times a row of weights from \w on, to the output row whose first sum is \sums; \first is
 * FMUL where those are the sums' first products. */
.macro cb_input x, first, w, sums
    .altmacro
    .if \x < 7
    cb_product \first, %(\sums + \x), %(23 + \x), \w
    .endif
    .if \x > 0 && \x < 8
    cb_product fmla, %(\sums + \x - 1), %(23 + \x), %(\w + 1)
    .endif
    .if \x > 1
    cb_product fmla, %(\sums + \x - 2), %(23 + \x), %(\w + 2)
    .endif
    .noaltmacro
.endm

/* Input x to one output row or to both. */
.macro cb_input_both x, upper, upper_w, lower, lower_w
    .ifnb \upper
    cb_input \x, \upper, \upper_w, 9
    .endif
    .ifnb \lower
    cb_input \x, \lower, \lower_w, 16
    .endif
.endm

/* A row; each input's register is filled with the next row's as soon as it is free. */
.macro cb_row_1 upper, upper_w, lower, lower_w, next
    ldp x5, x6, [x0, #72*\next]
    cb_input_both 0, \upper, \upper_w, \lower, \lower_w
    ldp x7, x8, [x0, #72*\next + 16]
    ldr q23, [x5, x4]
    cb_input_both 1, \upper, \upper_w, \lower, \lower_w
    ldp x9, x10, [x0, #72*\next + 32]
    ldr q24, [x6, x4]
    cb_input_both 2, \upper, \upper_w, \lower, \lower_w
    ldp x11, x12, [x0, #72*\next + 48]
    ldr q25, [x7, x4]
    cb_input_both 3, \upper, \upper_w, \lower, \lower_w
    ldr x13, [x0, #72*\next + 64]
    ldr q26, [x8, x4]
    cb_input_both 4, \upper, \upper_w, \lower, \lower_w
    ldr q27, [x9, x4]
    cb_input_both 5, \upper, \upper_w, \lower, \lower_w
    ldr q28, [x10, x4]
    cb_input_both 6, \upper, \upper_w, \lower, \lower_w
    ldr q29, [x11, x4]
    cb_input_both 7, \upper, \upper_w, \lower, \lower_w
    ldr q30, [x12, x4]
    cb_input_both 8, \upper, \upper_w, \lower, \lower_w
    ldr q31, [x13, x4]
.endm

.macro cb_inputs_1
    ldp x5, x6, [x0]
    ldp x7, x8, [x0, #16]
    ldp x9, x10, [x0, #32]
    ldp x11, x12, [x0, #48]
    ldr x13, [x0, #64]
    ldr q23, [x5, x4]
    ldr q24, [x6, x4]
    ldr q25, [x7, x4]
    ldr q26, [x8, x4]
    ldr q27, [x9, x4]
    ldr q28, [x10, x4]
    ldr q29, [x11, x4]
    ldr q30, [x12, x4]
    ldr q31, [x13, x4]
.endm

/* The last row, with which one sum after the other is whole and is stored. */
.macro cb_last_row_1 w
    cb_input 0, fmla, \w, 16
    cb_input 1, fmla, \w, 16
    cb_store_pair 0, 9, 10
    cb_input 2, fmla, \w, 16
    cb_store_pair 16, 11, 12
    cb_input 3, fmla, \w, 16
    cb_store_pair 32, 13, 14
    cb_input 4, fmla, \w, 16
    cb_input 5, fmla, \w, 16
    cb_store_pair 48, 15, 16
    cb_input 6, fmla, \w, 16
    cb_store_pair 64, 17, 18
    cb_input 7, fmla, \w, 16
    cb_input 8, fmla, \w, 16
    cb_store_pair 80, 19, 20
    cb_store_pair 96, 21, 22
.endm

/* ---- stride 2: every second one ---- */

.macro cb_evens_2 y
    ldr x5, [x0, #120*\y]
    ldr x6, [x0, #120*\y + 16]
    ldr x7, [x0, #120*\y + 32]
    ldr x8, [x0, #120*\y + 48]
    ldr x9, [x0, #120*\y + 64]
    ldr x10, [x0, #120*\y + 80]
    ldr x11, [x0, #120*\y + 96]
    ldr x12, [x0, #120*\y + 112]
    ldr q23, [x5, x4]
    ldr q24, [x6, x4]
    ldr q25, [x7, x4]
    ldr q26, [x8, x4]
    ldr q27, [x9, x4]
    ldr q28, [x10, x4]
    ldr q29, [x11, x4]
    ldr q30, [x12, x4]
.endm

.macro cb_odds_2 y
    ldr x5, [x0, #120*\y + 8]
    ldr x6, [x0, #120*\y + 24]
    ldr x7, [x0, #120*\y + 40]
    ldr x8, [x0, #120*\y + 56]
    ldr x9, [x0, #120*\y + 72]
    ldr x10, [x0, #120*\y + 88]
    ldr x11, [x0, #120*\y + 104]
    ldr q23, [x5, x4]
    ldr q24, [x6, x4]
    ldr q25, [x7, x4]
    ldr q26, [x8, x4]
    ldr q27, [x9, x4]
    ldr q28, [x10, x4]
    ldr q29, [x11, x4]
.endm

.macro cb_even_row_2 half, first, w0, w2
    \half \first, \w0, 23, 24, 25, 26, 27, 28, 29
    \half fmla, \w2, 24, 25, 26, 27, 28, 29, 30
.endm

.macro cb_odd_row_2 half, w1
    \half fmla, \w1, 23, 24, 25, 26, 27, 28, 29
.endm

/* ---- */

.macro cb_store_all
    cb_store_pair 0, 9, 10
    cb_store_pair 16, 11, 12
    cb_store_pair 32, 13, 14
    cb_store_pair 48, 15, 16
    cb_store_pair 64, 17, 18
    cb_store_pair 80, 19, 20
    cb_store_pair 96, 21, 22
.endm

CB_FUNCTION(depthwise_tile_f32__neon)
    ldr x3, [x0, #CB_CONV_TILE_VECTORS]
    ldr x5, [x0, #CB_CONV_TILE_STRIDE]
    ldr x1, [x0, #CB_CONV_TILE_OUTPUT]
    ldr x2, [x0, #CB_CONV_TILE_WEIGHTS]
    ldr x0, [x0, #CB_CONV_TILE_INPUT]
    cbz x3, 4f
    cb_save_vectors
    mov x4, #0
    cmp x5, #1
    b.ne 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    cb_weights
    cb_inputs_1
    cb_row_1 fmul, 0, , , 1
    cb_row_1 fmla, 3, fmul, 0, 2
    cb_row_1 fmla, 6, fmla, 3, 3
    subs x3, x3, #1
    cb_last_row_1 6
    add x4, x4, #16
    b.ne 1b
    # LLVM-MCA-END
    b 3f
2:
    cb_weights
    cb_evens_2 0
    cb_even_row_2 cb_upper, fmul, 0, 2
    cb_odds_2 0
    cb_odd_row_2 cb_upper, 1
    cb_evens_2 1
    cb_even_row_2 cb_upper, fmla, 3, 5
    cb_odds_2 1
    cb_odd_row_2 cb_upper, 4
    cb_evens_2 2
    cb_even_row_2 cb_upper, fmla, 6, 8
    cb_even_row_2 cb_lower, fmul, 0, 2
    cb_odds_2 2
    cb_odd_row_2 cb_upper, 7
    cb_odd_row_2 cb_lower, 1
    cb_evens_2 3
    cb_even_row_2 cb_lower, fmla, 3, 5
    cb_odds_2 3
    cb_odd_row_2 cb_lower, 4
    cb_evens_2 4
    cb_even_row_2 cb_lower, fmla, 6, 8
    cb_odds_2 4
    cb_odd_row_2 cb_lower, 7
    cb_store_all
    add x4, x4, #16
    subs x3, x3, #1
    b.ne 2b
3:
    cb_restore_vectors
4:
    ret
CB_FUNCTION_END(depthwise_tile_f32__neon)
