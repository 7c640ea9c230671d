#include "bench/conv/vec_f32_scalar.h"
#include "bench/conv/winograd_vec.h"

void winograd_output_4x4__scalar(const cb_conv_winograd_tile *tile)
{
    cb_winograd_output_tile_4(tile);
}
