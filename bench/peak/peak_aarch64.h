/* The frame that every aarch64 peak kernel shares.
 *
 * x0 iterations, x1 a, x2 b, x3 out. v0 holds a, v1 holds b. The throughput form has 24 accumulators,
 * v8 to v31: enough for four operations a cycle of latency six. v2 to v7 take intermediate results.
 * The latency form has one accumulator, v16.
 *
 * `width` is the register name of an operand: q (16 bytes), d (8) or s (4).
 *
 * The loop counter steps in the middle of the loop, so that a core that starts two instructions in
 * order pairs it with a measured one, and the branch too. */
#ifndef CB_BENCH_PEAK_PEAK_AARCH64_H
#define CB_BENCH_PEAK_PEAK_AARCH64_H

#include "base/asm_aarch64.h"

#define PEAK_CHAINS 8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31

.macro peak_operands width
    ldr \width\()0, [x1]
    ldr \width\()1, [x2]
.endm

.macro peak_zero_chains
    .irp n, PEAK_CHAINS
    movi d\n, #0 /* and the upper half */
    .endr
.endm

.macro peak_store_chains width
    .irp n, PEAK_CHAINS
    .ifc \width, q
    str q\n, [x3], #16
    .endif
    .ifc \width, d
    str d\n, [x3], #8
    .endif
    .ifc \width, s
    str s\n, [x3], #4
    .endif
    .endr
.endm

#define PEAK_FUNCTION(name, width)                                                                 \
    CB_FUNCTION(name);                                                                             \
    cb_save_vectors;                                                                               \
    peak_operands width;                                                                           \
    peak_zero_chains;                                                                              \
    cbz x0, 2f

#define PEAK_FUNCTION_END(name, width)                                                             \
    2:;                                                                                            \
    peak_store_chains width;                                                                       \
    cb_restore_vectors;                                                                            \
    ret;                                                                                           \
    CB_FUNCTION_END(name)

#define PEAK_LATENCY_FUNCTION(name, width)                                                         \
    CB_FUNCTION(name);                                                                             \
    peak_operands width;                                                                           \
    movi v16.2d, #0;                                                                               \
    cbz x0, 2f

#define PEAK_LATENCY_FUNCTION_END(name, width)                                                     \
    2:;                                                                                            \
    str width##16, [x3];                                                                           \
    ret;                                                                                           \
    CB_FUNCTION_END(name)

#endif
