/* Calls a kernel with known values in every register that belongs to its caller, and says whether
 * all of them came back: x19 to x28 and d8 to d15; rbx, rbp and r12 to r15; r4 to r11 and d8 to
 * d15. */
#ifndef CB_TESTS_CALL_CHECKED_H
#define CB_TESTS_CALL_CHECKED_H

#include "bench/membw/membw.h"
#include "bench/peak/peak.h"

#include <stdint.h>

/* 0 when all came back. The words go where the first integer arguments go: five or six registers,
 * or (armv7) four registers and two words on the stack. */
uintptr_t cb_call_checked(void (*function)(void), const uintptr_t words[6]);

#if defined(__aarch64__)
__asm__(".text\n"
        ".p2align 4\n"
        ".type cb_call_checked, %function\n"
        "cb_call_checked:\n"
        "    stp x29, x30, [sp, #-160]!\n"
        "    mov x29, sp\n"
        "    stp x19, x20, [sp, #16]\n"
        "    stp x21, x22, [sp, #32]\n"
        "    stp x23, x24, [sp, #48]\n"
        "    stp x25, x26, [sp, #64]\n"
        "    stp x27, x28, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x16, x0\n"
        "    mov x17, x1\n"
        "    .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28\n"
        "    mov x\\n, #1000 + \\n\n"
        "    .endr\n"
        "    .irp n, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "    mov x9, #2000 + \\n\n"
        "    fmov d\\n, x9\n"
        "    .endr\n"
        "    ldp x0, x1, [x17]\n"
        "    ldp x2, x3, [x17, #16]\n"
        "    ldp x4, x5, [x17, #32]\n"
        "    blr x16\n"
        "    mov x0, #0\n"
        "    .irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28\n"
        "    sub x9, x\\n, #1000 + \\n\n"
        "    orr x0, x0, x9\n"
        "    .endr\n"
        "    .irp n, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "    fmov x9, d\\n\n"
        "    sub x9, x9, #2000 + \\n\n"
        "    orr x0, x0, x9\n"
        "    .endr\n"
        "    ldp x19, x20, [sp, #16]\n"
        "    ldp x21, x22, [sp, #32]\n"
        "    ldp x23, x24, [sp, #48]\n"
        "    ldp x25, x26, [sp, #64]\n"
        "    ldp x27, x28, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    ldp x29, x30, [sp], #160\n"
        "    ret\n"
        ".size cb_call_checked, . - cb_call_checked\n");
#elif defined(__x86_64__)
__asm__(".text\n"
        ".p2align 4\n"
        ".type cb_call_checked, @function\n"
        "cb_call_checked:\n"
        "    push %rbx\n"
        "    push %rbp\n"
        "    push %r12\n"
        "    push %r13\n"
        "    push %r14\n"
        "    push %r15\n"
        "    sub $8, %rsp\n"
        "    mov %rdi, %rax\n"
        "    mov %rsi, %r10\n"
        "    mov $1001, %ebx\n"
        "    mov $1002, %ebp\n"
        "    mov $1012, %r12d\n"
        "    mov $1013, %r13d\n"
        "    mov $1014, %r14d\n"
        "    mov $1015, %r15d\n"
        "    mov (%r10), %rdi\n"
        "    mov 8(%r10), %rsi\n"
        "    mov 16(%r10), %rdx\n"
        "    mov 24(%r10), %rcx\n"
        "    mov 32(%r10), %r8\n"
        "    mov 40(%r10), %r9\n"
        "    call *%rax\n"
        "    sub $1001, %rbx\n"
        "    sub $1002, %rbp\n"
        "    sub $1012, %r12\n"
        "    sub $1013, %r13\n"
        "    sub $1014, %r14\n"
        "    sub $1015, %r15\n"
        "    mov %rbx, %rax\n"
        "    or %rbp, %rax\n"
        "    or %r12, %rax\n"
        "    or %r13, %rax\n"
        "    or %r14, %rax\n"
        "    or %r15, %rax\n"
        "    add $8, %rsp\n"
        "    pop %r15\n"
        "    pop %r14\n"
        "    pop %r13\n"
        "    pop %r12\n"
        "    pop %rbp\n"
        "    pop %rbx\n"
        "    ret\n"
        ".size cb_call_checked, . - cb_call_checked\n");
#elif defined(__arm__)
__asm__(".text\n"
        ".arm\n"
        ".p2align 4\n"
        ".type cb_call_checked, %function\n"
        "cb_call_checked:\n"
        "    push {r4-r11, lr}\n"
        "    vpush {d8-d15}\n"
        "    sub sp, sp, #12\n"
        "    mov ip, r0\n"
        "    ldr r4, [r1, #16]\n"
        "    ldr r5, [r1, #20]\n"
        "    strd r4, r5, [sp]\n"
        "    .irp n, 4, 5, 6, 7, 8, 9, 10, 11\n"
        "    mov r\\n, #100 + \\n\n"
        "    .endr\n"
        "    .irp n, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "    mov r2, #200 + \\n\n"
        "    vmov d\\n, r2, r4\n"
        "    .endr\n"
        "    ldm r1, {r0-r3}\n"
        "    blx ip\n"
        "    mov r0, #0\n"
        "    .irp n, 4, 5, 6, 7, 8, 9, 10, 11\n"
        "    sub r1, r\\n, #100 + \\n\n"
        "    orr r0, r0, r1\n"
        "    .endr\n"
        "    .irp n, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "    vmov r2, r3, d\\n\n"
        "    sub r2, r2, #200 + \\n\n"
        "    sub r3, r3, #104\n"
        "    orr r0, r0, r2\n"
        "    orr r0, r0, r3\n"
        "    .endr\n"
        "    add sp, sp, #12\n"
        "    vpop {d8-d15}\n"
        "    pop {r4-r11, pc}\n"
        ".size cb_call_checked, . - cb_call_checked\n"
#if defined(__thumb__)
        ".thumb\n"
#endif
);
#endif

static inline uintptr_t call_peak(cb_peak_fn *run, uint64_t iterations, const void *a,
                                  const void *b, void *out)
{
#if defined(__arm__)
    const uintptr_t words[6] = {(uint32_t)iterations, (uint32_t)(iterations >> 32), (uintptr_t)a,
                                (uintptr_t)b, (uintptr_t)out};
#else
    const uintptr_t words[6] = {iterations, (uintptr_t)a, (uintptr_t)b, (uintptr_t)out};
#endif
    return cb_call_checked((void (*)(void))run, words);
}

static inline uintptr_t call_membw(cb_membw_fn *run, void *dst, const void *a, const void *b,
                                   size_t bytes, uint64_t passes)
{
#if defined(__arm__)
    const uintptr_t words[6] = {(uintptr_t)dst, (uintptr_t)a,     (uintptr_t)b,
                                bytes,          (uint32_t)passes, (uint32_t)(passes >> 32)};
#else
    const uintptr_t words[6] = {(uintptr_t)dst, (uintptr_t)a, (uintptr_t)b, bytes, passes};
#endif
    return cb_call_checked((void (*)(void))run, words);
}

#endif
