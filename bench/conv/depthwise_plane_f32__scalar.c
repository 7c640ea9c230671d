#include "bench/conv/kernel.h"

static float pixel(const cb_conv_depthwise_plane *p, size_t y, size_t x)
{
    float sum = 0;
    for (size_t ky = 0; ky < 3; ky++)
        for (size_t kx = 0; kx < 3; kx++) {
            size_t iy = y * p->stride + ky - p->pad, ix = x * p->stride + kx - p->pad;
            if (iy < p->h && ix < p->w) /* one that is below zero is above everything */
                sum += p->input[iy * p->w + ix] * p->weights[3 * ky + kx];
        }
    return sum;
}

void depthwise_plane_f32__scalar(const cb_conv_depthwise_plane *plane)
{
    for (size_t y = 0; y < plane->out_h; y++)
        for (size_t x = 0; x < plane->out_w; x++)
            plane->output[y * plane->out_w + x] = pixel(plane, y, x);
}
