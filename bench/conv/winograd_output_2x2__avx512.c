#include "bench/conv/vec_f32_avx512.h"
#include "bench/conv/winograd_vec.h"

void winograd_output_2x2__avx512(const cb_conv_winograd_tile *tile)
{
    cb_winograd_output_tile_2(tile);
}
