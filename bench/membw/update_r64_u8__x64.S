/* void update_r64_u8__x64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 64-bit general-register dst ^= a: two loads (one inside the XOR) and a store back to where the second came from.
 * rdi dst, rsi a, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 64 bytes of each operand, 24 measured instructions and 2 of the loop,
 * 192 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(update_r64_u8__x64)
    MEMBW_PASS
    CB_LOOP(1)
    mov rax, [rsi + r9]
    xor rax, [rdi + r9]
    mov [rdi + r9], rax
    mov r10, [rsi + r9 + 8]
    xor r10, [rdi + r9 + 8]
    mov [rdi + r9 + 8], r10
    mov r11, [rsi + r9 + 16]
    xor r11, [rdi + r9 + 16]
    mov [rdi + r9 + 16], r11
    mov rax, [rsi + r9 + 24]
    xor rax, [rdi + r9 + 24]
    mov [rdi + r9 + 24], rax
    mov r10, [rsi + r9 + 32]
    xor r10, [rdi + r9 + 32]
    mov [rdi + r9 + 32], r10
    mov r11, [rsi + r9 + 40]
    xor r11, [rdi + r9 + 40]
    mov [rdi + r9 + 40], r11
    mov rax, [rsi + r9 + 48]
    xor rax, [rdi + r9 + 48]
    mov [rdi + r9 + 48], rax
    mov r10, [rsi + r9 + 56]
    xor r10, [rdi + r9 + 56]
    mov [rdi + r9 + 56], r10
    MEMBW_STEP(64)
    MEMBW_END(update_r64_u8__x64)
