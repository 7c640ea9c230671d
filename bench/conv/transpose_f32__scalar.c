#include "bench/conv/kernel.h"

/* In squares, so that both sides stay within a few cache lines. */
void transpose_f32__scalar(const float *from, size_t from_stride, float *to, size_t to_stride,
                           size_t rows, size_t columns)
{
    enum { SIDE = 8 };
    for (size_t i0 = 0; i0 < rows; i0 += SIDE)
        for (size_t j0 = 0; j0 < columns; j0 += SIDE)
            for (size_t j = j0; j < columns && j < j0 + SIDE; j++)
                for (size_t i = i0; i < rows && i < i0 + SIDE; i++)
                    to[j * to_stride + i] = from[i * from_stride + j];
}
