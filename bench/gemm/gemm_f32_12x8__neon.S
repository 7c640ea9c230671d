/* void gemm_f32_12x8__neon(const cb_gemm_tile *tile);
 *
 * C of 12 x 8 float32 for in-order cores: rows of A by element, B in vectors, loads of 64 bits
 * between the FMLAs. Registers and reasons as in tile_12x8_aarch64.h.
 * One iteration: 4 steps, 96 FMLAs, 32 LDR D, 8 LDR X, 8 INS, 2 PRFM, 2 pointers, 2 of the loop;
 * 768 operations. The last steps, 1 to 4, load nothing beyond the panels.
 * Tiles of up to 4 columns, or up to 4 or 8 rows, have loops that compute no more than that. */
#include "bench/gemm/tile_12x8_aarch64.h"

.macro mac c, b, a, lane
    fmla v\c\().4s, v\b\().4s, v\a\().s[\lane]
.endm

CB_FUNCTION(gemm_f32_12x8__neon)
    gemm_enter
    gemm_zero_24
    gemm_prefetch_c
    cbz x3, 40f
    cmp x6, #8
    ccmp x7, #4, #0, hi
    b.ls 10f

    subs x3, x3, #5
    b.lo 3f
    ldr d4, [x1]
    ldr d5, [x1, #8]
    ldr d6, [x1, #16]
    sub x1, x1, #192 - 32
    load_b
    CB_LOOP_ALIGN
    # LLVM-MCA-BEGIN
1:
    step 0, 1, 2, 3, 4, 5, 6, 7, 0, 0, "add x1, x1, #192", "prfm pldl1keep, [x1, #512]"
    step 2, 3, 0, 1, 6, 7, 4, 5, 48, 32
    step 0, 1, 2, 3, 4, 5, 6, 7, 96, 64, "subs x3, x3, #4", "prfm pldl1keep, [x1, #576]"
    step 2, 3, 0, 1, 6, 7, 4, 5, 144, 96, , "add x2, x2, #128"
    b.hs 1b
    # LLVM-MCA-END
    /* What the loop has loaded of the next step is loaded again. */
    add x1, x1, #192 - 32
    sub x2, x2, #32
3:
    add x3, x3, #5
    rest_steps 40f
10:
    narrow_tile 40f

    /* Writes the tile. */
40:
    cmp x7, #8
    b.ne 50f
    gemm_rows_12x2 fadd, 4s, 60f
    b 60f
50:
    gemm_spill_24
    gemm_edge_32 fadd, 32
    gemm_spill_end 384
60:
    gemm_leave
CB_FUNCTION_END(gemm_f32_12x8__neon)
