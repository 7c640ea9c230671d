#include "bench/gemm/vec_f64_sse2.h"

enum { ROWS = 4, VECTORS = 2 };

#include "bench/gemm/tile_x86_64.h"

void gemm_f64_4x4__sse2(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
