#include "bench/conv/vec_f32_scalar.h"

#include "bench/conv/depthwise_vec.h"

void depthwise_f32__scalar(const cb_conv_depthwise_row *row)
{
    cb_depthwise_row(row);
}
