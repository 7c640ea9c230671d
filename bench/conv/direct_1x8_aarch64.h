/* Direct kernels for in-order cores: single pixels, which may lie anywhere, x 8 output channels.
 *
 * An in-order core issues a 64-bit load beside a multiply-accumulate, and a 128-bit one beside
 * nothing. So two channels of a pixel come as one LDR D, whose halves multiply by element, and a
 * vector of weights as one LDR D, one LDR X and an INS; the INS stand in pairs, which share a cycle
 * where they take one.
 *
 *     x0   the tile                    x19  bytes of all pairs of channels, and of all but the last
 *     x1   weights                     x20  taps that are left, x21 the next one's offset
 *     x2   the channels' offset        x22  what is left of a run beyond its pairs: 0 or 1
 *     x3 to x13  the pixels at the tap x15, x16  upper halves of weights
 *
 * Sums of pixel i are v(10 + 2i), v(11 + 2i); weights of an even channel v0, v1, of an odd one v2,
 * v3; inputs v4 to v9. Pixels go by in two halves, each times the even channel and then times the
 * odd one. That leaves 10 FMLAs at least from the last use of a pair of weights to the first of the
 * next one, which a load (6 cycles) and an INS (3) need: 24 sums would leave 8. The last pair of a
 * run loads nothing behind it. */
/* clang-format off */
#ifndef CB_BENCH_CONV_DIRECT_1X8_AARCH64_H
#define CB_BENCH_CONV_DIRECT_1X8_AARCH64_H

#include "base/asm_aarch64.h"
#include "bench/conv/kernel_offsets.h"

.macro cb_products low, high, w0, w1, input, lane
    fmla v\low\().4s, v\w0\().4s, v\input\().s[\lane]
    fmla v\high\().4s, v\w1\().4s, v\input\().s[\lane]
.endm

/* The same with what stands beside: instructions behind the first and behind the second one. */
.macro cb_products_with low, high, w0, w1, input, lane, first, second
    fmla v\low\().4s, v\w0\().4s, v\input\().s[\lane]
    \first
    fmla v\high\().4s, v\w1\().4s, v\input\().s[\lane]
    \second
.endm

/* ---- the first half: pixels 0 to 5 of 11, 0 to 4 of 10 ---- */

/* Times an even channel; the last of its inputs and the odd weights arrive. */
.macro cb_first_even pixels
    .if \pixels > 10
    cb_products_with 10, 11, 0, 1, 4, 0, "ldr d2, [x1, #32]", "ldr d8, [x7, x2]"
    cb_products_with 12, 13, 0, 1, 5, 0, "ldr d3, [x1, #48]", "ldr d9, [x8, x2]"
    cb_products_with 14, 15, 0, 1, 6, 0, "ldr x15, [x1, #40]", "ldr x16, [x1, #56]"
    cb_products 16, 17, 0, 1, 7, 0
    cb_products 18, 19, 0, 1, 8, 0
    ins v2.d[1], x15
    ins v3.d[1], x16
    cb_products 20, 21, 0, 1, 9, 0
    .else
    cb_products_with 10, 11, 0, 1, 4, 0, "ldr d2, [x1, #32]", "ldr d3, [x1, #48]"
    cb_products_with 12, 13, 0, 1, 5, 0, "ldr d8, [x7, x2]", "ldr x15, [x1, #40]"
    cb_products_with 14, 15, 0, 1, 6, 0, , "ldr x16, [x1, #56]"
    cb_products 16, 17, 0, 1, 7, 0
    ins v2.d[1], x15
    ins v3.d[1], x16
    cb_products 18, 19, 0, 1, 8, 0
    .endif
.endm

/* Times the odd channel; the second half's inputs arrive. */
.macro cb_first_odd pixels
    .if \pixels > 10
    cb_products_with 10, 11, 2, 3, 4, 1, , "ldr d4, [x9, x2]"
    cb_products_with 12, 13, 2, 3, 5, 1, , "ldr d5, [x10, x2]"
    cb_products_with 14, 15, 2, 3, 6, 1, , "ldr d6, [x11, x2]"
    cb_products_with 16, 17, 2, 3, 7, 1, , "ldr d7, [x12, x2]"
    cb_products_with 18, 19, 2, 3, 8, 1, , "ldr d8, [x13, x2]"
    cb_products 20, 21, 2, 3, 9, 1
    .else
    cb_products_with 10, 11, 2, 3, 4, 1, , "ldr d4, [x8, x2]"
    cb_products_with 12, 13, 2, 3, 5, 1, , "ldr d5, [x9, x2]"
    cb_products_with 14, 15, 2, 3, 6, 1, , "ldr d6, [x10, x2]"
    cb_products_with 16, 17, 2, 3, 7, 1, , "ldr d7, [x11, x2]"
    cb_products_with 18, 19, 2, 3, 8, 1, , "ldr d8, [x12, x2]"
    .endif
.endm

/* ---- the second half: five pixels, the first one's sums in \s0 ---- */

/* The even channel, while the next pair's upper halves arrive; leaves the flags of whether there is
 * another pair behind that one. */
.macro cb_second_even s0, s1, s2, s3, s4, s5, s6, s7, s8, s9
    cb_products_with \s0, \s1, 0, 1, 4, 0, "add x1, x1, #64", "add x2, x2, #8"
    cb_products_with \s2, \s3, 0, 1, 5, 0, "ldr x15, [x1, #8]", "cmp x2, x19"
    cb_products_with \s4, \s5, 0, 1, 6, 0, "ldr x16, [x1, #24]",
    cb_products \s6, \s7, 0, 1, 7, 0
    cb_products \s8, \s9, 0, 1, 8, 0
