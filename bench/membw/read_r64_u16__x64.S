/* void read_r64_u16__x64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * 64-bit general-register loads, 16 in a row.
 * rdi dst, rsi a, rdx b, rcx bytes, r8 passes; r9 counts from -bytes to 0.
 * One iteration: 128 bytes of each operand, 16 measured instructions and 2 of the loop,
 * 128 bytes moved. */
#include "bench/membw/membw_x86_64.h"

MEMBW_FUNCTION(read_r64_u16__x64)
    MEMBW_PASS
    CB_LOOP(1)
    mov rax, [rsi + r9]
    mov r10, [rsi + r9 + 8]
    mov r11, [rsi + r9 + 16]
    mov rax, [rsi + r9 + 24]
    mov r10, [rsi + r9 + 32]
    mov r11, [rsi + r9 + 40]
    mov rax, [rsi + r9 + 48]
    mov r10, [rsi + r9 + 56]
    mov r11, [rsi + r9 + 64]
    mov rax, [rsi + r9 + 72]
    mov r10, [rsi + r9 + 80]
    mov r11, [rsi + r9 + 88]
    mov rax, [rsi + r9 + 96]
    mov r10, [rsi + r9 + 104]
    mov r11, [rsi + r9 + 112]
    mov rax, [rsi + r9 + 120]
    MEMBW_STEP(128)
    MEMBW_END(read_r64_u16__x64)
