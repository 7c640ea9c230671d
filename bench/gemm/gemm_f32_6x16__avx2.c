#include "bench/gemm/vec_f32_avx2.h"

enum { ROWS = 6, VECTORS = 2 };

#include "bench/gemm/tile_x86_64.h"

void gemm_f32_6x16__avx2(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
