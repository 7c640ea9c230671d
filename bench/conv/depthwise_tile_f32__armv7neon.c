#include "bench/conv/vec_f32_armv7neon.h"

#include "bench/conv/depthwise_tile_vec.h"

void depthwise_tile_f32__armv7neon(const cb_conv_depthwise_tile *tile)
{
    cb_depthwise_tile(tile);
}
