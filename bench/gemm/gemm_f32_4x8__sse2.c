#include "bench/gemm/vec_f32_sse2.h"

enum { ROWS = 4, VECTORS = 2 };

#include "bench/gemm/tile_x86_64.h"

void gemm_f32_4x8__sse2(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
