/* void write_r64_u16__x64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 64-bit general-register stores of all ones, 16 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 128 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_r64_u16__x64)
    mov rax, -1
    MEMBW_PASS
    CB_LOOP(1)
    mov [rdi + r9], rax
    mov [rdi + r9 + 8], rax
    mov [rdi + r9 + 16], rax
    mov [rdi + r9 + 24], rax
    mov [rdi + r9 + 32], rax
    mov [rdi + r9 + 40], rax
    mov [rdi + r9 + 48], rax
    mov [rdi + r9 + 56], rax
    mov [rdi + r9 + 64], rax
    mov [rdi + r9 + 72], rax
    mov [rdi + r9 + 80], rax
    mov [rdi + r9 + 88], rax
    mov [rdi + r9 + 96], rax
    mov [rdi + r9 + 104], rax
    mov [rdi + r9 + 112], rax
    mov [rdi + r9 + 120], rax
    MEMBW_STEP(128)
    MEMBW_END(write_r64_u16__x64)
