/* A tile of a depthwise 3 x 3 convolution on vectors of channels: kernel.h.
 *
 * Weights and sums stay in registers (9 + 14 where there are 32); each input vector is loaded once
 * for up to six products. All pointers move along the channels together, so that a line is whole
 * when it is left: channels beside each other, not images, share the first-level cache's sets.
 *
 * The including file defines `vec` and vec_mul_add(a, b, c) = a b + c. */
#ifndef CB_BENCH_CONV_DEPTHWISE_TILE_VEC_H
#define CB_BENCH_CONV_DEPTHWISE_TILE_VEC_H

#include "bench/conv/kernel.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { ROWS = CB_CONV_DEPTHWISE_ROWS, COLUMNS = CB_CONV_DEPTHWISE_COLUMNS, SIDE = 3 };

INLINE vec load_at(const float *from, size_t elem)
{
    vec v;
    memcpy(&v, from + elem, sizeof v);
    return v;
}

/* An input vector, at row y and column x of the tile's input, to all sums that it is part of. */
INLINE void add(vec sums[ROWS][COLUMNS], const vec w[SIDE * SIDE], vec v, int y, int x, int stride)
{
    UNROLL for (int row = 0; row < ROWS; row++)
    {
        UNROLL for (int column = 0; column < COLUMNS; column++)
        {
            const int ky = y - row * stride, kx = x - column * stride;
            if (ky >= 0 && ky < SIDE && kx >= 0 && kx < SIDE)
                sums[row][column] = vec_mul_add(v, w[ky * SIDE + kx], sums[row][column]);
        }
    }
}

INLINE void compute(const cb_conv_depthwise_tile *t, size_t vector, int stride)
{
    const int rows = (ROWS - 1) * stride + SIDE, columns = (COLUMNS - 1) * stride + SIDE;
    const size_t lanes = sizeof(vec) / sizeof(float), at = vector * lanes;
    vec w[SIDE * SIDE], sums[ROWS][COLUMNS] = {{{0}}};
    UNROLL for (size_t i = 0; i < SIDE * SIDE; i++) w[i] =
        load_at(t->weights, (vector * SIDE * SIDE + i) * lanes);
    UNROLL for (int y = 0; y < rows; y++)
    {
        UNROLL for (int x = 0; x < columns; x++)
            add(sums, w, load_at(t->input[y * columns + x], at), y, x, stride);
    }
    UNROLL for (int row = 0; row < ROWS; row++)
    {
        UNROLL for (int column = 0; column < COLUMNS; column++)
            memcpy(t->output[row * COLUMNS + column] + at, &sums[row][column], sizeof(vec));
    }
}

INLINE void cb_depthwise_tile(const cb_conv_depthwise_tile *t)
{
    if (t->stride == 1)
        for (size_t i = 0; i < t->vectors; i++)
            compute(t, i, 1);
    else
        for (size_t i = 0; i < t->vectors; i++)
            compute(t, i, 2);
}

#endif
