#include "bench/gemm/vec_f64_avx512.h"

enum { ROWS = 14, VECTORS = 2 };

#include "bench/gemm/tile_x86_64.h"

void gemm_f64_14x16__avx512(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
