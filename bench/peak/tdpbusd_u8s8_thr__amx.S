/* void tdpbusd_u8s8_thr__amx(uint64_t iterations, const void *a, const void *b, void *out);
 *
 * a tile product of 16 x 64 u8 and 64 x 16 s8 into 16 x 16 int32: TDPBUSD. a, b and the
 * accumulators are tiles of 16 rows of 64 bytes.
 * rdi iterations, rsi a, rdx b, rcx out; tmm6, tmm7 operands, tmm0 on accumulators,
 * rax the bytes of a row.
 * One iteration: 4 steps on each of 6 accumulators, 24 measured instructions and 2 of
 * the loop, 786432 operations. */
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

CB_FUNCTION(tdpbusd_u8s8_thr__amx)
    ldtilecfg [rip + .Ltiles]
    mov eax, 64
    tileloadd tmm6, [rsi + rax*1]
    tileloadd tmm7, [rdx + rax*1]
    tilezero tmm0
    tilezero tmm1
    tilezero tmm2
    tilezero tmm3
    tilezero tmm4
    tilezero tmm5
    test rdi, rdi
    jz 3f
    CB_LOOP(1)
    tdpbusd tmm0, tmm6, tmm7
    tdpbusd tmm1, tmm6, tmm7
    tdpbusd tmm2, tmm6, tmm7
    tdpbusd tmm3, tmm6, tmm7
    tdpbusd tmm4, tmm6, tmm7
    tdpbusd tmm5, tmm6, tmm7
    tdpbusd tmm0, tmm6, tmm7
    tdpbusd tmm1, tmm6, tmm7
    tdpbusd tmm2, tmm6, tmm7
    tdpbusd tmm3, tmm6, tmm7
    tdpbusd tmm4, tmm6, tmm7
    tdpbusd tmm5, tmm6, tmm7
    tdpbusd tmm0, tmm6, tmm7
    tdpbusd tmm1, tmm6, tmm7
    tdpbusd tmm2, tmm6, tmm7
    tdpbusd tmm3, tmm6, tmm7
    tdpbusd tmm4, tmm6, tmm7
    tdpbusd tmm5, tmm6, tmm7
    tdpbusd tmm0, tmm6, tmm7
    tdpbusd tmm1, tmm6, tmm7
    tdpbusd tmm2, tmm6, tmm7
    tdpbusd tmm3, tmm6, tmm7
    tdpbusd tmm4, tmm6, tmm7
    tdpbusd tmm5, tmm6, tmm7
    CB_LOOP_END(1, rdi)
3:
    tilestored [rcx + rax*1], tmm0
    tilestored [rcx + rax*1 + 1024], tmm1
    tilestored [rcx + rax*1 + 2048], tmm2
    tilestored [rcx + rax*1 + 3072], tmm3
    tilestored [rcx + rax*1 + 4096], tmm4
    tilestored [rcx + rax*1 + 5120], tmm5
    tilerelease
    ret
CB_FUNCTION_END(tdpbusd_u8s8_thr__amx)
