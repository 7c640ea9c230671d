#include "bench/conv/vec_f32_avx2.h"

#include "bench/conv/depthwise_tile_vec.h"

void depthwise_tile_f32__avx2(const cb_conv_depthwise_tile *tile)
{
    cb_depthwise_tile(tile);
}
