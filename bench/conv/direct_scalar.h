/* The portable direct kernel: `GROUPS` x 2 pixels x 4 channels, in plain C. */
#ifndef CB_BENCH_CONV_DIRECT_SCALAR_H
#define CB_BENCH_CONV_DIRECT_SCALAR_H

#include "bench/conv/kernel.h"

enum { CB_DIRECT_PIXELS = 2, CB_DIRECT_CHANNELS = 4 };

typedef struct {
    float v[2][CB_DIRECT_PIXELS][CB_DIRECT_CHANNELS];
} cb_direct_sums;

static inline const float *cb_direct_at(const void *base, ptrdiff_t bytes)
{
    return (const float *)(const void *)((const char *)base + bytes);
}

static inline void cb_direct_sum(const cb_conv_tile *t, size_t groups, cb_direct_sums *sums)
{
    const float *w = t->weights;
    for (size_t tap = 0; tap < t->tap_count; tap++) {
        const float *base = cb_direct_at(t->input, t->taps[tap]);
        for (size_t c = 0; c < t->run; c++, w += CB_DIRECT_CHANNELS)
            for (size_t g = 0; g < groups; g++)
                for (size_t p = 0; p < CB_DIRECT_PIXELS; p++) {
                    size_t bytes = g * t->group_bytes + p * t->pixel_bytes;
                    float x = cb_direct_at(base, (ptrdiff_t)bytes)[c];
                    for (size_t o = 0; o < CB_DIRECT_CHANNELS; o++)
                        sums->v[g][p][o] += x * w[o];
                }
    }
}

/* All of a tile is loaded before any of it is stored: groups may overlap. */
static inline void cb_direct_tile(const cb_conv_tile *t, size_t groups)
{
    cb_direct_sums sums = {{{{0}}}};
    cb_direct_sum(t, groups, &sums);
    for (int store = t->accumulate ? 0 : 1; store < 2; store++)
        for (size_t g = 0; g < groups; g++)
            for (size_t p = 0; p < CB_DIRECT_PIXELS; p++) {
                float *out = (float *)(void *)((char *)t->output + g * t->out_group_bytes +
                                               p * t->out_pixel_bytes);
                for (size_t o = 0; o < CB_DIRECT_CHANNELS; o++)
                    if (store)
                        out[o] = sums.v[g][p][o];
                    else
                        sums.v[g][p][o] += out[o];
            }
}

#endif
