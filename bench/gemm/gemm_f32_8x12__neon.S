/* void gemm_f32_8x12__neon(const cb_gemm_tile *tile);
 *
 * C of 8 x 12 float32 for out-of-order cores: rows of A by element, B in vectors. Registers as in
 * tile_8x12_aarch64.h. Every load is issued at least 8 FMLAs before its use.
 * One iteration: 4 steps, 96 FMLAs, 4 LDP of A, 12 LDR of B, 2 PRFM, 2 pointers, 2 of the
 * loop; 768 operations. The last steps, 1 to 4, load nothing beyond the panels.
 * Tiles of up to 4 rows, 8 or 4 columns have loops that compute no more than that. */
#include "bench/gemm/tile_8x12_aarch64.h"

.macro mac c, b, a, lane
    fmla v\c\().4s, v\b\().4s, v\a\().s[\lane]
.endm

.macro ready a0, a1
.endm

CB_FUNCTION(gemm_f32_8x12__neon)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    cbz x3, 40f
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
    gemm_rows_8x3 fadd, 4s, 60f
    b 60f
50:
    gemm_spill_24
    gemm_edge_32 fadd, 48
    gemm_spill_end 384
60:
    gemm_leave
CB_FUNCTION_END(gemm_f32_8x12__neon)
