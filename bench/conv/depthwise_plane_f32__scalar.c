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
    cb_conv_depthwise_plane p = *plane;
    for (; p.planes > 0; p.planes--) {
        for (size_t y = 0; y < p.out_h; y++)
            for (size_t x = 0; x < p.out_w; x++)
                p.output[y * p.out_w + x] = pixel(&p, y, x);
        p.input += p.h * p.w;
        p.weights += 9;
        p.output += p.out_h * p.out_w;
    }
}
