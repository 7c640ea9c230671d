#include "bench/conv/kernel.h"

static float at(const void *base, ptrdiff_t bytes)
{
    return *(const float *)(const void *)((const char *)base + bytes);
}

static double sum_of(const cb_conv_tile *t, size_t first_byte, size_t channel, size_t channels)
{
    double sum = 0;
    for (size_t tap = 0; tap < t->tap_count; tap++)
        for (size_t c = 0; c < t->run; c++)
            sum +=
                (double)at(t->input, t->taps[tap] + (ptrdiff_t)(first_byte + c * sizeof(float))) *
                (double)t->weights[(tap * t->run + c) * channels + channel];
    return sum;
}

/* Any groups, pixels, channels and lanes; each element is one sum in float64, rounded once. */
void direct_f32__scalar(const cb_conv_tile *tile, const cb_conv_kernel *kernel)
{
    size_t channels = (size_t)kernel->channels, lanes = (size_t)kernel->lanes;
    for (size_t g = 0; g < (size_t)kernel->groups; g++)
        for (size_t p = 0; p < (size_t)kernel->pixels; p++)
            for (size_t o = 0; o < channels; o++) {
                float *out = (float *)(void *)((char *)tile->output + g * tile->out_group_bytes +
                                               p * tile->out_pixel_bytes +
                                               o / lanes * tile->out_vector_bytes) +
                             o % lanes;
                double sum =
                    sum_of(tile, g * tile->group_bytes + p * tile->pixel_bytes, o, channels);
                *out = (float)(tile->accumulate ? (double)*out + sum : sum);
            }
}
