/* The frame and the moves that the armv7 bandwidth kernels share.
 *
 * In a pass r0, r1 and r2 walk over dst, a and b, r3 is where the walk ends (of dst, or of a in the
 * read kernels), r12 and lr count the passes; r4 to r11 and q0 to q3, q8 to q15 carry data. The
 * four register arguments wait on the stack for the next pass. */
#ifndef CB_BENCH_MEMBW_MEMBW_ARMV7_H
#define CB_BENCH_MEMBW_MEMBW_ARMV7_H

#include "base/asm_armv7.h"

/* Eight moves of one register, four of a pair. */
.macro move_r8 op, base, offset
    \op r4, [\base, #\offset]
    \op r5, [\base, #\offset + 4]
    \op r6, [\base, #\offset + 8]
    \op r7, [\base, #\offset + 12]
    \op r8, [\base, #\offset + 16]
    \op r9, [\base, #\offset + 20]
    \op r10, [\base, #\offset + 24]
    \op r11, [\base, #\offset + 28]
.endm

.macro pair_r4 op, base, offset
    \op r4, r5, [\base, #\offset]
    \op r6, r7, [\base, #\offset + 8]
    \op r8, r9, [\base, #\offset + 16]
    \op r10, r11, [\base, #\offset + 24]
.endm

.macro move_d8 op, base, offset
    \op d16, [\base, #\offset]
    \op d17, [\base, #\offset + 8]
    \op d18, [\base, #\offset + 16]
    \op d19, [\base, #\offset + 24]
    \op d20, [\base, #\offset + 32]
    \op d21, [\base, #\offset + 40]
    \op d22, [\base, #\offset + 48]
    \op d23, [\base, #\offset + 56]
.endm

/* What the write kernels store: every bit set. */
.macro ones_r8
    .irp n, 4, 5, 6, 7, 8, 9, 10, 11
    mvn r\n, #0
    .endr
.endm

.macro ones_q8
    .irp n, 8, 9, 10, 11, 12, 13, 14, 15
    vmov.i8 q\n, #255
    .endr
.endm

.macro mvn_r8
    .irp n, 4, 5, 6, 7, 8, 9, 10, 11
    mvn r\n, r\n
    .endr
.endm

.macro mvn_q8
    .irp n, 8, 9, 10, 11, 12, 13, 14, 15
    vmvn q\n, q\n
    .endr
.endm

#define MEMBW_FUNCTION(name)                                                                       \
    CB_FUNCTION(name);                                                                             \
    push {r4-r11, lr};                                                                             \
    ldr r12, [sp, #36];                                                                            \
    ldr lr, [sp, #40];                                                                             \
    orrs r4, r12, lr;                                                                              \
    beq 3f;                                                                                        \
    push {r0-r3}

/* A pass begins; the aligned loop follows. */
#define MEMBW_PASS                                                                                 \
    2:;                                                                                            \
    ldm sp, {r0-r3};                                                                               \
    add r3, r0, r3;                                                                                \
    CB_LOOP_ALIGN

#define MEMBW_READ_PASS                                                                            \
    2:;                                                                                            \
    ldm sp, {r0-r3};                                                                               \
    add r3, r1, r3;                                                                                \
    CB_LOOP_ALIGN

#define MEMBW_END(name)                                                                            \
    subs r12, r12, #1;                                                                             \
    sbc lr, lr, #0;                                                                                \
    orrs r3, r12, lr;                                                                              \
    bne 2b;                                                                                        \
    add sp, sp, #16;                                                                               \
    3:;                                                                                            \
    pop {r4-r11, pc};                                                                              \
    CB_FUNCTION_END(name)

#endif
