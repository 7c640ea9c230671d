#define WIDEN _mm256_cvtepi8_epi16

#include "bench/gemm/tile_s16_avx2.h"

void gemm_s8_6x16__avx2(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
