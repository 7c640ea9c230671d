/* void clock_add__x64(uint64_t iterations);
 *
 * 64 additions, each of which needs the one before: 64 cycles an iteration on every x86-64 core.
 * Register operands: additions of immediates are folded away by renamers that can do so.
 * rdi iterations, rax the chain, rcx the addend. */
#include "base/asm_x86_64.h"

CB_FUNCTION(clock_add__x64)
    test rdi, rdi
    jz 3f
    xor eax, eax
    mov ecx, 1
    CB_LOOP(1)
    .rept 64
    add rax, rcx
    .endr
    CB_LOOP_END(1, rdi)
3:
    ret
CB_FUNCTION_END(clock_add__x64)
