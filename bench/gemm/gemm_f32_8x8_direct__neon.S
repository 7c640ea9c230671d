/* void gemm_f32_8x8_direct__neon(const cb_gemm_tile *tile);
 *
 * C of 8 x 8 float32 from operands where they lie: for products too small to pay for packing.
 * Four steps of k come as one vector of each row of A, whose elements multiply rows of B.
 * Columns 5 to 7 of a narrow tile: the second vector starts n - 4 columns in, so it overlaps the
 * first and equals it there. Rows past m repeat the last one and are not written.
 * Registers as in gemm_aarch64.h, but x0 the second vector's distance in bytes, x1 a_step_bytes, x9
 * to x16 rows of A, x17 b_step_bytes; row i of C in v(16 + 2i), v(17 + 2i), of A in v(i), step s of
 * B in v(8 + 2s), v(9 + 2s).
 * One iteration: 4 steps, 64 FMLAs, 8 LDR of A, 8 LDR and 4 pointers of B, 2 of the loop; 512
 * operations. The last four steps load nothing beyond them; what is left goes step by step, and so
 * do packed panels of A. */
#include "bench/gemm/gemm_aarch64.h"

.macro row i, lane, b0, b1, c0, c1
    fmla v\c0\().4s, v\b0\().4s, v\i\().s[\lane]
    fmla v\c1\().4s, v\b1\().4s, v\i\().s[\lane]
.endm

.macro rows_4 lane, b0, b1
    row 0, \lane, \b0, \b1, 16, 17
    row 1, \lane, \b0, \b1, 18, 19
    row 2, \lane, \b0, \b1, 20, 21
    row 3, \lane, \b0, \b1, 22, 23
.endm

.macro rows_8 lane, b0, b1
    rows_4 \lane, \b0, \b1
    row 4, \lane, \b0, \b1, 24, 25
    row 5, \lane, \b0, \b1, 26, 27
    row 6, \lane, \b0, \b1, 28, 29
    row 7, \lane, \b0, \b1, 30, 31
.endm

/* The next row of B. */
.macro load_b b0, b1
    ldr q\b0, [x2]
    ldr q\b1, [x2, x0]
    add x2, x2, x17
.endm

.macro load_b_4
    load_b 8, 9
    load_b 10, 11
    load_b 12, 13
    load_b 14, 15
.endm

.macro load_a_4
    ldr q0, [x9], #16
    ldr q1, [x10], #16
    ldr q2, [x11], #16
    ldr q3, [x12], #16
.endm

/* The first \n (1 to 4) elements of the next row of B. */
.macro load_narrow b, n
    .if \n == 4
    ldr q\b, [x2]
    .elseif \n == 1
    ldr s\b, [x2]
    .else
    ldr d\b, [x2]
    .endif
    .if \n == 3
    add x0, x2, #8
    ld1 {v\b\().s}[2], [x0]
    .endif
    add x2, x2, x17
.endm

.macro narrow_step lane, b
    fmla v16.4s, v\b\().4s, v0.s[\lane]
    fmla v18.4s, v\b\().4s, v1.s[\lane]
    fmla v20.4s, v\b\().4s, v2.s[\lane]
    fmla v22.4s, v\b\().4s, v3.s[\lane]
    fmla v24.4s, v\b\().4s, v4.s[\lane]
    fmla v26.4s, v\b\().4s, v5.s[\lane]
    fmla v28.4s, v\b\().4s, v6.s[\lane]
    fmla v30.4s, v\b\().4s, v7.s[\lane]
.endm

/* One step of each row of A, as packed panels have it too. */
.macro load_a_step
    ld1r {v0.4s}, [x9], x1
    ld1r {v1.4s}, [x10], x1
    ld1r {v2.4s}, [x11], x1
    ld1r {v3.4s}, [x12], x1
    ld1r {v4.4s}, [x13], x1
    ld1r {v5.4s}, [x14], x1
    ld1r {v6.4s}, [x15], x1
    ld1r {v7.4s}, [x16], x1
.endm

/* All of k for a tile of \n columns, 1 to 4. */
.macro narrow n
    cmp x1, #4
    b.ne 3f
    subs x3, x3, #4
    b.lo 2f
1:
    load_a_4
    ldr q4, [x13], #16
    ldr q5, [x14], #16
    ldr q6, [x15], #16
    ldr q7, [x16], #16
    load_narrow 8, \n
    load_narrow 10, \n
    load_narrow 12, \n
    load_narrow 14, \n
    narrow_step 0, 8
    narrow_step 1, 10
    narrow_step 2, 12
    narrow_step 3, 14
    subs x3, x3, #4
    b.hs 1b
2:
    add x3, x3, #4
3:
    cbz x3, 40f
4:
    load_a_step
    load_narrow 8, \n
    narrow_step 0, 8
    subs x3, x3, #1
    b.ne 4b
    b 40f
