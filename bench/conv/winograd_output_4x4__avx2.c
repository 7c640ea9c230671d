#include "bench/conv/vec_f32_avx2.h"
#include "bench/conv/winograd_vec.h"

void winograd_output_4x4__avx2(const cb_conv_winograd_tile *tile)
{
    cb_winograd_output_tile_4(tile);
}
