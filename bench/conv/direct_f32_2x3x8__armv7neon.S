/* void direct_f32_2x3x8__armv7neon(const cb_conv_tile *tile);
 *
 * Two groups of 3 pixels x 8 output channels. Accumulators q4 to q15, pixel by pixel; weights q1, q2;
 * inputs d0, d1 in turn. The pixels' addresses at a tap are r4 to r9, r3 the channels that are
 * left, r10 the taps. An iteration is one input channel: 12 VMLA, 6 loads of 4 bytes, one of 32. */
#include "base/asm_armv7.h"
#include "bench/conv/kernel_offsets.h"

.macro cb_pixel first, second, input, address
    vld1.32 {d\input\()[0]}, [\address]!
    vmla.f32 q\first, q1, d\input\()[0]
    vmla.f32 q\second, q2, d\input\()[0]
.endm

.macro cb_add first, second
    vld1.32 {q1}, [r4]
    vld1.32 {q2}, [r5]
    vadd.f32 q\first, q\first, q1
    vadd.f32 q\second, q\second, q2
.endm

.macro cb_store first, second
    vst1.32 {q\first}, [r4]
    vst1.32 {q\second}, [r5]
.endm

.macro cb_next
    add r4, r4, r2
    add r5, r5, r2
.endm

CB_FUNCTION(direct_f32_2x3x8__armv7neon)
    push {r4-r10, lr}
    vpush {d8-d15}
    ldr r1, [r0, #CB_CONV_WEIGHTS]
    ldr r2, [r0, #CB_CONV_TAPS]
    ldr r10, [r0, #CB_CONV_TAP_COUNT]
    .irp n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vmov.i32 q\n, #0
    .endr
1:
    ldr r4, [r0, #CB_CONV_INPUT]
    ldr r12, [r2], #4
    add r4, r4, r12
    ldr r12, [r0, #CB_CONV_PIXEL]
    add r5, r4, r12
    add r6, r5, r12
    ldr r7, [r0, #CB_CONV_GROUP]
    add r7, r4, r7
    add r8, r7, r12
    add r9, r8, r12
    ldr r3, [r0, #CB_CONV_RUN]
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
2:
    vld1.32 {d2-d5}, [r1]!
    cb_pixel 4, 5, 0, r4
    cb_pixel 6, 7, 1, r5
    cb_pixel 8, 9, 0, r6
    cb_pixel 10, 11, 1, r7
    cb_pixel 12, 13, 0, r8
    cb_pixel 14, 15, 1, r9
    subs r3, r3, #1
    bne 2b
    # LLVM-MCA-END
    subs r10, r10, #1
    bne 1b

    ldr r2, [r0, #CB_CONV_OUT_PIXEL]
    ldr r3, [r0, #CB_CONV_ACCUMULATE]
    cmp r3, #0
    beq 3f
    ldr r4, [r0, #CB_CONV_OUTPUT]
    ldr r12, [r0, #CB_CONV_OUT_VECTOR]
    add r5, r4, r12
    cb_add 4, 5
    cb_next
    cb_add 6, 7
    cb_next
    cb_add 8, 9
    ldr r4, [r0, #CB_CONV_OUTPUT]
    ldr r12, [r0, #CB_CONV_OUT_GROUP]
    add r4, r4, r12
    ldr r12, [r0, #CB_CONV_OUT_VECTOR]
    add r5, r4, r12
    cb_add 10, 11
    cb_next
    cb_add 12, 13
    cb_next
    cb_add 14, 15
3:
    ldr r4, [r0, #CB_CONV_OUTPUT]
    ldr r12, [r0, #CB_CONV_OUT_VECTOR]
    add r5, r4, r12
    cb_store 4, 5
    cb_next
    cb_store 6, 7
    cb_next
    cb_store 8, 9
    ldr r4, [r0, #CB_CONV_OUTPUT]
    ldr r12, [r0, #CB_CONV_OUT_GROUP]
    add r4, r4, r12
    ldr r12, [r0, #CB_CONV_OUT_VECTOR]
    add r5, r4, r12
    cb_store 10, 11
    cb_next
    cb_store 12, 13
    cb_next
    cb_store 14, 15
    vpop {d8-d15}
    pop {r4-r10, pc}
CB_FUNCTION_END(direct_f32_2x3x8__armv7neon)
