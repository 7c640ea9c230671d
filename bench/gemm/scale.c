#include "bench/gemm/pack.h"

static void scale_f32(float *data, size_t count, float factor)
{
    for (size_t i = 0; i < count; i++)
        data[i] *= factor;
}

static void scale_f64(double *data, size_t count, double factor)
{
    for (size_t i = 0; i < count; i++)
        data[i] *= factor;
}

void cb_gemm_scale(cb_number number, void *data, size_t count, double factor)
{
    if (number == CB_F32)
        scale_f32(data, count, (float)factor);
    else if (number == CB_F64)
        scale_f64(data, count, factor);
    else
        for (size_t i = 0; i < count; i++)
            cb_number_put(number, data, i, factor * cb_number_get(number, data, i));
}
