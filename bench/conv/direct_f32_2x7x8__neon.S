/* void direct_f32_2x7x8__neon(const cb_conv_tile *tile);
 *
 * Two groups of 7 pixels x 8 output channels. Accumulators v0 to v27, pixel by pixel; weights v28,
 * v29; inputs v30, v31 in turn, each loaded two pixels ahead. The pixels' addresses at a tap are
 * x3 to x16, x17 is the channel's offset, x19 the offset of the end, x20 the taps that are left.
 * An iteration is one input channel: 28 FMLAs, 14 LDR of 4 bytes, one LDP of 32, 224 operations. */
#include "base/asm_aarch64.h"
#include "bench/conv/kernel_offsets.h"

.macro cb_pixel first, second, input
    fmla v\first\().4s, v28.4s, v\input\().s[0]
    fmla v\second\().4s, v29.4s, v\input\().s[0]
.endm

.macro cb_add first, second
    ldr q28, [x9]
    ldr q29, [x10]
    fadd v\first\().4s, v\first\().4s, v28.4s
    fadd v\second\().4s, v\second\().4s, v29.4s
.endm

CB_FUNCTION(direct_f32_2x7x8__neon)
    cb_save_vectors
    stp x19, x20, [sp, #-16]!
    .cfi_adjust_cfa_offset 16
    ldr x1, [x0, #CB_CONV_WEIGHTS]
    ldr x2, [x0, #CB_CONV_TAPS]
    ldr x20, [x0, #CB_CONV_TAP_COUNT]
    ldr x19, [x0, #CB_CONV_RUN]
    lsl x19, x19, #2
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    movi v\n\().4s, #0
    .endr
1:
    ldr x3, [x0, #CB_CONV_INPUT]
    ldr x17, [x2], #8
    add x3, x3, x17
    ldr x17, [x0, #CB_CONV_PIXEL]
    add x4, x3, x17
    add x5, x4, x17
    add x6, x5, x17
    add x7, x6, x17
    add x8, x7, x17
    add x9, x8, x17
    ldr x16, [x0, #CB_CONV_GROUP]
    add x10, x3, x16
    add x11, x10, x17
    add x12, x11, x17
    add x13, x12, x17
    add x14, x13, x17
    add x15, x14, x17
    add x16, x15, x17
    mov x17, #0
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
2:
    ldp q28, q29, [x1], #32
    ldr s30, [x3, x17]
    ldr s31, [x4, x17]
    cb_pixel 0, 1, 30
    ldr s30, [x5, x17]
    cb_pixel 2, 3, 31
    ldr s31, [x6, x17]
    cb_pixel 4, 5, 30
    ldr s30, [x7, x17]
    cb_pixel 6, 7, 31
    ldr s31, [x8, x17]
    cb_pixel 8, 9, 30
    ldr s30, [x9, x17]
    cb_pixel 10, 11, 31
    ldr s31, [x10, x17]
    cb_pixel 12, 13, 30
    ldr s30, [x11, x17]
    cb_pixel 14, 15, 31
    ldr s31, [x12, x17]
    cb_pixel 16, 17, 30
    ldr s30, [x13, x17]
    cb_pixel 18, 19, 31
    ldr s31, [x14, x17]
    cb_pixel 20, 21, 30
    ldr s30, [x15, x17]
    cb_pixel 22, 23, 31
    ldr s31, [x16, x17]
    cb_pixel 24, 25, 30
    add x17, x17, #4
    cmp x17, x19
    cb_pixel 26, 27, 31
    b.ne 2b
    # LLVM-MCA-END
    subs x20, x20, #1
    b.ne 1b

    ldr x3, [x0, #CB_CONV_OUTPUT]
    ldr x4, [x0, #CB_CONV_OUT_PIXEL]
    ldr x5, [x0, #CB_CONV_OUT_VECTOR]
    ldr x6, [x0, #CB_CONV_OUT_GROUP]
    add x6, x3, x6
    ldr x7, [x0, #CB_CONV_ACCUMULATE]
    cbz x7, 3f
    mov x9, x3
    add x10, x3, x5
    cb_add 0, 1
    add x9, x9, x4
    add x10, x10, x4
    cb_add 2, 3
    add x9, x9, x4
    add x10, x10, x4
    cb_add 4, 5
    add x9, x9, x4
    add x10, x10, x4
    cb_add 6, 7
    add x9, x9, x4
    add x10, x10, x4
    cb_add 8, 9
    add x9, x9, x4
    add x10, x10, x4
    cb_add 10, 11
    add x9, x9, x4
    add x10, x10, x4
    cb_add 12, 13
    mov x9, x6
    add x10, x6, x5
    cb_add 14, 15
    add x9, x9, x4
    add x10, x10, x4
    cb_add 16, 17
    add x9, x9, x4
    add x10, x10, x4
    cb_add 18, 19
    add x9, x9, x4
    add x10, x10, x4
    cb_add 20, 21
    add x9, x9, x4
    add x10, x10, x4
    cb_add 22, 23
    add x9, x9, x4
    add x10, x10, x4
    cb_add 24, 25
    add x9, x9, x4
    add x10, x10, x4
    cb_add 26, 27
3:
    mov x9, x3
    add x10, x3, x5
    str q0, [x9]
    str q1, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q2, [x9]
    str q3, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q4, [x9]
    str q5, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q6, [x9]
    str q7, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q8, [x9]
    str q9, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q10, [x9]
    str q11, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q12, [x9]
    str q13, [x10]
    mov x9, x6
    add x10, x6, x5
    str q14, [x9]
    str q15, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q16, [x9]
    str q17, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q18, [x9]
    str q19, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q20, [x9]
    str q21, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q22, [x9]
    str q23, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q24, [x9]
    str q25, [x10]
    add x9, x9, x4
    add x10, x10, x4
    str q26, [x9]
    str q27, [x10]
    ldp x19, x20, [sp], #16
    .cfi_adjust_cfa_offset -16
    cb_restore_vectors
    ret
CB_FUNCTION_END(direct_f32_2x7x8__neon)
