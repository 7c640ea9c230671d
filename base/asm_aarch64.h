/* What every aarch64 assembly file starts with. One function a file:
 *
 *     #include "base/asm_aarch64.h"
 *
 *     CB_FUNCTION(clock_add__a64)
 *         cbz x0, 3f
 *         CB_LOOP_ALIGN
 *         # LLVM-MCA-BEGIN
 *     1:
 *         add x1, x1, x2
 *         subs x0, x0, #1
 *         b.ne 1b
 *         # LLVM-MCA-END
 *     3:
 *         ret
 *     CB_FUNCTION_END(clock_add__a64)
 *
 * Procedure call standard: arguments in x0 to x7; x8 to x17, v0 to v7 and v16 to v31 are free;
 * x19 to x28 and the lower halves of v8 to v15 belong to the caller, x18 to the platform. The
 * functions call nothing, so the return address never leaves x30.
 *
 * The markers right around the measured loop stand in the file itself: "#" is a comment only at the
 * start of a line, where no macro can put it. They outlive the preprocessor. */
#ifndef CB_BASE_ASM_AARCH64_H
#define CB_BASE_ASM_AARCH64_H

/* The stack needs no execute permission. */
    .section .note.GNU-stack,"",%progbits

/* Indirect calls land on a pad only (BTI), return addresses are not forged (PAC). Without this note
 * the linker would drop the protection for the whole program. */
    .section .note.gnu.property,"a",%note
    .p2align 3
    .word 4, 16, 5
    .asciz "GNU"
    .word 0xc0000000, 4, 3, 0

    .text

/* Opens a function that is visible inside the program only, aligned to a cache line. "hint 34" is
 * the landing pad "bti c", in the spelling that an assembler for ARMv8.0 takes too. */
#define CB_FUNCTION(name)                                                                          \
    .text;                                                                                         \
    .globl name;                                                                                   \
    .hidden name;                                                                                  \
    .type name, %function;                                                                         \
    .p2align 6;                                                                                    \
    name:;                                                                                         \
    .cfi_startproc;                                                                                \
    hint 34

#define CB_FUNCTION_END(name)                                                                      \
    .cfi_endproc;                                                                                  \
    .size name, . - name

/* Before a measured loop: it starts on a cache line. */
#define CB_LOOP_ALIGN .p2align 6

/* v8 to v15 are saved and given back as their callers need them: the lower 64 bits. */
.macro cb_save_vectors
    stp d8, d9, [sp, #-64]!
    .cfi_def_cfa_offset 64
    stp d10, d11, [sp, #16]
    stp d12, d13, [sp, #32]
    stp d14, d15, [sp, #48]
.endm

.macro cb_restore_vectors
    ldp d10, d11, [sp, #16]
    ldp d12, d13, [sp, #32]
    ldp d14, d15, [sp, #48]
    ldp d8, d9, [sp], #64
    .cfi_def_cfa_offset 0
.endm

#endif
