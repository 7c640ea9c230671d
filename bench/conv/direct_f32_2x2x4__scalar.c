#include "bench/conv/direct_scalar.h"

void direct_f32_2x2x4__scalar(const cb_conv_tile *tile)
{
    cb_direct_tile(tile, 2);
}
