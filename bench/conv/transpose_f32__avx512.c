#include "bench/conv/kernel.h"

#include <immintrin.h>

enum { SIDE = 16 };

/* Up to 16 rows of up to 16 columns; those that are not there read as zero. */
static inline void load(const float *from, size_t stride, size_t rows, __mmask16 columns,
                        __m512 r[SIDE])
{
    for (size_t i = 0; i < SIDE; i++)
        r[i] = i < rows ? _mm512_maskz_loadu_ps(columns, from + i * stride) : _mm512_setzero_ps();
}

static inline void store(float *to, size_t stride, size_t columns, __mmask16 rows,
                         const __m512 r[SIDE])
{
    for (size_t j = 0; j < columns; j++)
        _mm512_mask_storeu_ps(to + j * stride, rows, r[j]);
}

/* 16 x 16 in 64 shuffles: pairs, fours, then quarters of registers. */
static inline void transpose(__m512 r[SIDE])
{
    __m512 t[SIDE];
    for (size_t i = 0; i < SIDE; i += 2) {
        t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
    }
    for (size_t i = 0; i < SIDE; i += 4) {
        r[i] = _mm512_shuffle_ps(t[i], t[i + 2], 0x44);
        r[i + 1] = _mm512_shuffle_ps(t[i], t[i + 2], 0xee);
        r[i + 2] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0x44);
        r[i + 3] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0xee);
    }
    for (size_t i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for (size_t i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_f32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_f32x4(t[i], t[i + 8], 0xdd);
        r[i + 4] = _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0x88);
        r[i + 12] = _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0xdd);
    }
}

static __mmask16 first(size_t count)
{
    return (__mmask16)(count >= SIDE ? 0xffff : (1u << count) - 1);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void transpose_f32__avx512(const float *from, size_t from_stride, float *to, size_t to_stride,
                           size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i += SIDE)
        for (size_t j = 0; j < columns; j += SIDE) {
            __m512 r[SIDE];
            size_t height = least(rows - i, SIDE), width = least(columns - j, SIDE);
            const float *block = from + i * from_stride + j;
            if (height == SIDE)
                load(block, from_stride, SIDE, first(width), r);
            else
                load(block, from_stride, height, first(width), r);
            transpose(r);
            store(to + j * to_stride + i, to_stride, width, first(height), r);
        }
}
