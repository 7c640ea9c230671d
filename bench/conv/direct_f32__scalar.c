#include "bench/conv/kernel.h"

static float at(const void *base, ptrdiff_t bytes)
{
    return *(const float *)(const void *)((const char *)base + bytes);
}

static double sum_of(const cb_conv_tile *t, ptrdiff_t first_byte, size_t channel, size_t channels)
{
    double sum = 0;
    for (size_t tap = 0; tap < t->tap_count; tap++)
        for (size_t c = 0; c < t->run; c++)
            sum +=
                (double)at(t->input, t->taps[tap] + first_byte + (ptrdiff_t)(c * sizeof(float))) *
                (double)t->weights[(tap * t->run + c) * channels + channel];
    return sum;
}

static ptrdiff_t place(const ptrdiff_t *places, size_t group, size_t group_bytes)
{
    return places ? places[group] : (ptrdiff_t)(group * group_bytes);
}

/* Any groups, pixels, channels and lanes; each element is one sum in float64, rounded once. */
void direct_f32__scalar(const cb_conv_tile *tile, const cb_conv_kernel *kernel)
{
    size_t channels = (size_t)kernel->channels, lanes = (size_t)kernel->lanes;
    bool placed = kernel->groups > 2;
    for (size_t g = 0; g < (size_t)kernel->groups; g++)
        for (size_t p = 0; p < (size_t)kernel->pixels; p++)
            for (size_t o = 0; o < channels; o++) {
                ptrdiff_t in = place(placed ? tile->places : NULL, g, tile->group_bytes);
                ptrdiff_t to = place(placed ? tile->out_places : NULL, g, tile->out_group_bytes);
                float *out = (float *)(void *)((char *)tile->output + to +
                                               (ptrdiff_t)(p * tile->out_pixel_bytes +
                                                           o / lanes * tile->out_vector_bytes)) +
                             o % lanes;
                double sum = sum_of(tile, in + (ptrdiff_t)(p * tile->pixel_bytes), o, channels);
                *out = (float)(tile->accumulate ? (double)*out + sum : sum);
            }
}
