#include "bench/gemm/vec_u8s8_vnni.h"

enum { ROWS = 14, VECTORS = 2 };

#include "bench/gemm/tile_x86_64.h"

void gemm_u8s8_14x32__vnni(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
