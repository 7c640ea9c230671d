#include "bench/conv/kernel.h"

#include <immintrin.h>
#include <stdint.h>

/* Vectors of neighbouring pixels; columns in the padding, or past the image, are masked and read as
 * zero. Seven rows at once: an input row serves three of them. Where a strip of rows would end
 * below the image, it begins earlier. An input row is loaded as seldom as possible: nearly all
 * loads cross a line, which costs more than to shift what is in a register. */

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { ROWS = 7, LANES = 16, SIDE = 3, MOST_TILES = 32 };

/* How many outputs a vector computes, and of what. */
typedef enum {
    ALL,    /* stride 1: 16, of three loads */
    INSIDE, /* stride 1: 14, of the one load that holds their inputs */
    PAIRS,  /* stride 2: 15, of two loads */
    HALF,   /* stride 2: 7, of one load */
} form;

INLINE size_t width_of(form f)
{
    return f == ALL ? LANES : f == INSIDE ? LANES - 2 : f == PAIRS ? LANES - 1 : LANES / 2 - 1;
}

INLINE int stride_of(form f)
{
    return f == ALL || f == INSIDE ? 1 : 2;
}

/* Bits of the columns [at, at + LANES) that lie in [0, w). */
static __mmask16 inside(ptrdiff_t at, size_t w)
{
    const ptrdiff_t end = (ptrdiff_t)w - at;
    const uint32_t below = end <= 0 ? 0 : end >= LANES ? 0xffff : (1u << end) - 1;
    const uint32_t from = at >= 0 ? 0xffff : at <= -LANES ? 0 : 0xffffu << -at;
    return (__mmask16)(below & from);
}

/* The columns of one vector of outputs, the same for all rows and channels: where its input begins
 * in a row, and what of its loads lies inside. */
typedef struct {
    ptrdiff_t at;
    size_t x; /* of the output */
    __mmask16 load[SIDE], store;
} tile;

static size_t tiles_of(const cb_conv_depthwise_plane *p, form f, size_t x, tile tiles[MOST_TILES])
{
    const size_t width = width_of(f);
    size_t count = 0;
    for (; count < MOST_TILES && x < p->out_w; count++, x += width) {
        tile *t = &tiles[count];
        t->x = x;
        t->at = (ptrdiff_t)(x * p->stride) - (ptrdiff_t)p->pad;
        t->store = inside((ptrdiff_t)x, p->out_w < x + width ? p->out_w : x + width);
        for (int i = 0; i < SIDE; i++)
            t->load[i] = inside(t->at + (f == ALL ? i : i * LANES), p->w);
    }
    return count;
}

/* Every second number of 32, from `first` on. */
INLINE __m512 pick(__m512 low, __m512 high, int first)
{
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_ps(low, _mm512_add_epi32(even, _mm512_set1_epi32(first)), high);
}

/* The numbers of `v` from `first` on; those before it come behind. */
INLINE __m512 shift(__m512 v, const int first)
{
    const __m512i bits = _mm512_castps_si512(v);
    return first == 1 ? _mm512_castsi512_ps(_mm512_alignr_epi32(bits, bits, 1))
                      : _mm512_castsi512_ps(_mm512_alignr_epi32(bits, bits, 2));
}

INLINE void load_taps(const float *row, const tile *t, form f, __m512 tap[SIDE])
{
    const __m512 low = _mm512_maskz_loadu_ps(t->load[0], row);
    if (f == ALL) {
        tap[0] = low;
        tap[1] = _mm512_maskz_loadu_ps(t->load[1], row + 1);
        tap[2] = _mm512_maskz_loadu_ps(t->load[2], row + 2);
        return;
    }
    if (f == INSIDE) {
        tap[0] = low;
        tap[1] = shift(low, 1);
        tap[2] = shift(low, 2);
        return;
    }
    const __m512 high = f == PAIRS ? _mm512_maskz_loadu_ps(t->load[1], row + LANES) : low;
    tap[0] = pick(low, high, 0);
    tap[1] = pick(low, high, 1);
    tap[2] = pick(low, high, 2); /* the last one is not used */
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
                    const float *input, float *output, size_t y, int rows, form f)
{
    const int stride = stride_of(f);
    const int inputs = (rows - 1) * stride + SIDE;
    const size_t top = y * (size_t)stride, bottom = top + (size_t)inputs - 1;
    const float *row = input + ((ptrdiff_t)top - (ptrdiff_t)p->pad) * (ptrdiff_t)p->w + t->at;
    float *to = output + y * p->out_w + t->x;
    __m512 sums[ROWS], tap[SIDE];
    UNROLL for (int i = 0; i < rows; i++) sums[i] = _mm512_setzero_ps();
    if (top >= p->pad) {
        load_taps(row, t, f, tap);
        add_row(sums, w, tap, rows, 0, stride);
    }
    UNROLL for (int j = 1; j < inputs - 1; j++)
    {
        row += p->w;
        load_taps(row, t, f, tap);
        add_row(sums, w, tap, rows, j, stride);
    }
    if (bottom < p->h + p->pad) {
        load_taps(row + p->w, t, f, tap);
        add_row(sums, w, tap, rows, inputs - 1, stride);
    }
    UNROLL for (int i = 0; i < rows; i++, to += p->out_w)
        _mm512_mask_storeu_ps(to, t->store, sums[i]);
}

INLINE void run_plane(const cb_conv_depthwise_plane *p, const tile *tiles, size_t count,
                      size_t plane, form f)
{
    const float *input = p->input + plane * p->h * p->w, *weights = p->weights + plane * 9;
    float *output = p->output + plane * p->out_h * p->out_w;
    __m512 w[SIDE * SIDE];
    UNROLL for (int i = 0; i < SIDE * SIDE; i++) w[i] = _mm512_set1_ps(weights[i]);
    if (p->out_h < ROWS) {
        for (size_t y = 0; y < p->out_h; y++)
            for (size_t i = 0; i < count; i++)
                compute(p, w, &tiles[i], input, output, y, 1, f);
        return;
    }
    for (size_t y = 0; y < p->out_h; y += ROWS) {
        const size_t first = y < p->out_h - ROWS ? y : p->out_h - ROWS;
        for (size_t i = 0; i < count; i++)
            compute(p, w, &tiles[i], input, output, first, ROWS, f);
    }
}

INLINE void run(const cb_conv_depthwise_plane *p, form f)
{
    tile tiles[MOST_TILES];
    for (size_t x = 0; x < p->out_w;) {
        const size_t count = tiles_of(p, f, x, tiles);
        for (size_t plane = 0; plane < p->planes; plane++)
            run_plane(p, tiles, count, plane, f);
        x = tiles[count - 1].x + width_of(f);
    }
}

static size_t vectors_of(const cb_conv_depthwise_plane *p, form f)
{
    return (p->out_w + width_of(f) - 1) / width_of(f);
}

void depthwise_plane_f32__avx512(const cb_conv_depthwise_plane *plane)
{
    if (plane->stride == 1 && vectors_of(plane, INSIDE) > vectors_of(plane, ALL))
        run(plane, ALL);
    else if (plane->stride == 1)
        run(plane, INSIDE);
    else if (vectors_of(plane, HALF) > vectors_of(plane, PAIRS))
        run(plane, PAIRS);
    else
        run(plane, HALF);
}
