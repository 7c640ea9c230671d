#include "bench/conv/quantized_kernel.h"

#include <math.h>

static int32_t sum_of(const cb_q8_tile *t, const cb_q8_kernel *k, const uint8_t *pixel,
                      size_t channel)
{
    size_t channels = (size_t)k->channels;
    uint32_t sum = (uint32_t)t->start[channel];
    for (size_t tap = 0; tap < t->tap_count; tap++)
        for (size_t c = 0; c < t->run; c++) {
            uint8_t byte = pixel[t->taps[tap] + (ptrdiff_t)c];
            int32_t a = k->is_signed ? (int8_t)byte : byte;
            size_t at = (tap * t->run + c) / 4 * channels * 4 + channel * 4 + c % 4;
            sum += (uint32_t)(a * t->weights[at]);
        }
    return (int32_t)sum;
}

static uint8_t requantized(const cb_q8_tile *t, size_t channel, int32_t sum)
{
    float scaled = nearbyintf((float)sum * t->scales[channel]);
    double value = (double)scaled + t->out_zero;
    value = value < t->low ? t->low : value > t->high ? t->high : value;
    return (uint8_t)(int32_t)value;
}

/* Any groups, pixels and channels. */
void q8direct__scalar(const cb_q8_tile *tile, const cb_q8_kernel *kernel)
{
    for (size_t g = 0; g < tile->group_count; g++)
        for (size_t p = 0; p < tile->pixels; p++)
            for (size_t o = 0; o < (size_t)kernel->channels; o++) {
                int32_t sum = sum_of(tile, kernel, tile->groups[g] + p * tile->pixel_bytes, o);
                if (!tile->scales)
                    tile->sums[(g * tile->pixels + p) * (size_t)kernel->channels + o] = sum;
                else if (o < tile->out_channels)
                    tile->out[g][p * tile->out_pixel_bytes + o] = requantized(tile, o, sum);
            }
}
