#include "bench/conv/kernel.h"

#include <immintrin.h>
#include <stdint.h>

/* Vectors of 16 neighbouring pixels; columns in the padding, or past the image, are masked and read
 * as zero. Seven rows at once: an input row, loaded at its three shifts, serves three of them. */

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { ROWS = 7, LANES = 16, SIDE = 3 };

/* Bits of the columns [at, at + LANES) that lie in [0, w). */
static __mmask16 inside(ptrdiff_t at, size_t w)
{
    const ptrdiff_t end = (ptrdiff_t)w - at;
    const uint32_t below = end <= 0 ? 0 : end >= LANES ? 0xffff : (1u << end) - 1;
    const uint32_t from = at >= 0 ? 0xffff : at <= -LANES ? 0 : 0xffffu << -at;
    return (__mmask16)(below & from);
}

/* What is loaded of a row: its columns at three shifts for stride 1; for stride 2, two vectors at
 * the first shift and two at the third. */
typedef struct {
    ptrdiff_t at[4];
    __mmask16 mask[4];
} spans;

INLINE spans spans_of(const cb_conv_depthwise_plane *p, size_t x, int stride)
{
    spans s;
    const ptrdiff_t first = (ptrdiff_t)(x * (size_t)stride) - (ptrdiff_t)p->pad;
    for (int i = 0; i < 4; i++) {
        s.at[i] = first + (stride == 1 ? i : i / 2 * 2 + i % 2 * LANES);
        s.mask[i] = inside(s.at[i], p->w);
    }
    return s;
}

INLINE void load_taps(const float *row, const spans *s, int stride, __m512 tap[SIDE])
{
    if (stride == 1) {
        UNROLL for (int i = 0; i < SIDE; i++) tap[i] =
            _mm512_maskz_loadu_ps(s->mask[i], row + s->at[i]);
        return;
    }
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    const __m512 low = _mm512_maskz_loadu_ps(s->mask[0], row + s->at[0]);
    const __m512 high = _mm512_maskz_loadu_ps(s->mask[1], row + s->at[1]);
    tap[0] = _mm512_permutex2var_ps(low, even, high);
    tap[1] = _mm512_permutex2var_ps(low, odd, high);
    tap[2] = _mm512_permutex2var_ps(_mm512_maskz_loadu_ps(s->mask[2], row + s->at[2]), even,
                                    _mm512_maskz_loadu_ps(s->mask[3], row + s->at[3]));
}

/* Up to seven rows of one vector's columns. */
INLINE void compute(const cb_conv_depthwise_plane *p, const __m512 w[SIDE * SIDE], const spans *s,
                    size_t y, size_t x, int stride)
{
    __m512 sums[ROWS];
    UNROLL for (int i = 0; i < ROWS; i++) sums[i] = _mm512_setzero_ps();
    UNROLL for (int j = 0; j < (ROWS - 1) * stride + SIDE; j++)
    {
        const size_t iy = y * (size_t)stride + (size_t)j - p->pad;
        if (iy < p->h) { /* one that is below zero is above everything */
            __m512 tap[SIDE];
            load_taps(p->input + iy * p->w, s, stride, tap);
            UNROLL for (int i = 0; i < ROWS; i++)
            {
                const int ky = j - i * stride;
                if (ky >= 0 && ky < SIDE)
                    UNROLL for (int kx = 0; kx < SIDE; kx++) sums[i] =
                        _mm512_fmadd_ps(tap[kx], w[ky * SIDE + kx], sums[i]);
            }
        }
    }
    const __mmask16 mask = inside((ptrdiff_t)x, p->out_w);
    float *to = p->output + y * p->out_w + x;
    UNROLL for (size_t i = 0; i < ROWS; i++)
    {
        if (y + i < p->out_h)
            _mm512_mask_storeu_ps(to + i * p->out_w, mask, sums[i]);
    }
}

INLINE void run(const cb_conv_depthwise_plane *p, int stride)
{
    __m512 w[SIDE * SIDE];
    UNROLL for (int i = 0; i < SIDE * SIDE; i++) w[i] = _mm512_set1_ps(p->weights[i]);
    for (size_t x = 0; x < p->out_w; x += LANES) {
        const spans s = spans_of(p, x, stride);
        for (size_t y = 0; y < p->out_h; y += ROWS)
            compute(p, w, &s, y, x, stride);
    }
}

void depthwise_plane_f32__avx512(const cb_conv_depthwise_plane *plane)
{
    if (plane->stride == 1)
        run(plane, 1);
    else
        run(plane, 2);
}
