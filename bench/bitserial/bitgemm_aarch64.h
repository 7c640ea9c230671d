/* What the aarch64 tile kernels share: the walk over panels and chunks, and writing sums into C.
 *
 * Lanes are k: a word is 128 bits. For 128 one-bit products an AND (or EOR), a CNT and an ADD of
 * bytes; a byte holds 31 counts of at most 8, so that widening comes once in 31 words. Rows of 4
 * columns: the sums of a row are one vector of int32.
 *
 * Registers of every kernel, from bits_enter on:
 *   x0 the tile's struct       x1 a, walking     x2 w, walking      x3 words left of the chunk
 *   x4 c    x5 c_row_bytes     x6 rows left      x7 n               x8 words left of the panel
 *   x9 to x11 free             x12 the panel's a x13 base           x14 base_row_bytes
 *   x15 row_add                x16, x17 free     sp: int32 sums of the tile
 * Assembly: clang-format would ruin it. */
/* clang-format off */
#ifndef CB_BENCH_BITSERIAL_BITGEMM_AARCH64_H
#define CB_BENCH_BITSERIAL_BITGEMM_AARCH64_H

#include "base/asm_aarch64.h"
#include "bench/bitserial/micro_offsets.h"

#define BITS_SUMS_BYTES 96

.macro bits_enter
    cb_save_vectors
    sub sp, sp, #BITS_SUMS_BYTES
    .cfi_def_cfa_offset 64 + BITS_SUMS_BYTES
    ldr x12, [x0, #CB_BITS_A]
    ldp x4, x5, [x0, #CB_BITS_C]
    ldp x13, x14, [x0, #CB_BITS_BASE]
    ldr x6, [x0, #CB_BITS_M]
    ldr x7, [x0, #CB_BITS_N]
    ldr x15, [x0, #CB_BITS_ROW_ADD]
.endm

.macro bits_leave
    add sp, sp, #BITS_SUMS_BYTES
    .cfi_def_cfa_offset 64
    cb_restore_vectors
    ret
.endm

/* A panel begins: no sums, all words before it. */
.macro bits_panel
    ldr x2, [x0, #CB_BITS_W]
    ldr x8, [x0, #CB_BITS_WORDS]
    mov x1, x12
    movi v0.2d, #0
    stp q0, q0, [sp]
    stp q0, q0, [sp, #32]
    stp q0, q0, [sp, #64]
.endm

/* At most 31 words: x3 of them, x8 behind them. */
.macro bits_chunk
    mov x3, #31
    cmp x8, x3
    csel x3, x8, x3, lo
    sub x8, x8, x3
.endm

.macro bits_zero_4 r0, r1, r2, r3
    movi v\r0\().2d, #0
    movi v\r1\().2d, #0
    movi v\r2\().2d, #0
    movi v\r3\().2d, #0
.endm

/* Bytes of one row's four accumulators into the row's sums. */
.macro bits_flush_row row, c0, c1, c2, c3
    uaddlp v\c0\().8h, v\c0\().16b
    uaddlp v\c1\().8h, v\c1\().16b
    uaddlp v\c2\().8h, v\c2\().16b
    uaddlp v\c3\().8h, v\c3\().16b
    addp v\c0\().8h, v\c0\().8h, v\c1\().8h
    addp v\c2\().8h, v\c2\().8h, v\c3\().8h
    ldr q0, [sp, #16 * \row]
    addp v\c0\().8h, v\c0\().8h, v\c2\().8h
    uadalp v0.4s, v\c0\().8h
    str q0, [sp, #16 * \row]
.endm

/* c = base + row_add +- (sum << shift), for the panel's rows (x9 counts them); goes on to \panel
 * while rows are left. `op`: add or sub. */
.macro bits_store rows, op, panel
    add x9, x0, #CB_BITS_SHIFT
    ld1r {v1.4s}, [x9]
    mov x10, #0
    mov x9, #\rows
    cmp x6, x9
    csel x9, x6, x9, lo
    sub x6, x6, x9
71:
    ldr q0, [sp, x10]
    sshl v0.4s, v0.4s, v1.4s
    ld1r {v2.4s}, [x15], #4
    \op v0.4s, v2.4s, v0.4s
    cmp x7, #4
    b.ne 72f
    ldr q3, [x13]
    add v0.4s, v0.4s, v3.4s
    str q0, [x4]
    b 74f
72:
    str q0, [sp, x10]
    mov x11, #0
    add x16, sp, x10
73:
    ldr w17, [x13, x11, lsl #2]
    ldr w3, [x16, x11, lsl #2]
    add w17, w17, w3
    str w17, [x4, x11, lsl #2]
    add x11, x11, #1
    cmp x11, x7
    b.ne 73b
74:
    add x4, x4, x5
    add x13, x13, x14
    add x10, x10, #16
    subs x9, x9, #1
    b.ne 71b
    ldr x9, [x0, #CB_BITS_A_PANEL_BYTES]
    add x12, x12, x9
    cbnz x6, \panel
.endm

#endif
