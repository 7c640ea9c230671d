#include "bench/gemm/vec_u8s8_avxvnni.h"

enum { ROWS = 6, VECTORS = 2 };

#include "bench/gemm/tile_x86_64.h"

void gemm_u8s8_6x16__avxvnni(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
