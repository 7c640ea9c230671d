/* The frame that every aarch64 peak kernel shares.
 *
 * x0 iterations, x1 a, x2 b, x3 out. v0 holds a, v1 holds b. The throughput form has 24
 * accumulators, v8 to v31: enough for four operations a cycle of latency six. v2 to v7 take
 * intermediate results. The latency form has one accumulator, v16.
 *
 * `width` is the register name of an operand: q (16 bytes), d (8) or s (4).
 *
 * The loop counter steps in the middle of the loop, so that a core that starts two instructions in
 * order pairs it with a measured one, and the branch too. */
#ifndef CB_BENCH_PEAK_PEAK_AARCH64_H
#define CB_BENCH_PEAK_PEAK_AARCH64_H

#include "base/asm_aarch64.h"

/* The accumulators, for .irp: as numbers, and as operands of each shape. */
#define PEAK_CHAINS                                                                                \
    8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
#define PEAK_CHAINS_16B                                                                            \
    v8.16b, v9.16b, v10.16b, v11.16b, v12.16b, v13.16b, v14.16b, v15.16b, v16.16b, v17.16b,        \
    v18.16b, v19.16b, v20.16b, v21.16b, v22.16b, v23.16b, v24.16b, v25.16b, v26.16b, v27.16b,      \
    v28.16b, v29.16b, v30.16b, v31.16b
#define PEAK_CHAINS_8H                                                                             \
    v8.8h, v9.8h, v10.8h, v11.8h, v12.8h, v13.8h, v14.8h, v15.8h, v16.8h, v17.8h, v18.8h,          \
    v19.8h, v20.8h, v21.8h, v22.8h, v23.8h, v24.8h, v25.8h, v26.8h, v27.8h, v28.8h, v29.8h,        \
    v30.8h, v31.8h
#define PEAK_CHAINS_4S                                                                             \
    v8.4s, v9.4s, v10.4s, v11.4s, v12.4s, v13.4s, v14.4s, v15.4s, v16.4s, v17.4s, v18.4s,          \
    v19.4s, v20.4s, v21.4s, v22.4s, v23.4s, v24.4s, v25.4s, v26.4s, v27.4s, v28.4s, v29.4s,        \
    v30.4s, v31.4s
#define PEAK_CHAINS_2D                                                                             \
    v8.2d, v9.2d, v10.2d, v11.2d, v12.2d, v13.2d, v14.2d, v15.2d, v16.2d, v17.2d, v18.2d,          \
    v19.2d, v20.2d, v21.2d, v22.2d, v23.2d, v24.2d, v25.2d, v26.2d, v27.2d, v28.2d, v29.2d,        \
    v30.2d, v31.2d

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
