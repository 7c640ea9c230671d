#include "bench/conv/vec_f32_avx2.h"
#include "bench/conv/winograd_vec.h"

void winograd_input_4x4__avx2(const cb_conv_winograd_tile *tile)
{
    cb_winograd_input_tile_4(tile);
}
