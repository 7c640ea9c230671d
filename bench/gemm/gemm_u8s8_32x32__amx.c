#include <immintrin.h>

#define MULTIPLY(c, a, b) _tile_dpbusd(c, a, b)

enum { ELEMENT_BYTES = 1 };

#include "bench/gemm/tile_amx.h"

void gemm_u8s8_32x32__amx(const cb_gemm_tile *tile)
{
    tile_run(tile);
}
