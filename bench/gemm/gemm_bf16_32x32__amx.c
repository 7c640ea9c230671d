#include <immintrin.h>

#define MULTIPLY(c, a, b) _tile_dpbf16ps(c, a, b)

enum { ELEMENT_BYTES = 2 };

#include "bench/gemm/tile_amx.h"

void gemm_bf16_32x32__amx(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
