/* The 8 x 12 tile of matrix instructions (SMMLA, USMMLA, BFMMLA): 2 x 2 elements of C in a vector,
 * 8 bytes of k of two rows of A, or two columns of B, in another.
 * A kernel defines `mac c, a, b` (accumulator c += a times b transposed), and counts x3 in groups
 * of 8 bytes of k, 64 bytes of A and 96 of B each.
 *
 * Registers as in gemm_aarch64.h: rows 2r, 2r + 1 of A in v(r); columns 2c, 2c + 1 of B in turn in
 * v4 to v7; their block of C in v(8 + 6r + c), until mmla_rows makes it rows: row i in v(8 + 3i) to
 * v(10 + 3i). */
/* clang-format off */
#ifndef CB_BENCH_GEMM_TILE_MMLA_AARCH64_H
#define CB_BENCH_GEMM_TILE_MMLA_AARCH64_H

#include "bench/gemm/gemm_aarch64.h"

/* All rows times two columns of B. */
.macro columns b, c0, c1, c2, c3
    mac \c0, 0, \b
    mac \c1, 1, \b
    mac \c2, 2, \b
    mac \c3, 3, \b
.endm

/* One group whose B starts in \b0, goes on in \b1, \b2, \b3, \b0, \b1, and is followed by the next
 * one's: four columns from \ob, two pairs of columns later; its A at \oa. */
.macro group b0, b1, b2, b3, oa, ob
    columns \b0, 8, 14, 20, 26
    ldr q\b0, [x2, #\ob]
    columns \b1, 9, 15, 21, 27
    ldr q\b1, [x2, #\ob + 16]
    columns \b2, 10, 16, 22, 28
    ldr q\b2, [x2, #\ob + 32]
    columns \b3, 11, 17, 23, 29
    ldr q\b3, [x2, #\ob + 48]
    columns \b0, 12, 18, 24, 30
    ldr q\b0, [x2, #\ob + 64]
    mac 13, 0, \b1
    ldr q0, [x1, #\oa]
    mac 19, 1, \b1
    ldr q1, [x1, #\oa + 16]
    mac 25, 2, \b1
    ldr q2, [x1, #\oa + 32]
    mac 31, 3, \b1
    ldr q3, [x1, #\oa + 48]
    ldr q\b1, [x2, #\ob + 80]
.endm

/* The operands that the first group of a loop finds: all of A, four pairs of columns of B. */
.macro load_first
    ldp q0, q1, [x1]
    ldp q2, q3, [x1, #32]
    ldp q4, q5, [x2]
    ldp q6, q7, [x2, #32]
.endm

/* One group that loads its own operands: \pairs pairs of columns, 2, 4 or 6. */
.macro group_alone pairs
    ldp q0, q1, [x1], #64
    ldp q2, q3, [x1, #-32]
    ldp q4, q5, [x2], #96
    columns 4, 8, 14, 20, 26
    columns 5, 9, 15, 21, 27
    .if \pairs > 2
    ldp q6, q7, [x2, #32 - 96]
    columns 6, 10, 16, 22, 28
    columns 7, 11, 17, 23, 29
    .endif
    .if \pairs > 4
    ldp q4, q5, [x2, #64 - 96]
    columns 4, 12, 18, 24, 30
    columns 5, 13, 19, 25, 31
    .endif
.endm

/* The same for rows 0 to 3 alone. */
.macro rows_alone pairs
    ldp q0, q1, [x1], #64
    ldp q4, q5, [x2], #96
    half_columns 4, 8, 14
    half_columns 5, 9, 15
    .if \pairs > 2
    ldp q6, q7, [x2, #32 - 96]
    half_columns 6, 10, 16
    half_columns 7, 11, 17
    .endif
    .if \pairs > 4
    ldp q4, q5, [x2, #64 - 96]
    half_columns 4, 12, 18
    half_columns 5, 13, 19
    .endif
.endm

.macro half_columns b, c0, c1
    mac \c0, 0, \b
    mac \c1, 1, \b
.endm

.macro narrow_loop what, pairs, done
8:
    \what \pairs
    subs x3, x3, #1
    b.ne 8b
    b \done
.endm

/* All of k for a tile of at most 4 rows or 8 columns; each way ends at \done. */
.macro narrow_tile done
    cmp x6, #4
    b.ls 20f
    cmp x7, #4
    b.ls 12f
    narrow_loop group_alone, 4, \done
12:
    narrow_loop group_alone, 2, \done
20:
    cmp x7, #4
    b.ls 23f
    cmp x7, #8
    b.ls 22f
    narrow_loop rows_alone, 6, \done
22:
    narrow_loop rows_alone, 4, \done
23:
    narrow_loop rows_alone, 2, \done
.endm

/* Two rows out of their blocks. */
.macro two_rows c0, c1, c2, c3, c4, c5
    zip2 v0.2d, v\c0\().2d, v\c1\().2d
    zip1 v\c0\().2d, v\c0\().2d, v\c1\().2d
    zip2 v1.2d, v\c2\().2d, v\c3\().2d
    zip1 v\c1\().2d, v\c2\().2d, v\c3\().2d
    zip1 v\c2\().2d, v\c4\().2d, v\c5\().2d
    zip2 v\c5\().2d, v\c4\().2d, v\c5\().2d
    mov v\c3\().16b, v0.16b
    mov v\c4\().16b, v1.16b
.endm

.macro mmla_rows
    two_rows 8, 9, 10, 11, 12, 13
    two_rows 14, 15, 16, 17, 18, 19
    two_rows 20, 21, 22, 23, 24, 25
    two_rows 26, 27, 28, 29, 30, 31
.endm

#endif
