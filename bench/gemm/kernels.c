#include "bench/gemm/micro.h"
#include "bench/gemm/micro_offsets.h"

#define CB_GEMM(name, isa, dtype, core, mr, nr, kr_a, kr_b, direct, oracle)                        \
    cb_gemm_micro_fn name;                                                                         \
    cb_gemm_oracle_fn oracle;
#include "bench/gemm/kernels.inc"
#undef CB_GEMM

const cb_gemm_kernel cb_gemm_kernels[] = {
#define CB_GEMM(name, isa, dtype, core, mr, nr, kr_a, kr_b, direct, oracle)                        \
    {#name, CB_ISA_##isa, dtype, CB_GEMM_##core, mr, nr, kr_a, kr_b, direct, name, oracle, #oracle},
#include "bench/gemm/kernels.inc"
#undef CB_GEMM
};

const size_t cb_gemm_kernel_count = sizeof cb_gemm_kernels / sizeof *cb_gemm_kernels;

#define HELD(member, offset)                                                                       \
    _Static_assert(offsetof(cb_gemm_tile, member) == (offset), "micro_offsets.h: " #member)
HELD(a, CB_TILE_A);
HELD(b, CB_TILE_B);
HELD(c, CB_TILE_C);
HELD(k, CB_TILE_K);
HELD(a_row_bytes, CB_TILE_A_ROW_BYTES);
HELD(a_step_bytes, CB_TILE_A_STEP_BYTES);
HELD(b_step_bytes, CB_TILE_B_STEP_BYTES);
HELD(c_row_bytes, CB_TILE_C_ROW_BYTES);
HELD(m, CB_TILE_M);
HELD(n, CB_TILE_N);
HELD(accumulate, CB_TILE_ACCUMULATE);
HELD(next_a, CB_TILE_NEXT_A);
HELD(next_b, CB_TILE_NEXT_B);
HELD(b_products, CB_TILE_B_PRODUCTS);
HELD(start, CB_TILE_START);
HELD(tiles, CB_TILE_TILES);
HELD(lower_tiles, CB_TILE_LOWER_TILES);
HELD(fetch, CB_TILE_FETCH);
HELD(fetch_step_bytes, CB_TILE_FETCH_STEP);
HELD(fetch_rows, CB_TILE_FETCH_ROWS);
