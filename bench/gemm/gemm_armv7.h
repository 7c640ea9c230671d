/* What the armv7 micro-kernels share: entry, exit, and writing a tile of 6 x 8 elements of 4 bytes.
 *
 * Registers of every kernel, from gemm_enter on:
 *   r0 the tile's struct     r1 a              r2 b             r3 steps of k left
 *   r4 c                     r5 c_row_bytes    r6 m             r7 n
 *   r8 accumulate            r9 to r12, lr     free
 *   q4 to q15                accumulators: row i in q(4 + 2i), q(5 + 2i)
 *   q0 to q3                 operands
 * A kernel ends in gemm_leave. Assembly: clang-format would ruin it. */
/* clang-format off */
#ifndef CB_BENCH_GEMM_GEMM_ARMV7_H
#define CB_BENCH_GEMM_GEMM_ARMV7_H

#include "base/asm_armv7.h"
#include "bench/gemm/micro_offsets.h"

.macro gemm_enter
    push {r4-r10, lr}
    vpush {d8-d15}
    ldr r1, [r0, #CB_TILE_A]
    ldr r2, [r0, #CB_TILE_B]
    ldr r3, [r0, #CB_TILE_K]
    ldr r4, [r0, #CB_TILE_C]
    ldr r5, [r0, #CB_TILE_C_ROW_BYTES]
    ldr r6, [r0, #CB_TILE_M]
    ldr r7, [r0, #CB_TILE_N]
    ldr r8, [r0, #CB_TILE_ACCUMULATE]
.endm

.macro gemm_leave
    vpop {d8-d15}
    pop {r4-r10, pc}
.endm

.macro gemm_zero
    .irp q, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15
    vmov.i32 \q, #0
    .endr
.endm

/* One whole row of C, and to \end when it was the last one. */
.macro gemm_row add, c0, c1, end
    cmp r8, #0
    beq 7f
    vld1.32 {d0-d3}, [r4]
    \add \c0, \c0, q0
    \add \c1, \c1, q1
7:
    vst1.32 {\c0, \c1}, [r4]
    add r4, r4, r5
    subs r6, r6, #1
    beq \end
.endm

/* Rows of 8 columns, six at most. */
.macro gemm_rows add, end
    gemm_row \add, q4, q5, \end
    gemm_row \add, q6, q7, \end
    gemm_row \add, q8, q9, \end
    gemm_row \add, q10, q11, \end
    gemm_row \add, q12, q13, \end
    gemm_row \add, q14, q15, \end
.endm

/* One piece of an edge row, from the spilled tile into C. \list: the registers of d0, d1 and d2, d3
 * or lanes of them. */
.macro gemm_piece add, sum, old, list, old_list
    vld1.32 {\list}, [r10]!
    cmp r8, #0
    beq 7f
    vld1.32 {\old_list}, [r12]
    \add \sum, \sum, \old
7:
    vst1.32 {\list}, [r12]!
.endm

/* m x n of the accumulators into C, whole vectors, then the rest of a row lane by lane. Through 192
 * bytes below the stack pointer. */
.macro gemm_edge add
    sub sp, sp, #192
    mov r9, sp
    vst1.32 {q4, q5}, [r9]!
    vst1.32 {q6, q7}, [r9]!
    vst1.32 {q8, q9}, [r9]!
    vst1.32 {q10, q11}, [r9]!
    vst1.32 {q12, q13}, [r9]!
    vst1.32 {q14, q15}, [r9]!
    mov r9, sp
1:
    mov r10, r9
    mov r12, r4
    mov lr, r7
    cmp lr, #4
    blo 3f
2:
    gemm_piece \add, q0, q1, "d0, d1", "d2, d3"
    sub lr, lr, #4
    cmp lr, #4
    bhs 2b
3:
    tst lr, #2
    beq 4f
    gemm_piece \add, d0, d2, d0, d2
4:
    tst lr, #1
    beq 5f
    gemm_piece \add, d0, d2, "d0[0]", "d2[0]"
5:
    add r9, r9, #32
    add r4, r4, r5
    subs r6, r6, #1
    bne 1b
    add sp, sp, #192
.endm

#endif
