#define WIDEN _mm256_cvtepu8_epi16

#include "bench/gemm/tile_s16_avx2.h"

void gemm_u8s8_6x16__avx2(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
