#include "bench/conv/kernel.h"
#include "bench/conv/transpose_f32_avx512.h"

void transpose2_f32__avx512(const float *from, size_t from_stride, float *to, size_t to_stride,
                            size_t rows, size_t columns)
{
    transpose_all(from, from_stride, 2, to, to_stride, rows, columns);
}
