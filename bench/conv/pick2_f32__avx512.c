#include "bench/conv/kernel.h"

#include <immintrin.h>

enum { SIDE = 16 };

static inline __mmask16 first(size_t count)
{
    return (__mmask16)(count >= SIDE ? 0xffff : (1u << count) - 1);
}

/* Up to 16 columns of all rows: nothing behind the last one's element is read. */
static void pick(const float *from, size_t from_stride, float *to, size_t to_stride, size_t rows,
                 size_t columns)
{
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const size_t span = 2 * columns - 1;
    const __mmask16 low = first(span), high = first(span > SIDE ? span - SIDE : 0);
    const __mmask16 kept = first(columns);
    for (size_t i = 0; i < rows; i++, from += from_stride, to += to_stride)
        _mm512_mask_storeu_ps(to, kept,
                              _mm512_permutex2var_ps(_mm512_maskz_loadu_ps(low, from), even,
                                                     _mm512_maskz_loadu_ps(high, from + SIDE)));
}

void pick2_f32__avx512(const float *from, size_t from_stride, float *to, size_t to_stride,
                       size_t rows, size_t columns)
{
    for (size_t j = 0; j < columns; j += SIDE)
        pick(from + 2 * j, from_stride, to + j, to_stride, rows,
             columns - j < SIDE ? columns - j : SIDE);
}
