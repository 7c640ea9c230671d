#include "bench/conv/kernel.h"

void pick2_f32__scalar(const float *from, size_t from_stride, float *to, size_t to_stride,
                       size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            to[i * to_stride + j] = from[i * from_stride + 2 * j];
}
