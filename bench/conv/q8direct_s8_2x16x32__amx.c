#include <immintrin.h>

#define MULTIPLY(c, a, b) _tile_dpbssd(c, a, b)

#include "bench/conv/q8direct_amx.h"

void q8direct_s8_2x16x32__amx(const cb_q8_tile *tile)
{
    q8_direct(tile);
}
