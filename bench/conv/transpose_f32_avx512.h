/* Transposing 16 x 16 floats at a time. Static, for the files that include it. */
#ifndef CB_BENCH_CONV_TRANSPOSE_F32_AVX512_H
#define CB_BENCH_CONV_TRANSPOSE_F32_AVX512_H

#include <immintrin.h>
#include <stddef.h>

enum { SIDE = 16 };

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

INLINE __mmask16 first(size_t count)
{
    return (__mmask16)(count >= SIDE ? 0xffff : (1u << count) - 1);
}

/* 16 columns of one row, `step` (1 or 2) apart; those past `columns` read as zero. */
INLINE __m512 load_row(const float *from, size_t columns, size_t step)
{
    if (step == 1)
        return columns == SIDE ? _mm512_loadu_ps(from)
                               : _mm512_maskz_loadu_ps(first(columns), from);
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const size_t span = 2 * columns - 1;
    __m512 low = _mm512_maskz_loadu_ps(first(span), from);
    __m512 high = _mm512_maskz_loadu_ps(span > SIDE ? first(span - SIDE) : 0, from + SIDE);
    return _mm512_permutex2var_ps(low, even, high);
}

/* 64 shuffles: pairs, fours, then quarters of registers. */
INLINE void transpose(__m512 r[SIDE])
{
    __m512 t[SIDE];
    UNROLL for (size_t i = 0; i < SIDE; i += 2)
    {
        t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
    }
    UNROLL for (size_t i = 0; i < SIDE; i += 4)
    {
        r[i] = _mm512_shuffle_ps(t[i], t[i + 2], 0x44);
        r[i + 1] = _mm512_shuffle_ps(t[i], t[i + 2], 0xee);
        r[i + 2] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0x44);
        r[i + 3] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0xee);
    }
    UNROLL for (size_t i = 0; i < 4; i++)
    {
        t[i] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_f32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_f32x4(r[i + 8], r[i + 12], 0xdd);
    }
    UNROLL for (size_t i = 0; i < 4; i++)
    {
        r[i] = _mm512_shuffle_f32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_f32x4(t[i], t[i + 8], 0xdd);
        r[i + 4] = _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0x88);
        r[i + 12] = _mm512_shuffle_f32x4(t[i + 4], t[i + 12], 0xdd);
    }
}

/* Up to 16 x 16; whoever passes constants gets a loop-free piece. */
INLINE void transpose_block(const float *from, size_t from_stride, size_t step, float *to,
                            size_t to_stride, size_t rows, size_t columns)
{
    __m512 r[SIDE];
    UNROLL for (size_t i = 0; i < SIDE; i++) r[i] =
        i < rows ? load_row(from + i * from_stride, columns, step) : _mm512_setzero_ps();
    transpose(r);
    UNROLL for (size_t j = 0; j < SIDE; j++)
    {
        if (j < columns)
            _mm512_mask_storeu_ps(to + j * to_stride, first(rows), r[j]);
    }
}

INLINE void transpose_all(const float *from, size_t from_stride, size_t step, float *to,
                          size_t to_stride, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i += SIDE)
        for (size_t j = 0; j < columns; j += SIDE) {
            const size_t height = rows - i < SIDE ? rows - i : SIDE;
            const size_t width = columns - j < SIDE ? columns - j : SIDE;
            const float *block = from + i * from_stride + j * step;
            float *at = to + j * to_stride + i;
            if (height == SIDE && width == SIDE)
                transpose_block(block, from_stride, step, at, to_stride, SIDE, SIDE);
            else if (height == SIDE)
                transpose_block(block, from_stride, step, at, to_stride, SIDE, width);
            else
                transpose_block(block, from_stride, step, at, to_stride, height, width);
        }
}

#endif
