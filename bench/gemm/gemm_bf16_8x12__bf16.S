/* void gemm_bf16_8x12__bf16(const cb_gemm_tile *tile);
 *
 * C of 8 x 12 float32 from bfloat16, rounded as BFMMLA does.
 * 4 steps of k in a group. Registers as in tile_mmla_aarch64.h.
 * One iteration: 8 steps, 48 BFMMLA, 20 LDR, 2 PRFM, 2 pointers, 2 of the loop; 1536
 * operations. The last groups, 1 or 2, load nothing beyond the panels.
 * Tiles of up to 4 rows, 8 or 4 columns have loops that compute no more than that. */
#include "bench/gemm/tile_mmla_aarch64.h"

.macro mac c, a, b
    bfmmla v\c\().4s, v\a\().8h, v\b\().8h
.endm

CB_FUNCTION(gemm_bf16_8x12__bf16)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    add x3, x3, #3
    lsr x3, x3, #2
    cbz x3, 40f
    cmp x6, #4
    ccmp x7, #8, #0, hi
    b.ls 10f

    subs x3, x3, #3
    b.lo 2f
    load_first
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    group 4, 5, 6, 7, 64, 64
    prfm pldl1keep, [x1, #512]
    prfm pldl1keep, [x1, #576]
    subs x3, x3, #2
    group 6, 7, 4, 5, 128, 160
    add x1, x1, #128
    add x2, x2, #192
    b.hs 1b
    # LLVM-MCA-END
2:
    add x3, x3, #3
3:
    group_alone 6
    subs x3, x3, #1
    b.ne 3b
    b 40f
10:
    narrow_tile 40f

    /* Writes the tile. */
40:
    mmla_rows
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
CB_FUNCTION_END(gemm_bf16_8x12__bf16)
