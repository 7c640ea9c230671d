#include "bench/gemm/vec_f64_avx512.h"

enum { ROWS = 8, VECTORS = 3 };

#include "bench/gemm/tile_x86_64.h"

void gemm_f64_8x24__avx512(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
