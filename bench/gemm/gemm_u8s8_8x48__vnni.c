#include "bench/gemm/vec_u8s8_vnni.h"

enum { ROWS = 8, VECTORS = 3 };

#include "bench/gemm/tile_x86_64.h"

void gemm_u8s8_8x48__vnni(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
