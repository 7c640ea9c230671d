#include "bench/conv/vec_f32_avx2.h"

#include "bench/conv/depthwise_vec.h"

void depthwise_f32__avx2(const cb_conv_depthwise_row *row)
{
    cb_depthwise_row(row);
}
