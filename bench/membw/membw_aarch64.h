/* The frame and the moves that the aarch64 bandwidth kernels share.
 *
 * x0 dst, x1 a, x2 b, x3 bytes, x4 passes stay as they came; in a pass x9, x10 and x11 walk over
 * dst, a and b, and x12 is where the walk ends (of dst, or of a in the read kernels).
 *
 * The pointers step before the last moves of an iteration, which then reach back, and the
 * comparison and the branch stand between moves: a core that starts two instructions in order
 * pairs them. */
#ifndef CB_BENCH_MEMBW_MEMBW_AARCH64_H
#define CB_BENCH_MEMBW_MEMBW_AARCH64_H

#include "base/asm_aarch64.h"

/* Eight moves of one register, upwards from `offset`. */
.macro move_x8 op, base, offset
    \op x5, [\base, #\offset]
    \op x6, [\base, #\offset + 8]
    \op x7, [\base, #\offset + 16]
    \op x8, [\base, #\offset + 24]
    \op x13, [\base, #\offset + 32]
    \op x14, [\base, #\offset + 40]
    \op x15, [\base, #\offset + 48]
    \op x16, [\base, #\offset + 56]
.endm

.macro move_d8 op, base, offset
    \op d0, [\base, #\offset]
    \op d1, [\base, #\offset + 8]
    \op d2, [\base, #\offset + 16]
    \op d3, [\base, #\offset + 24]
    \op d4, [\base, #\offset + 32]
    \op d5, [\base, #\offset + 40]
    \op d6, [\base, #\offset + 48]
    \op d7, [\base, #\offset + 56]
.endm

.macro move_q8 op, base, offset
    \op q0, [\base, #\offset]
    \op q1, [\base, #\offset + 16]
    \op q2, [\base, #\offset + 32]
    \op q3, [\base, #\offset + 48]
    \op q4, [\base, #\offset + 64]
    \op q5, [\base, #\offset + 80]
    \op q6, [\base, #\offset + 96]
    \op q7, [\base, #\offset + 112]
.endm

/* Four moves of a register pair: the same registers. */
.macro pair_x4 op, base, offset
    \op x5, x6, [\base, #\offset]
    \op x7, x8, [\base, #\offset + 16]
    \op x13, x14, [\base, #\offset + 32]
    \op x15, x16, [\base, #\offset + 48]
.endm

.macro pair_q4 op, base, offset
    \op q0, q1, [\base, #\offset]
    \op q2, q3, [\base, #\offset + 32]
    \op q4, q5, [\base, #\offset + 64]
    \op q6, q7, [\base, #\offset + 96]
.endm

/* The same with v16 to v23, for a second operand or a second half. */
.macro pair_q4_high op, base, offset
    \op q16, q17, [\base, #\offset]
    \op q18, q19, [\base, #\offset + 32]
    \op q20, q21, [\base, #\offset + 64]
    \op q22, q23, [\base, #\offset + 96]
.endm

.macro move_d8_high op, base, offset
    \op d16, [\base, #\offset]
    \op d17, [\base, #\offset + 8]
    \op d18, [\base, #\offset + 16]
    \op d19, [\base, #\offset + 24]
    \op d20, [\base, #\offset + 32]
    \op d21, [\base, #\offset + 40]
    \op d22, [\base, #\offset + 48]
    \op d23, [\base, #\offset + 56]
.endm

/* The arithmetic of triad, mix21 and rmw on what the moves above have loaded. */
.macro triad_q8
    fmla v0.2d, v16.2d, v31.2d
    fmla v1.2d, v17.2d, v31.2d
    fmla v2.2d, v18.2d, v31.2d
    fmla v3.2d, v19.2d, v31.2d
    fmla v4.2d, v20.2d, v31.2d
    fmla v5.2d, v21.2d, v31.2d
    fmla v6.2d, v22.2d, v31.2d
    fmla v7.2d, v23.2d, v31.2d
.endm

.macro triad_d8
    fmadd d0, d16, d31, d0
    fmadd d1, d17, d31, d1
    fmadd d2, d18, d31, d2
    fmadd d3, d19, d31, d3
    fmadd d4, d20, d31, d4
    fmadd d5, d21, d31, d5
    fmadd d6, d22, d31, d6
    fmadd d7, d23, d31, d7
.endm

.macro eor_q8
    eor v0.16b, v0.16b, v16.16b
    eor v1.16b, v1.16b, v17.16b
    eor v2.16b, v2.16b, v18.16b
    eor v3.16b, v3.16b, v19.16b
    eor v4.16b, v4.16b, v20.16b
    eor v5.16b, v5.16b, v21.16b
    eor v6.16b, v6.16b, v22.16b
    eor v7.16b, v7.16b, v23.16b
.endm

.macro mvn_q8
    mvn v0.16b, v0.16b
    mvn v1.16b, v1.16b
    mvn v2.16b, v2.16b
    mvn v3.16b, v3.16b
    mvn v4.16b, v4.16b
    mvn v5.16b, v5.16b
    mvn v6.16b, v6.16b
    mvn v7.16b, v7.16b
.endm

.macro mvn_x8
    .irp n, 5, 6, 7, 8, 13, 14, 15, 16
    mvn x\n, x\n
    .endr
.endm

/* What the write kernels store: every bit set. */
.macro ones_x8
    .irp n, 5, 6, 7, 8, 13, 14, 15, 16
    mov x\n, #-1
    .endr
.endm

.macro ones_q8
    movi v0.2d, #-1
    movi v1.2d, #-1
    movi v2.2d, #-1
    movi v3.2d, #-1
    movi v4.2d, #-1
    movi v5.2d, #-1
    movi v6.2d, #-1
    movi v7.2d, #-1
.endm

/* v31 = 3 in both float64 lanes, for triad. */
.macro three_in_v31
    fmov v31.2d, #3.0
.endm

#define MEMBW_FUNCTION(name)                                                                       \
    CB_FUNCTION(name);                                                                             \
    cbz x4, 3f

/* A pass begins; the aligned loop follows. */
#define MEMBW_PASS                                                                                 \
    2:;                                                                                            \
    mov x9, x0;                                                                                    \
    mov x10, x1;                                                                                   \
    mov x11, x2;                                                                                   \
    add x12, x0, x3;                                                                               \
    CB_LOOP_ALIGN

#define MEMBW_READ_PASS                                                                            \
    2:;                                                                                            \
    mov x10, x1;                                                                                   \
    add x12, x1, x3;                                                                               \
    CB_LOOP_ALIGN

#define MEMBW_END(name)                                                                            \
    subs x4, x4, #1;                                                                               \
    b.ne 2b;                                                                                       \
    3:;                                                                                            \
    ret;                                                                                           \
    CB_FUNCTION_END(name)

#endif
