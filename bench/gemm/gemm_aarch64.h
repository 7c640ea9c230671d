/* What the aarch64 micro-kernels share: entry, exit, and writing a tile into C.
 *
 * Registers of every kernel, from gemm_enter on:
 *   x0 the tile's struct     x1 a              x2 b             x3 steps of k left
 *   x4 c                     x5 c_row_bytes    x6 m             x7 n
 *   x8 accumulate            x9 to x17         free
 *   v8 to v31                accumulators, row after row (all of them, where the tile fills them)
 *   v0 to v7                 operands
 * A kernel ends in gemm_leave. Assembly: clang-format would ruin it. */
/* clang-format off */
#ifndef CB_BENCH_GEMM_GEMM_AARCH64_H
#define CB_BENCH_GEMM_GEMM_AARCH64_H

#include "base/asm_aarch64.h"
#include "bench/gemm/micro_offsets.h"

.macro gemm_enter
    cb_save_vectors
    ldp x1, x2, [x0, #CB_TILE_A]
    ldp x4, x3, [x0, #CB_TILE_C]
    ldr x5, [x0, #CB_TILE_C_ROW_BYTES]
    ldp x6, x7, [x0, #CB_TILE_M]
    ldr x8, [x0, #CB_TILE_ACCUMULATE]
.endm

.macro gemm_leave
    cb_restore_vectors
    ret
.endm

.macro gemm_zero_8 r0, r1, r2, r3, r4, r5, r6, r7
    movi v\r0\().2d, #0
    movi v\r1\().2d, #0
    movi v\r2\().2d, #0
    movi v\r3\().2d, #0
    movi v\r4\().2d, #0
    movi v\r5\().2d, #0
    movi v\r6\().2d, #0
    movi v\r7\().2d, #0
.endm

.macro gemm_zero_16
    gemm_zero_8 16, 17, 18, 19, 20, 21, 22, 23
    gemm_zero_8 24, 25, 26, 27, 28, 29, 30, 31
.endm

.macro gemm_zero_24
    gemm_zero_8 8, 9, 10, 11, 12, 13, 14, 15
    gemm_zero_16
.endm

/* The lines of C that will be written come near while the loop runs. Uses x9, x10. */
.macro gemm_prefetch_c
    mov x9, x4
    mov x10, x6
7:
    prfm pstl1keep, [x9]
    add x9, x9, x5
    subs x10, x10, #1
    b.ne 7b
.endm

/* One row of C of three, two or one whole vectors: written, or added to with \add (fadd, add) of
 * \form (4s, 2d, 8h). Uses v0 to v2; x4 goes to the next row. */
.macro gemm_row_3 add, form, r0, r1, r2
    cbz x8, 7f
    ldp q0, q1, [x4]
    ldr q2, [x4, #32]
    \add v\r0\().\form, v\r0\().\form, v0.\form
    \add v\r1\().\form, v\r1\().\form, v1.\form
    \add v\r2\().\form, v\r2\().\form, v2.\form
7:
    stp q\r0, q\r1, [x4]
    str q\r2, [x4, #32]
    add x4, x4, x5
.endm

.macro gemm_row_2 add, form, r0, r1
    cbz x8, 7f
    ldp q0, q1, [x4]
    \add v\r0\().\form, v\r0\().\form, v0.\form
    \add v\r1\().\form, v\r1\().\form, v1.\form
7:
    stp q\r0, q\r1, [x4]
    add x4, x4, x5
.endm

.macro gemm_row_1 add, form, r0
    cbz x8, 7f
    ldr q0, [x4]
    \add v\r0\().\form, v\r0\().\form, v0.\form
7:
    str q\r0, [x4]
    add x4, x4, x5
.endm

/* To \end when the tile has no row after its first \count. */
.macro gemm_rows_end count, end
    cmp x6, #\count
    b.eq \end
.endm

/* A whole tile of 8 rows of three vectors, or of its first m rows. */
.macro gemm_rows_8x3 add, form, end
    gemm_row_3 \add, \form, 8, 9, 10
    gemm_rows_end 1, \end
    gemm_row_3 \add, \form, 11, 12, 13
    gemm_rows_end 2, \end
    gemm_row_3 \add, \form, 14, 15, 16
    gemm_rows_end 3, \end
    gemm_row_3 \add, \form, 17, 18, 19
    gemm_rows_end 4, \end
    gemm_row_3 \add, \form, 20, 21, 22
    gemm_rows_end 5, \end
    gemm_row_3 \add, \form, 23, 24, 25
    gemm_rows_end 6, \end
    gemm_row_3 \add, \form, 26, 27, 28
    gemm_rows_end 7, \end
    gemm_row_3 \add, \form, 29, 30, 31
.endm

/* Rows of two vectors in v16 to v31, of eight at most. */
.macro gemm_rows_8x2 add, form, end
    gemm_row_2 \add, \form, 16, 17
    gemm_rows_end 1, \end
    gemm_row_2 \add, \form, 18, 19
    gemm_rows_end 2, \end
    gemm_row_2 \add, \form, 20, 21
    gemm_rows_end 3, \end
    gemm_row_2 \add, \form, 22, 23
    gemm_rows_end 4, \end
    gemm_row_2 \add, \form, 24, 25
    gemm_rows_end 5, \end
    gemm_row_2 \add, \form, 26, 27
    gemm_rows_end 6, \end
    gemm_row_2 \add, \form, 28, 29
    gemm_rows_end 7, \end
    gemm_row_2 \add, \form, 30, 31
.endm

/* Rows of two vectors in v8 to v31, of twelve at most. */
.macro gemm_rows_12x2 add, form, end
    gemm_row_2 \add, \form, 8, 9
    gemm_rows_end 1, \end
    gemm_row_2 \add, \form, 10, 11
    gemm_rows_end 2, \end
    gemm_row_2 \add, \form, 12, 13
    gemm_rows_end 3, \end
    gemm_row_2 \add, \form, 14, 15
    gemm_rows_end 4, \end
    sub x6, x6, #4
    gemm_rows_8x2 \add, \form, \end
.endm

/* Accumulators in memory, row after row, below the stack pointer; x9 points to them. */
.macro gemm_spill_16
    sub sp, sp, #256
    .cfi_adjust_cfa_offset 256
    mov x9, sp
    gemm_spill_rest 0
.endm

.macro gemm_spill_24
    sub sp, sp, #384
    .cfi_adjust_cfa_offset 384
    mov x9, sp
    stp q8, q9, [x9]
    stp q10, q11, [x9, #32]
    stp q12, q13, [x9, #64]
    stp q14, q15, [x9, #96]
    gemm_spill_rest 128
.endm

.macro gemm_spill_rest at
    stp q16, q17, [x9, #\at]
    stp q18, q19, [x9, #\at + 32]
    stp q20, q21, [x9, #\at + 64]
    stp q22, q23, [x9, #\at + 96]
    stp q24, q25, [x9, #\at + 128]
    stp q26, q27, [x9, #\at + 160]
    stp q28, q29, [x9, #\at + 192]
    stp q30, q31, [x9, #\at + 224]
.endm

/* \bytes: 256 or 384. */
.macro gemm_spill_end bytes
    add sp, sp, #\bytes
    .cfi_adjust_cfa_offset -\bytes
.endm

/* One piece of an edge row, from the spilled tile into C. */
.macro gemm_piece add, form, register, bytes
    ldr \register\()0, [x10], #\bytes
    cbz x8, 7f
    ldr \register\()1, [x11]
    \add v0.\form, v0.\form, v1.\form
7:
    str \register\()0, [x11], #\bytes
.endm

/* m x n of a spilled tile at x9, whose rows are \pitch bytes, into C: whole vectors, then the rest
 * of a row lane by lane. Elements of 4 bytes. Uses v0, v1, x9 to x12. */
.macro gemm_edge_32 add, pitch
1:
    mov x10, x9
    mov x11, x4
    subs x12, x7, #4
    b.lo 3f
2:
    gemm_piece \add, 4s, q, 16
    subs x12, x12, #4
    b.hs 2b
3:
    tbz x12, #1, 4f
    gemm_piece \add, 2s, d, 8
4:
    tbz x12, #0, 5f
    gemm_piece \add, 2s, s, 4
5:
    add x9, x9, #\pitch
    add x4, x4, x5
    subs x6, x6, #1
    b.ne 1b
.endm

/* The same for elements of 8 bytes. */
.macro gemm_edge_64 add, pitch
1:
    mov x10, x9
    mov x11, x4
    subs x12, x7, #2
    b.lo 3f
2:
    gemm_piece \add, 2d, q, 16
    subs x12, x12, #2
    b.hs 2b
3:
    tbz x12, #0, 5f
    gemm_piece \add, 2d, d, 8
5:
    add x9, x9, #\pitch
    add x4, x4, x5
    subs x6, x6, #1
    b.ne 1b
.endm

/* The same for elements of 2 bytes. */
.macro gemm_edge_16 add, pitch
1:
    mov x10, x9
    mov x11, x4
    subs x12, x7, #8
    b.lo 3f
2:
    gemm_piece \add, 8h, q, 16
    subs x12, x12, #8
    b.hs 2b
3:
    tbz x12, #2, 4f
    gemm_piece \add, 4h, d, 8
4:
    tbz x12, #1, 5f
    gemm_piece \add, 4h, s, 4
5:
    tbz x12, #0, 6f
    gemm_piece \add, 4h, h, 2
6:
    add x9, x9, #\pitch
    add x4, x4, x5
    subs x6, x6, #1
    b.ne 1b
.endm

#endif
