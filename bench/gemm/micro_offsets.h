/* Where assembly finds the members of cb_gemm_tile, in words of a pointer's size. */
#ifndef CB_BENCH_GEMM_MICRO_OFFSETS_H
#define CB_BENCH_GEMM_MICRO_OFFSETS_H

#if defined(__arm__)
#define CB_TILE_WORD 4
#else
#define CB_TILE_WORD 8
#endif

#define CB_TILE_A            (0 * CB_TILE_WORD)
#define CB_TILE_B            (1 * CB_TILE_WORD)
#define CB_TILE_C            (2 * CB_TILE_WORD)
#define CB_TILE_K            (3 * CB_TILE_WORD)
#define CB_TILE_A_ROW_BYTES  (4 * CB_TILE_WORD)
#define CB_TILE_A_STEP_BYTES (5 * CB_TILE_WORD)
#define CB_TILE_B_STEP_BYTES (6 * CB_TILE_WORD)
#define CB_TILE_C_ROW_BYTES  (7 * CB_TILE_WORD)
#define CB_TILE_M            (8 * CB_TILE_WORD)
#define CB_TILE_N            (9 * CB_TILE_WORD)
#define CB_TILE_ACCUMULATE   (10 * CB_TILE_WORD)
#define CB_TILE_NEXT_A       (11 * CB_TILE_WORD)
#define CB_TILE_NEXT_B       (12 * CB_TILE_WORD)
#define CB_TILE_B_PRODUCTS   (13 * CB_TILE_WORD)
#define CB_TILE_START        (14 * CB_TILE_WORD)
#define CB_TILE_TILES        (16 * CB_TILE_WORD)
#define CB_TILE_LOWER_TILES  (17 * CB_TILE_WORD)
#define CB_TILE_FETCH        (18 * CB_TILE_WORD)
#define CB_TILE_FETCH_STEP   (19 * CB_TILE_WORD)
#define CB_TILE_FETCH_ROWS   (20 * CB_TILE_WORD)

#endif
