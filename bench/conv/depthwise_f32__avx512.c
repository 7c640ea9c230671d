#include "bench/conv/vec_f32_avx512.h"

#include "bench/conv/depthwise_vec.h"

void depthwise_f32__avx512(const cb_conv_depthwise_row *row)
{
    cb_depthwise_row(row);
}
