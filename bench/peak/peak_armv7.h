/* The frame that every armv7 peak kernel shares.
 *
 * r0, r1 iterations, r2 a, r3 b, out on the stack. q0 holds a, q1 holds b (d0 and d1 where operands
 * are of 8 bytes). Throughput forms: 14 accumulators q2 to q15; or, where a step needs intermediate
 * results, 8 accumulators q8 to q15 and q2 to q7 for those; or 24 accumulators d8 to d31 of 8
 * bytes. Latency forms: one accumulator, q8 or d16.
 *
 * The loop counter steps in the middle of the loop, so that a core that starts two instructions in
 * order pairs it with a measured one, and the branch too. */
#ifndef CB_BENCH_PEAK_PEAK_ARMV7_H
#define CB_BENCH_PEAK_PEAK_ARMV7_H

#include "base/asm_armv7.h"

#define PEAK_CHAINS 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define PEAK_CHAINS_D                                                                              \
    8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31

/* Operands of `bytes`; all of q2 to q15 are zero, r12 is out, and a count of zero goes to the
 * end. */
.macro peak_enter bytes
    vpush {d8-d15}
    ldr r12, [sp, #64]
    .if \bytes == 8
    vldr d0, [r2]
    vldr d1, [r3]
    .else
    vldmia r2, {d0-d1}
    vldmia r3, {d2-d3}
    .endif
    .irp n, PEAK_CHAINS
    vmov.i32 q\n, #0
    .endr
    orrs r2, r0, r1
    beq 2f
    cb_count_in
.endm

/* Stores the accumulators from d<first> on. */
.macro peak_leave first
    cb_count_on 1b
2:
    .if \first < 8
    vstmia r12!, {d\first-d7}
    .endif
    .if \first < 16
    vstmia r12!, {d8-d15}
    .endif
    vstmia r12!, {d16-d31}
    vpop {d8-d15}
    bx lr
.endm

.macro peak_leave_latency bytes
    cb_count_on 1b
2:
    vstr d16, [r12]
    .if \bytes == 16
    vstr d17, [r12, #8]
    .endif
    vpop {d8-d15}
    bx lr
.endm

#endif
