#include "bench/conv/kernel.h"

#include <immintrin.h>
#include <stdint.h>

/* Vectors of neighbouring pixels, 16 of stride 1 and 15 of stride 2 (whose 31 inputs two vectors
 * hold); columns in the padding, or past the image, are masked and read as zero. Seven rows at
 * once: an input row, loaded at its three shifts, serves three of them. Where a strip of rows would
 * end below the image, it begins earlier. */

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { ROWS = 7, LANES = 16, SIDE = 3, MOST_TILES = 32 };

/* Bits of the columns [at, at + LANES) that lie in [0, w). */
static __mmask16 inside(ptrdiff_t at, size_t w)
{
    const ptrdiff_t end = (ptrdiff_t)w - at;
    const uint32_t below = end <= 0 ? 0 : end >= LANES ? 0xffff : (1u << end) - 1;
    const uint32_t from = at >= 0 ? 0xffff : at <= -LANES ? 0 : 0xffffu << -at;
    return (__mmask16)(below & from);
}

/* The columns of one vector of outputs, the same for all rows and channels: where its input begins
 * in a row, and what of its loads lies inside: at its three shifts for stride 1, of its two vectors
 * for stride 2. */
typedef struct {
    ptrdiff_t at;
    size_t x; /* of the output */
    __mmask16 load[SIDE], store;
} tile;

static size_t tiles_of(const cb_conv_depthwise_plane *p, size_t x, tile tiles[MOST_TILES])
{
    const size_t width = p->stride == 1 ? LANES : LANES - 1;
    size_t count = 0;
    for (; count < MOST_TILES && x < p->out_w; count++, x += width) {
        tile *t = &tiles[count];
        t->x = x;
        t->at = (ptrdiff_t)(x * p->stride) - (ptrdiff_t)p->pad;
        t->store = inside((ptrdiff_t)x, p->out_w < x + width ? p->out_w : x + width);
        for (int i = 0; i < SIDE; i++)
            t->load[i] = inside(t->at + (p->stride == 1 ? i : i * LANES), p->w);
    }
    return count;
}

INLINE void load_taps(const float *row, const tile *t, int stride, __m512 tap[SIDE])
{
    if (stride == 1) {
        UNROLL for (int i = 0; i < SIDE; i++) tap[i] = _mm512_maskz_loadu_ps(t->load[i], row + i);
        return;
    }
    const __m512i first =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i second =
        _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    const __m512i third =
        _mm512_set_epi32(0, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2);
    const __m512 low = _mm512_maskz_loadu_ps(t->load[0], row);
    const __m512 high = _mm512_maskz_loadu_ps(t->load[1], row + LANES);
    tap[0] = _mm512_permutex2var_ps(low, first, high);
    tap[1] = _mm512_permutex2var_ps(low, second, high);
    tap[2] = _mm512_permutex2var_ps(low, third, high);
}

/* An input row to the sums that it is part of. */
INLINE void add_row(__m512 sums[], const __m512 w[SIDE * SIDE], const __m512 tap[SIDE], int rows,
                    int j, int stride)
{
    UNROLL for (int i = 0; i < rows; i++)
    {
        const int ky = j - i * stride;
        if (ky >= 0 && ky < SIDE)
            UNROLL for (int kx = 0; kx < SIDE; kx++) sums[i] =
                _mm512_fmadd_ps(tap[kx], w[ky * SIDE + kx], sums[i]);
    }
}

/* `rows` rows of one vector's columns; only their first and their last input row may be outside. */
INLINE void compute(const cb_conv_depthwise_plane *p, const __m512 w[SIDE * SIDE], const tile *t,
                    const float *input, float *output, size_t y, int rows, int stride)
{
    const int inputs = (rows - 1) * stride + SIDE;
    const size_t top = y * (size_t)stride, bottom = top + (size_t)inputs - 1;
    const float *row = input + ((ptrdiff_t)top - (ptrdiff_t)p->pad) * (ptrdiff_t)p->w + t->at;
    float *to = output + y * p->out_w + t->x;
    __m512 sums[ROWS], tap[SIDE];
    UNROLL for (int i = 0; i < rows; i++) sums[i] = _mm512_setzero_ps();
    if (top >= p->pad) {
        load_taps(row, t, stride, tap);
        add_row(sums, w, tap, rows, 0, stride);
    }
    UNROLL for (int j = 1; j < inputs - 1; j++)
    {
        row += p->w;
        load_taps(row, t, stride, tap);
        add_row(sums, w, tap, rows, j, stride);
    }
    if (bottom < p->h + p->pad) {
        load_taps(row + p->w, t, stride, tap);
        add_row(sums, w, tap, rows, inputs - 1, stride);
    }
    UNROLL for (int i = 0; i < rows; i++, to += p->out_w)
        _mm512_mask_storeu_ps(to, t->store, sums[i]);
}

INLINE void run_plane(const cb_conv_depthwise_plane *p, const tile *tiles, size_t count,
                      size_t plane, int stride)
{
    const float *input = p->input + plane * p->h * p->w, *weights = p->weights + plane * 9;
    float *output = p->output + plane * p->out_h * p->out_w;
    __m512 w[SIDE * SIDE];
    UNROLL for (int i = 0; i < SIDE * SIDE; i++) w[i] = _mm512_set1_ps(weights[i]);
    if (p->out_h < ROWS) {
        for (size_t y = 0; y < p->out_h; y++)
            for (size_t i = 0; i < count; i++)
                compute(p, w, &tiles[i], input, output, y, 1, stride);
        return;
    }
    for (size_t y = 0; y < p->out_h; y += ROWS) {
        const size_t first = y < p->out_h - ROWS ? y : p->out_h - ROWS;
        for (size_t i = 0; i < count; i++)
            compute(p, w, &tiles[i], input, output, first, ROWS, stride);
    }
}

INLINE void run(const cb_conv_depthwise_plane *p, int stride)
{
    tile tiles[MOST_TILES];
    for (size_t x = 0; x < p->out_w;) {
        const size_t count = tiles_of(p, x, tiles);
        for (size_t plane = 0; plane < p->planes; plane++)
            run_plane(p, tiles, count, plane, stride);
        x = tiles[count - 1].x + (stride == 1 ? LANES : LANES - 1);
    }
}

void depthwise_plane_f32__avx512(const cb_conv_depthwise_plane *plane)
{
    if (plane->stride == 1)
        run(plane, 1);
    else
        run(plane, 2);
}
