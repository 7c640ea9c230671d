#include "bench/gemm/vec_f32_avx2.h"

enum { ROWS = 4, VECTORS = 3 };

#include "bench/gemm/tile_x86_64.h"

void gemm_f32_4x24__avx2(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
