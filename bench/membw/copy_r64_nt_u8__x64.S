/* void copy_r64_nt_u8__x64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 64-bit general-register loads, then non-temporal stores.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 64 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 128 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(copy_r64_nt_u8__x64)
    MEMBW_PASS
    CB_LOOP(1)
    mov rax, [rsi + r9]
    movnti [rdi + r9], rax
    mov r10, [rsi + r9 + 8]
    movnti [rdi + r9 + 8], r10
    mov r11, [rsi + r9 + 16]
    movnti [rdi + r9 + 16], r11
    mov rax, [rsi + r9 + 24]
    movnti [rdi + r9 + 24], rax
    mov r10, [rsi + r9 + 32]
    movnti [rdi + r9 + 32], r10
    mov r11, [rsi + r9 + 40]
    movnti [rdi + r9 + 40], r11
    mov rax, [rsi + r9 + 48]
    movnti [rdi + r9 + 48], rax
    mov r10, [rsi + r9 + 56]
    movnti [rdi + r9 + 56], r10
    MEMBW_STEP(64)
    MEMBW_END_FENCE(copy_r64_nt_u8__x64)