.endm

/* \next is the row of A behind \row, or \row itself when \count rows are all. */
.macro next_row row, next, count, row_bytes
    add \next, \row, \row_bytes
    cmp x6, #\count
    csel \next, \next, \row, hi
.endm

/* One row of C: two vectors, x0 bytes apart. */
.macro write_row c0, c1
    cbz x8, 7f
    ldr q0, [x4]
    ldr q1, [x4, x0]
    fadd v\c0\().4s, v\c0\().4s, v0.4s
    fadd v\c1\().4s, v\c1\().4s, v1.4s
7:
    str q\c0, [x4]
    str q\c1, [x4, x0]
    add x4, x4, x5
.endm

CB_FUNCTION(gemm_f32_8x8_direct__neon)
    gemm_enter
    gemm_zero_16
    gemm_prefetch_c
    ldp x2, x17, [x0, #CB_TILE_A_ROW_BYTES]
    mov x9, x1
    mov x1, x17
    next_row x9, x10, 1, x2
    next_row x10, x11, 2, x2
    next_row x11, x12, 3, x2
    next_row x12, x13, 4, x2
    next_row x13, x14, 5, x2
    next_row x14, x15, 6, x2
    next_row x15, x16, 7, x2
    ldr x17, [x0, #CB_TILE_B_STEP_BYTES]
    ldr x2, [x0, #CB_TILE_B]
    sub x0, x7, #4
    lsl x0, x0, #2
    cbz x3, 40f
    cmp x7, #4
    b.ls 30f
    cmp x1, #4
    b.ne 23f
    cmp x6, #4
    b.ls 20f

    /* 5 to 8 rows, 5 to 8 columns */
    subs x3, x3, #4
    b.lo 22f
    load_a_4
    ldr q4, [x13], #16
    ldr q5, [x14], #16
    ldr q6, [x15], #16
    ldr q7, [x16], #16
    load_b_4
    subs x3, x3, #4
    b.lo 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    rows_8 0, 8, 9
    load_b 8, 9
    rows_8 1, 10, 11
    load_b 10, 11
    rows_8 2, 12, 13
    load_b 12, 13
    row 0, 3, 14, 15, 16, 17
    ldr q0, [x9], #16
    row 1, 3, 14, 15, 18, 19
    ldr q1, [x10], #16
    row 2, 3, 14, 15, 20, 21
    ldr q2, [x11], #16
    row 3, 3, 14, 15, 22, 23
    ldr q3, [x12], #16
    row 4, 3, 14, 15, 24, 25
    ldr q4, [x13], #16
    row 5, 3, 14, 15, 26, 27
    ldr q5, [x14], #16
    row 6, 3, 14, 15, 28, 29
    ldr q6, [x15], #16
    row 7, 3, 14, 15, 30, 31
    ldr q7, [x16], #16
    load_b 14, 15
    subs x3, x3, #4
    b.hs 1b
    # LLVM-MCA-END
2:
    rows_8 0, 8, 9
    rows_8 1, 10, 11
    rows_8 2, 12, 13
    rows_8 3, 14, 15
    b 22f

    /* 1 to 4 rows, 5 to 8 columns */
20:
    subs x3, x3, #4
    b.lo 22f
21:
    load_a_4
    load_b_4
    rows_4 0, 8, 9
    rows_4 1, 10, 11
    rows_4 2, 12, 13
    rows_4 3, 14, 15
    subs x3, x3, #4
    b.hs 21b

    /* The rest, 0 to 3 steps, or all of a packed panel of A */
22:
    adds x3, x3, #4
    b.eq 40f
23:
    load_a_step
    load_b 8, 9
    rows_8 0, 8, 9
    subs x3, x3, #1
    b.ne 23b
    b 40f

    /* 1 to 4 columns */
30:
    cmp x7, #2
    b.lo 31f
    b.eq 32f
    cmp x7, #3
    b.eq 33f
    narrow 4
31:
    narrow 1
32:
    narrow 2
33:
    narrow 3

    /* Writes the tile. */
40:
    cmp x7, #4
    b.ls 50f
    write_row 16, 17
    gemm_rows_end 1, 60f
    write_row 18, 19
    gemm_rows_end 2, 60f
    write_row 20, 21
    gemm_rows_end 3, 60f
    write_row 22, 23
    gemm_rows_end 4, 60f
    write_row 24, 25
    gemm_rows_end 5, 60f
    write_row 26, 27
    gemm_rows_end 6, 60f
    write_row 28, 29
    gemm_rows_end 7, 60f
    write_row 30, 31
    b 60f
50:
    gemm_spill_16
    gemm_edge_32 fadd, 32
    gemm_spill_end 256
60:
    gemm_leave
CB_FUNCTION_END(gemm_f32_8x8_direct__neon)
