/* What every x86-64 assembly file starts with. One function a file:
 *
 *     #include "base/asm_x86_64.h"
 *
 *     CB_FUNCTION(fma_f32_thr__avx512)
 *         vmovups zmm0, [rsi]
 *     CB_LOOP(steps)
 *         vfmadd231ps zmm8, zmm0, zmm1
 *     CB_LOOP_END(steps, rdi)
 *         vzeroupper
 *         ret
 *     CB_FUNCTION_END(fma_f32_thr__avx512)
 *
 * Intel syntax without register prefixes, as the makers' manuals print it. System V calling
 * convention: arguments in rdi, rsi, rdx, rcx, r8, r9; rax, r10, r11 and all vector registers are
 * free; rbx, rbp and r12 to r15 belong to the caller. Comments are C comments.
 *
 * The macros that hold "#" end their line with it: to the assembler, the rest of the line is a
 * comment (that is where llvm-mca finds its markers; use `clang -E file.S | llvm-mca`). */
#ifndef CB_BASE_ASM_X86_64_H
#define CB_BASE_ASM_X86_64_H

    .intel_syntax noprefix

/* The stack needs no execute permission. */
    .section .note.GNU-stack,"",@progbits

/* Indirect branches land on endbr64 only (IBT), returns match calls (SHSTK). Without this note the
 * linker would drop the protection for the whole program. */
    .section .note.gnu.property,"a",@note
    .p2align 3
    .long 4, 16, 5
    .asciz "GNU"
    .long 0xc0000002, 4, 3, 0

    .text

/* Opens a function that is visible inside the program only, aligned to a cache line. */
#define CB_FUNCTION(name)                                                                          \
    .text;                                                                                         \
    .globl name;                                                                                   \
    .hidden name;                                                                                  \
    .type name, @function;                                                                         \
    .p2align 6;                                                                                    \
    name:;                                                                                         \
    .cfi_startproc;                                                                                \
    endbr64

#define CB_FUNCTION_END(name)                                                                      \
    .cfi_endproc;                                                                                  \
    .size name, . - name

/* Constants of a function: CB_RODATA(64) aligns to 64 bytes; CB_FUNCTION goes back to the code. */
#define CB_RODATA(alignment)                                                                       \
    .section .rodata;                                                                              \
    .balign alignment

/* A measured loop, aligned to a cache line, between llvm-mca's markers. CB_LOOP_END counts
 * `counter` down to zero; CB_LOOP_END_IF ends on a condition that the code before it has set, as in
 * CB_LOOP_END_IF(steps, jb). The label is a word: clang reads "1b" as a binary number here. */
#define CB_LOOP(label) .p2align 6; .L##label: # LLVM-MCA-BEGIN label
#define CB_LOOP_END(label, counter) dec counter; jnz .L##label; # LLVM-MCA-END
#define CB_LOOP_END_IF(label, jump) jump .L##label; # LLVM-MCA-END

#endif
