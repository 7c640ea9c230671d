#include "models/klein.h"

double cb_klein_peak(double clock_hz, int cores, int lanes, double macs_per_cycle)
{
    return clock_hz * cores * 2 * lanes * macs_per_cycle;
}

double cb_klein_compute_time(double macs, double ops_per_s)
{
    return 2 * macs / ops_per_s;
}

double cb_klein_memory_time(double macs, double element_bytes, double bytes_per_s)
{
    return macs * element_bytes / bytes_per_s;
}

double cb_klein_bound(double element_bytes, double bytes_per_s)
{
    return 2 * bytes_per_s / element_bytes;
}

double cb_klein_required_bandwidth(double ops_per_s, double element_bytes)
{
    return ops_per_s * element_bytes / 2;
}

int cb_klein_out_size(int in, int kernel, int stride, int padding)
{
    int room = in + 2 * padding - kernel;
    return room < 0 || stride < 1 ? 0 : room / stride + 1;
}

static double macs_of(const cb_klein_conv *c, int out_height, int out_width)
{
    return (double)c->batch * out_height * out_width * c->in_channels * c->out_channels *
           c->kernel * c->kernel;
}

double cb_klein_conv_macs(const cb_klein_conv *c)
{
    return macs_of(c, cb_klein_out_size(c->height, c->kernel, c->stride, c->padding),
                   cb_klein_out_size(c->width, c->kernel, c->stride, c->padding));
}

double cb_klein_conv_macs_printed(const cb_klein_conv *c)
{
    if (c->stride < 1)
        return 0;
    return macs_of(c, (c->height + 2 * c->padding) / c->stride,
                   (c->width + 2 * c->padding) / c->stride);
}

size_t cb_klein_binding(double macs, double element_bytes, double ops_per_s,
                        const double *bytes_per_s, size_t levels, double *time_s)
{
    size_t binding = 0;
    double longest = ops_per_s > 0 ? cb_klein_compute_time(macs, ops_per_s) : 0;
    for (size_t i = 0; i < levels; i++) {
        if (!(bytes_per_s[i] > 0))
            continue;
        double needed_s = cb_klein_memory_time(macs, element_bytes, bytes_per_s[i]);
        if (needed_s <= longest)
            continue;
        longest = needed_s;
        binding = i + 1;
    }
    *time_s = longest;
    return binding;
}

const cb_klein_layer cb_klein_layers[CB_KLEIN_LAYERS] = {
    {"C2", {1, 64, 64, 56, 56, 3, 1, 1}},    {"C3", {1, 64, 128, 56, 56, 3, 2, 1}},
    {"C4", {1, 64, 128, 56, 56, 1, 2, 0}},   {"C5", {1, 128, 128, 28, 28, 3, 1, 1}},
    {"C6", {1, 128, 256, 28, 28, 3, 2, 1}},  {"C7", {1, 128, 256, 28, 28, 1, 2, 0}},
    {"C8", {1, 256, 256, 14, 14, 3, 1, 1}},  {"C9", {1, 256, 512, 14, 14, 3, 2, 1}},
    {"C10", {1, 256, 512, 14, 14, 1, 2, 0}}, {"C11", {1, 512, 512, 7, 7, 3, 1, 1}},
};
