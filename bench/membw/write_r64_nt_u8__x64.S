/* void write_r64_nt_u8__x64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 64-bit general-register non-temporal stores of all ones: whole lines go to memory unread.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 64 bytes of each operand, 8 measured instructions and 2 of the loop,
 * 64 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(write_r64_nt_u8__x64)
    mov rax, -1
    MEMBW_PASS
    CB_LOOP(1)
    movnti [rdi + r9], rax
    movnti [rdi + r9 + 8], rax
    movnti [rdi + r9 + 16], rax
    movnti [rdi + r9 + 24], rax
    movnti [rdi + r9 + 32], rax
    movnti [rdi + r9 + 40], rax
    movnti [rdi + r9 + 48], rax
    movnti [rdi + r9 + 56], rax
    MEMBW_STEP(64)
    MEMBW_END_FENCE(write_r64_nt_u8__x64)
