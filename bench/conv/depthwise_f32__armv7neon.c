#include "bench/conv/vec_f32_armv7neon.h"

#include "bench/conv/depthwise_vec.h"

void depthwise_f32__armv7neon(const cb_conv_depthwise_row *row)
{
    cb_depthwise_row(row);
}
