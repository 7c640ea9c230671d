#include "bench/gemm/vec_f64_avx2.h"

enum { ROWS = 6, VECTORS = 2 };

#include "bench/gemm/tile_x86_64.h"

void gemm_f64_6x8__avx2(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
