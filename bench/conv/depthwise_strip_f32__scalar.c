#include "bench/conv/kernel.h"

enum { LANES = 4 };

/* The input's pixel that tap t of an output pixel meets; NULL outside of the image. */
static const float *tap_of(const cb_conv_depthwise_strip *s, size_t row, size_t column, size_t t)
{
    const size_t last = (CB_CONV_STRIP_ROWS - 1) * s->stride + 2;
    size_t y = row * s->stride + t / 3, x = column * s->stride + t % 3 - s->pad;
    if ((s->top && y == 0) || (s->bottom && y == last) || x >= s->columns)
        return NULL; /* one that is left of the image is right of everything */
    return s->input + (y * s->row_bytes + x * s->pixel_bytes) / sizeof(float);
}

static float sum_of(const cb_conv_depthwise_strip *s, size_t row, size_t column, size_t channel)
{
    const float *weights = s->weights + channel / LANES * 9 * LANES + channel % LANES;
    float sum = 0;
    for (size_t t = 0; t < 9; t++) {
        const float *pixel = tap_of(s, row, column, t);
        sum += pixel ? pixel[channel] * weights[t * LANES] : 0;
    }
    return sum;
}

void depthwise_strip_f32__scalar(const cb_conv_depthwise_strip *strip)
{
    for (size_t y = 0; y < CB_CONV_STRIP_ROWS; y++)
        for (size_t x = 0; x < strip->out_columns; x++) {
            size_t at = (y * strip->out_row_bytes + x * strip->pixel_bytes) / sizeof(float);
            for (size_t c = 0; c < strip->vectors * LANES; c++)
                strip->output[at + c] = sum_of(strip, y, x, c);
        }
}
