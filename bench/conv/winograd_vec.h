/* The Winograd transforms F(2 x 2, 3 x 3) and F(4 x 4, 3 x 3) on vectors of channels, after Lavin
 * and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016), section 4.
 *
 * The including file defines `vec` (floats beside each other) and vec_fma(a, k, c) = a k + c. */
#ifndef CB_BENCH_CONV_WINOGRAD_VEC_H
#define CB_BENCH_CONV_WINOGRAD_VEC_H

#include "bench/conv/kernel.h"

#include <string.h>

static inline vec cb_vec_load(const void *base, size_t bytes)
{
    vec v;
    memcpy(&v, (const char *)base + bytes, sizeof v);
    return v;
}

static inline void cb_vec_store(void *base, size_t bytes, vec v)
{
    memcpy((char *)base + bytes, &v, sizeof v);
}

/* B^T d for one column or row of 4. */
static inline void cb_winograd_input_2(const vec d[4], vec t[4])
{
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
}

/* A^T t: 4 to 2. */
static inline void cb_winograd_output_2(const vec t[4], vec y[2])
{
    y[0] = t[0] + t[1] + t[2];
    y[1] = t[1] - t[2] - t[3];
}

/* B^T d for one column or row of 6. */
static inline void cb_winograd_input_4(const vec d[6], vec t[6])
{
    vec a = vec_fma(d[2], -4, d[4]), b = vec_fma(d[1], -4, d[3]);
    vec c = d[4] - d[2], e = d[3] - d[1];
    t[0] = vec_fma(d[0], 4, vec_fma(d[2], -5, d[4]));
    t[1] = a + b;
    t[2] = a - b;
    t[3] = vec_fma(e, 2, c);
    t[4] = vec_fma(e, -2, c);
    t[5] = vec_fma(d[1], 4, vec_fma(d[3], -5, d[5]));
}

/* A^T t: 6 to 4. */
static inline void cb_winograd_output_4(const vec t[6], vec y[4])
{
    vec s = t[1] + t[2], d = t[1] - t[2], u = t[3] + t[4], v = t[3] - t[4];
    y[0] = t[0] + s + u;
    y[1] = vec_fma(v, 2, d);
    y[2] = vec_fma(u, 4, s);
    y[3] = vec_fma(v, 8, d) + t[5];
}

/* Both dimensions of a tile of 4 x 4: columns first, then rows. */
static inline void cb_winograd_input_tile_2(const cb_conv_winograd_tile *tile)
{
    enum { ALPHA = 4 };
    vec t[ALPHA][ALPHA];
    for (size_t x = 0; x < ALPHA; x++) {
        vec d[ALPHA], r[ALPHA];
        for (size_t y = 0; y < ALPHA; y++)
            d[y] = cb_vec_load(tile->from, y * tile->from_row_bytes + x * tile->from_pixel_bytes);
        cb_winograd_input_2(d, r);
        for (size_t y = 0; y < ALPHA; y++)
            t[y][x] = r[y];
    }
    for (size_t y = 0; y < ALPHA; y++) {
        vec r[ALPHA];
        cb_winograd_input_2(t[y], r);
        for (size_t x = 0; x < ALPHA; x++)
            cb_vec_store(tile->to, (y * ALPHA + x) * tile->to_pixel_bytes, r[x]);
    }
}

static inline void cb_winograd_output_tile_2(const cb_conv_winograd_tile *tile)
{
    enum { ALPHA = 4, M = 2 };
    vec t[M][ALPHA];
    for (size_t x = 0; x < ALPHA; x++) {
        vec d[ALPHA], r[M];
        for (size_t y = 0; y < ALPHA; y++)
            d[y] = cb_vec_load(tile->from, (y * ALPHA + x) * tile->from_pixel_bytes);
        cb_winograd_output_2(d, r);
        for (size_t y = 0; y < M; y++)
            t[y][x] = r[y];
    }
    for (size_t y = 0; y < M; y++) {
        vec r[M];
        cb_winograd_output_2(t[y], r);
        for (size_t x = 0; x < M; x++)
            cb_vec_store(tile->to, y * tile->to_row_bytes + x * tile->to_pixel_bytes, r[x]);
    }
}

/* Both dimensions of a tile of 6 x 6: columns first, then rows. */
static inline void cb_winograd_input_tile_4(const cb_conv_winograd_tile *tile)
{
    enum { ALPHA = 6 };
    vec t[ALPHA][ALPHA];
    for (size_t x = 0; x < ALPHA; x++) {
        vec d[ALPHA], r[ALPHA];
        for (size_t y = 0; y < ALPHA; y++)
            d[y] = cb_vec_load(tile->from, y * tile->from_row_bytes + x * tile->from_pixel_bytes);
        cb_winograd_input_4(d, r);
        for (size_t y = 0; y < ALPHA; y++)
            t[y][x] = r[y];
    }
    for (size_t y = 0; y < ALPHA; y++) {
        vec r[ALPHA];
        cb_winograd_input_4(t[y], r);
        for (size_t x = 0; x < ALPHA; x++)
            cb_vec_store(tile->to, (y * ALPHA + x) * tile->to_pixel_bytes, r[x]);
    }
}

static inline void cb_winograd_output_tile_4(const cb_conv_winograd_tile *tile)
{
    enum { ALPHA = 6, M = 4 };
    vec t[M][ALPHA];
    for (size_t x = 0; x < ALPHA; x++) {
        vec d[ALPHA], r[M];
        for (size_t y = 0; y < ALPHA; y++)
            d[y] = cb_vec_load(tile->from, (y * ALPHA + x) * tile->from_pixel_bytes);
        cb_winograd_output_4(d, r);
        for (size_t y = 0; y < M; y++)
            t[y][x] = r[y];
    }
    for (size_t y = 0; y < M; y++) {
        vec r[M];
        cb_winograd_output_4(t[y], r);
        for (size_t x = 0; x < M; x++)
            cb_vec_store(tile->to, y * tile->to_row_bytes + x * tile->to_pixel_bytes, r[x]);
    }
}

#endif
