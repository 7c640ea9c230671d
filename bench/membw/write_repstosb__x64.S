/* void write_repstosb__x64(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);
 *
 * The processor's own fill (rep string): microcode picks the width and may avoid reading the lines
 * that it is going to overwrite. rdi dst, rsi a, rcx bytes, r8 passes. One iteration is one pass. */
#include "base/asm_x86_64.h"

CB_FUNCTION(write_repstosb__x64)
    test r8, r8
    jz 3f
    mov r9, rdi
    mov r10, rsi
    mov r11, rcx
    mov rax, -1
    cld
    CB_LOOP(1)
    mov rdi, r9
    mov rsi, r10
    mov rcx, r11
    rep stosb
    CB_LOOP_END(1, r8)
3:
    ret
CB_FUNCTION_END(write_repstosb__x64)