.endm

/* The odd channel, while the next pair's even weights and first inputs arrive. */
.macro cb_second_odd s0, s1, s2, s3, s4, s5, s6, s7, s8, s9
    cb_products_with \s0, \s1, 2, 3, 4, 1, "ldr d0, [x1]", "ldr d1, [x1, #16]"
    cb_products_with \s2, \s3, 2, 3, 5, 1, "ldr d4, [x3, x2]", "ldr d5, [x4, x2]"
    cb_products_with \s4, \s5, 2, 3, 6, 1, , "ldr d6, [x5, x2]"
    cb_products \s6, \s7, 2, 3, 7, 1
    ins v0.d[1], x15
    ins v1.d[1], x16
    cb_products_with \s8, \s9, 2, 3, 8, 1, "ldr d7, [x6, x2]",
.endm

.macro cb_second_alone s0, s1, s2, s3, s4, s5, s6, s7, s8, s9
    cb_products \s0, \s1, 0, 1, 4, 0
    cb_products \s2, \s3, 0, 1, 5, 0
    cb_products \s4, \s5, 0, 1, 6, 0
    cb_products \s6, \s7, 0, 1, 7, 0
    cb_products \s8, \s9, 0, 1, 8, 0
    cb_products \s0, \s1, 2, 3, 4, 1
    cb_products \s2, \s3, 2, 3, 5, 1
    cb_products \s4, \s5, 2, 3, 6, 1
    cb_products \s6, \s7, 2, 3, 7, 1
    cb_products \s8, \s9, 2, 3, 8, 1
    add x1, x1, #64
    add x2, x2, #8
.endm

.macro cb_second do, pixels
    .if \pixels > 10
    \do 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    .else
    \do 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
    .endif
.endm

/* One pixel of a channel that has no pair. */
.macro cb_single low, high, address, at
    ldr s4, [\address, x2]
    cb_products \low, \high, 0, 1, 4, 0
.endm

.macro cb_each_pixel do, pixels
    \do 10, 11, x3, 0
    \do 12, 13, x4, 8
    \do 14, 15, x5, 16
    \do 16, 17, x6, 24
    \do 18, 19, x7, 32
    \do 20, 21, x8, 40
    \do 22, 23, x9, 48
    \do 24, 25, x10, 56
    \do 26, 27, x11, 64
    \do 28, 29, x12, 72
    .if \pixels > 10
    \do 30, 31, x13, 80
    .endif
.endm

/* ---- the pieces of a kernel, in their order ---- */

.macro cb_zero low, high, address, at
    movi v\low\().4s, #0
    movi v\high\().4s, #0
.endm

.macro cb_direct_enter pixels
    cb_save_vectors
    stp x19, x20, [sp, #-32]!
    .cfi_adjust_cfa_offset 32
    stp x21, x22, [sp, #16]
    ldr x1, [x0, #CB_CONV_WEIGHTS]
    ldr x21, [x0, #CB_CONV_TAPS]
    ldr x20, [x0, #CB_CONV_TAP_COUNT]
    ldr x19, [x0, #CB_CONV_RUN]
    and x22, x19, #1
    sub x19, x19, x22
    lsl x19, x19, #2
    cb_each_pixel cb_zero, \pixels
.endm

.macro cb_place low, high, address, at
    ldr \address, [x2, #\at]
    add \address, \address, x15
.endm

.macro cb_direct_tap pixels
    ldr x15, [x0, #CB_CONV_INPUT]
    ldr x16, [x21], #8
    add x15, x15, x16
    ldr x2, [x0, #CB_CONV_PLACES]
    cb_each_pixel cb_place, \pixels
    mov x2, #0
.endm

/* What a loop over pairs begins with. */
.macro cb_direct_begin
    ldr d0, [x1]
    ldr x15, [x1, #8]
    ldr d1, [x1, #16]
    ldr x16, [x1, #24]
    ldr d4, [x3, x2]
    ldr d5, [x4, x2]
    ldr d6, [x5, x2]
    ldr d7, [x6, x2]
    ins v0.d[1], x15
    ins v1.d[1], x16
.endm

.macro cb_direct_single pixels
    ldp q0, q1, [x1], #32
    cb_each_pixel cb_single, \pixels
.endm

/* Output at x1 + place, its second vector x15 bytes behind. */
.macro cb_add low, high, address, at
    ldr x3, [x2, #\at]
    add x3, x3, x1
    ldr q0, [x3]
    ldr q1, [x3, x15]
    fadd v\low\().4s, v\low\().4s, v0.4s
    fadd v\high\().4s, v\high\().4s, v1.4s
.endm

.macro cb_store low, high, address, at
    ldr x3, [x2, #\at]
    add x3, x3, x1
    str q\low, [x3]
    str q\high, [x3, x15]
.endm

.macro cb_direct_leave pixels
    ldr x1, [x0, #CB_CONV_OUTPUT]
    ldr x2, [x0, #CB_CONV_OUT_PLACES]
    ldr x15, [x0, #CB_CONV_OUT_VECTOR]
    ldr x16, [x0, #CB_CONV_ACCUMULATE]
    cbz x16, 9f
    cb_each_pixel cb_add, \pixels
9:
    cb_each_pixel cb_store, \pixels
    ldp x21, x22, [sp, #16]
    ldp x19, x20, [sp], #32
    .cfi_adjust_cfa_offset -32
    cb_restore_vectors
    ret
.endm

#endif
