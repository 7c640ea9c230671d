/* What every armv7 assembly file starts with. One function a file:
 *
 *     #include "base/asm_armv7.h"
 *
 *     CB_FUNCTION(read_ldm8_u4__a32)
 *         ...
 *         CB_LOOP_ALIGN
 *         # LLVM-MCA-BEGIN
 *     1:
 *         ...
 *         bne 1b
 *         # LLVM-MCA-END
 *         ...
 *     CB_FUNCTION_END(read_ldm8_u4__a32)
 *
 * A32 instructions; callers in Thumb code reach them by bl(x). Procedure call standard, hard-float:
 * integer arguments in r0 to r3, the rest on the stack, 64-bit ones in an even pair or on eight
 * bytes; r12, q0 to q3 and q8 to q15 are free; r4 to r11, lr and q4 to q7 (d8 to d15) belong to
 * the caller.
 *
 * The markers right around the measured loop stand in the file itself: "#" is a comment only at the
 * start of a line, where no macro can put it. They outlive the preprocessor. */
#ifndef CB_BASE_ASM_ARMV7_H
#define CB_BASE_ASM_ARMV7_H

    .syntax unified
    .arm

/* The stack needs no execute permission. */
    .section .note.GNU-stack,"",%progbits

    .text

/* Opens a function that is visible inside the program only, aligned to a cache line. */
#define CB_FUNCTION(name)                                                                          \
    .text;                                                                                         \
    .globl name;                                                                                   \
    .hidden name;                                                                                  \
    .type name, %function;                                                                         \
    .p2align 6;                                                                                    \
    name:;                                                                                         \
    .fnstart

#define CB_FUNCTION_END(name)                                                                      \
    .cantunwind;                                                                                   \
    .fnend;                                                                                        \
    .size name, . - name

/* Before a measured loop: it starts on a cache line. */
#define CB_LOOP_ALIGN .p2align 6

/* A 64-bit count in r0 (low) and r1 (high), not zero: a loop that ends with `subs r0, r0, #1; bne
 * 1b` and the line cb_count_on 1b behind it runs that many times. */
.macro cb_count_in
    cmp r0, #0
    subeq r1, r1, #1 /* the first round of 2^32 starts from 0 */
.endm

.macro cb_count_on loop
    subs r1, r1, #1
    bhs \loop
.endm

#endif
