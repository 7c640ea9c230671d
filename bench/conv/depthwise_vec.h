/* A row of a depthwise convolution on vectors of channels.
 *
 * The including file defines `vec` and vec_mul_add(a, b, c) = a b + c. */
#ifndef CB_BENCH_CONV_DEPTHWISE_VEC_H
#define CB_BENCH_CONV_DEPTHWISE_VEC_H

#include "bench/conv/kernel.h"

#include <string.h>

static inline vec cb_depthwise_load(const void *base, size_t bytes)
{
    vec v;
    memcpy(&v, (const char *)base + bytes, sizeof v);
    return v;
}

static inline void cb_depthwise_store(const cb_conv_depthwise_row *r, size_t pixel, vec v)
{
    memcpy((char *)r->output + pixel * r->out_pixel_bytes, &v, sizeof v);
}

/* Any kernel, one pixel. */
static inline void cb_depthwise_pixel(const cb_conv_depthwise_row *r, size_t pixel)
{
    vec sum = {0};
    for (size_t y = 0; y < r->kh; y++)
        for (size_t x = 0; x < r->kw; x++)
            sum = vec_mul_add(
                cb_depthwise_load(r->input,
                                  y * r->row_bytes + pixel * r->step_bytes + x * r->tap_bytes),
                cb_depthwise_load(r->weights, y * r->weight_row_bytes + x * sizeof(vec)), sum);
    cb_depthwise_store(r, pixel, sum);
}

/* ---- 3 x 3, stride 1 and 2: weights and the sums of four pixels stay in registers ---- */

typedef struct {
    vec w[9];
} cb_depthwise_weights;

typedef struct {
    vec p0, p1, p2, p3;
} cb_depthwise_sums;

/* One kernel row, pixels one tap apart: six columns serve twelve products. */
static inline cb_depthwise_sums cb_depthwise_add_1(cb_depthwise_sums s, const char *at, size_t tap,
                                                   vec w0, vec w1, vec w2)
{
    vec v0 = cb_depthwise_load(at, 0), v1 = cb_depthwise_load(at, tap);
    vec v2 = cb_depthwise_load(at, 2 * tap), v3 = cb_depthwise_load(at, 3 * tap);
    vec v4 = cb_depthwise_load(at, 4 * tap), v5 = cb_depthwise_load(at, 5 * tap);
    s.p0 = vec_mul_add(v2, w2, vec_mul_add(v1, w1, vec_mul_add(v0, w0, s.p0)));
    s.p1 = vec_mul_add(v3, w2, vec_mul_add(v2, w1, vec_mul_add(v1, w0, s.p1)));
    s.p2 = vec_mul_add(v4, w2, vec_mul_add(v3, w1, vec_mul_add(v2, w0, s.p2)));
    s.p3 = vec_mul_add(v5, w2, vec_mul_add(v4, w1, vec_mul_add(v3, w0, s.p3)));
    return s;
}

/* The same, two taps apart: nine columns. */
static inline cb_depthwise_sums cb_depthwise_add_2(cb_depthwise_sums s, const char *at, size_t tap,
                                                   vec w0, vec w1, vec w2)
{
    vec v2 = cb_depthwise_load(at, 2 * tap), v4 = cb_depthwise_load(at, 4 * tap);
    vec v6 = cb_depthwise_load(at, 6 * tap);
    s.p0 = vec_mul_add(cb_depthwise_load(at, 0), w0, s.p0);
    s.p0 = vec_mul_add(cb_depthwise_load(at, tap), w1, s.p0);
    s.p1 = vec_mul_add(cb_depthwise_load(at, 3 * tap), w1, vec_mul_add(v2, w0, s.p1));
    s.p2 = vec_mul_add(cb_depthwise_load(at, 5 * tap), w1, vec_mul_add(v4, w0, s.p2));
    s.p3 = vec_mul_add(cb_depthwise_load(at, 7 * tap), w1, vec_mul_add(v6, w0, s.p3));
    s.p0 = vec_mul_add(v2, w2, s.p0);
    s.p1 = vec_mul_add(v4, w2, s.p1);
    s.p2 = vec_mul_add(v6, w2, s.p2);
    s.p3 = vec_mul_add(cb_depthwise_load(at, 8 * tap), w2, s.p3);
    return s;
}

static inline void cb_depthwise_3x3(const cb_conv_depthwise_row *r, const cb_depthwise_weights *k,
                                    size_t pixel, bool apart)
{
    const vec zero = {0}, *w = k->w;
    cb_depthwise_sums s = {zero, zero, zero, zero};
    const char *at = (const char *)r->input + pixel * r->step_bytes;
    for (size_t y = 0; y < 3; y++, at += r->row_bytes)
        s = apart ? cb_depthwise_add_2(s, at, r->tap_bytes, w[3 * y], w[3 * y + 1], w[3 * y + 2])
                  : cb_depthwise_add_1(s, at, r->tap_bytes, w[3 * y], w[3 * y + 1], w[3 * y + 2]);
    cb_depthwise_store(r, pixel, s.p0);
    cb_depthwise_store(r, pixel + 1, s.p1);
    cb_depthwise_store(r, pixel + 2, s.p2);
    cb_depthwise_store(r, pixel + 3, s.p3);
}

static inline void cb_depthwise_load_3x3(const cb_conv_depthwise_row *r, cb_depthwise_weights *k)
{
    for (size_t y = 0; y < 3; y++)
        for (size_t x = 0; x < 3; x++)
            k->w[3 * y + x] =
                cb_depthwise_load(r->weights, y * r->weight_row_bytes + x * sizeof(vec));
}

static inline void cb_depthwise_row(const cb_conv_depthwise_row *r)
{
    size_t pixel = 0;
    cb_depthwise_weights k;
    bool is_3x3 = r->kh == 3 && r->kw == 3;
    if (is_3x3 && r->step_bytes == r->tap_bytes) {
        cb_depthwise_load_3x3(r, &k);
        for (; pixel + 4 <= r->pixels; pixel += 4)
            cb_depthwise_3x3(r, &k, pixel, false);
    } else if (is_3x3 && r->step_bytes == 2 * r->tap_bytes) {
        cb_depthwise_load_3x3(r, &k);
        for (; pixel + 4 <= r->pixels; pixel += 4)
            cb_depthwise_3x3(r, &k, pixel, true);
    }
    for (; pixel < r->pixels; pixel++)
        cb_depthwise_pixel(r, pixel);
}

#endif
