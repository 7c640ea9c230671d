#include "bench/gemm/vec_u8s8_vnni.h"

enum { ROWS = 9, VECTORS = 3 };

#include "bench/gemm/tile_x86_64.h"

void gemm_u8s8_9x48__vnni(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
