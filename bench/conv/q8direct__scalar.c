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

static uint8_t requantized(const cb_q8_tile *t, size_t place, int32_t sum)
{
    float scaled = nearbyintf((float)sum * t->scales[place]);
    double value = (double)scaled + t->out_zero;
    value = value < t->low ? t->low : value > t->high ? t->high : value;
    return (uint8_t)(int32_t)value;
}

static void write_bytes(const cb_q8_tile *t, const cb_q8_kernel *kernel, const uint8_t *pixel,
                        uint8_t *out)
{
    for (size_t o = 0; o < t->out_channels; o++) {
        size_t place = cb_q8_place(kernel, o);
        out[o] = requantized(t, place, sum_of(t, kernel, pixel, place));
    }
}

/* Any groups, pixels and channels. */
void q8direct__scalar(const cb_q8_tile *tile, const cb_q8_kernel *kernel)
{
    size_t channels = (size_t)kernel->channels;
    for (size_t g = 0; g < tile->group_count; g++)
        for (size_t p = 0; p < tile->pixels; p++) {
            const uint8_t *pixel = tile->image + tile->places[g] + p * tile->pixel_bytes;
            for (size_t o = 0; o < channels && !tile->scales; o++)
                tile->sums[(g * tile->pixels + p) * channels + o] = sum_of(tile, kernel, pixel, o);
            if (tile->scales)
                write_bytes(tile, kernel, pixel,
                            tile->out + tile->out_places[g] + p * tile->out_pixel_bytes);
        }
}
