/* void gemm_u8s8_8x12__dotprod(const cb_gemm_tile *tile);
 *
 * C of 8 x 12 int32 from uint8 (A) and int8 (B): A - 128 is int8, and what that takes from C, 128
 * times the sums of B's columns, is put there first, in a loop over B alone. Exact. Registers as in
 * tile_8x12_aarch64.h; v7 holds 128 in each byte.
 * One iteration: 16 steps, 96 SDOTs, 8 EOR, 4 LDP of A, 12 LDR of B, 2 PRFM, 2 pointers, 2 of the
 * loop; 3072 operations. The last steps, 4 to 16, load nothing beyond the panels.
 * Tiles of up to 4 rows, 8 or 4 columns have loops that compute no more than that. */
#include "bench/gemm/tile_8x12_aarch64.h"

.macro mac c, b, a, lane
    sdot v\c\().4s, v\b\().16b, v\a\().4b[\lane]
.endm

.macro ready a0, a1
    eor v\a0\().16b, v\a0\().16b, v7.16b
    eor v\a1\().16b, v\a1\().16b, v7.16b
.endm

.macro copy_row c0, c1, c2
    mov v\c0\().16b, v8.16b
    mov v\c1\().16b, v9.16b
    mov v\c2\().16b, v10.16b
.endm

CB_FUNCTION(gemm_u8s8_8x12__dotprod)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    add x3, x3, #3
    lsr x3, x3, #2
    cbz x3, 40f

    /* -128 times the columns' sums, with the sign turned, in each row */
    movi v7.16b, #128
    mov x9, x2
    mov x10, x3
5:
    ldp q4, q5, [x9], #48
    ldr q6, [x9, #-16]
    sdot v8.4s, v4.16b, v7.16b
    sdot v9.4s, v5.16b, v7.16b
    sdot v10.4s, v6.16b, v7.16b
    subs x10, x10, #1
    b.ne 5b
    neg v8.4s, v8.4s
    neg v9.4s, v9.4s
    neg v10.4s, v10.4s
    copy_row 11, 12, 13
    copy_row 14, 15, 16
    copy_row 17, 18, 19
    copy_row 20, 21, 22
    copy_row 23, 24, 25
    copy_row 26, 27, 28
    copy_row 29, 30, 31

    cmp x6, #4
    ccmp x7, #8, #0, hi
    b.ls 10f

    load_step
    subs x3, x3, #5
    b.lo 2f
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step 0, 1, 2, 3, 0, 0
    prfm pldl1keep, [x1, #512]
    step 2, 3, 0, 1, 32, 48
    subs x3, x3, #4
    step 0, 1, 2, 3, 64, 96
    prfm pldl1keep, [x1, #576]
    step 2, 3, 0, 1, 96, 144
    add x1, x1, #128
    add x2, x2, #192
    b.hs 1b
    # LLVM-MCA-END
2:
    adds x3, x3, #4
    b.eq 4f
3:
    last_step
    load_step
    subs x3, x3, #1
    b.ne 3b
4:
    last_step
    b 40f
10:
    narrow_tile 40f

    /* Writes the tile. */
40:
    cmp x7, #12
    b.ne 50f
    gemm_rows_8x3 add, 4s, 60f
    b 60f
50:
    gemm_spill_24
    gemm_edge_32 add, 48
    gemm_spill_end 384
60:
    gemm_leave
CB_FUNCTION_END(gemm_u8s8_8x12__dotprod)
