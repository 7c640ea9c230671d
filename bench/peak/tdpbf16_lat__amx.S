/* void tdpbf16_lat__amx(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * a tile product of 16 x 32 and 32 x 16 bf16 into 16 x 16 float32: TDPBF16PS, one chain. a, b and the
 * accumulators are tiles of 16 rows of 64 bytes.
 * rdi iterations, rsi a, rdx b, rcx out; tmm6, tmm7 operands, tmm0 on accumulators,
 * rax the bytes of a row.
 * One iteration: 8 steps on each of 1 accumulator, 8 measured instructions and 2 of
 * the loop, 131072 operations. */
#include "base/asm_x86_64.h"

CB_RODATA(64)
.Ltiles:
    .byte 1, 0
    .zero 14
    .rept 8
    .word 64
    .endr
    .zero 16
    .rept 8
    .byte 16
    .endr
    .zero 8

CB_FUNCTION(tdpbf16_lat__amx)
    ldtilecfg [rip + .Ltiles]
    mov eax, 64
    tileloadd tmm6, [rsi + rax*1]
    tileloadd tmm7, [rdx + rax*1]
    tilezero tmm0
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    tdpbf16ps tmm0, tmm6, tmm7
    tdpbf16ps tmm0, tmm6, tmm7
    tdpbf16ps tmm0, tmm6, tmm7
    tdpbf16ps tmm0, tmm6, tmm7
    tdpbf16ps tmm0, tmm6, tmm7
    tdpbf16ps tmm0, tmm6, tmm7
    tdpbf16ps tmm0, tmm6, tmm7
    tdpbf16ps tmm0, tmm6, tmm7
    CB_LOOP_END(1, rdi)
3:
    tilestored [rcx + rax*1], tmm0
    tilerelease
    ret
CB_FUNCTION_END(tdpbf16_lat__amx)
