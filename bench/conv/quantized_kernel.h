/* Kernels of convolution on 8-bit numbers: one file and one row each. */
#ifndef CB_BENCH_CONV_QUANTIZED_KERNEL_H
#define CB_BENCH_CONV_QUANTIZED_KERNEL_H

#include "machine/isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- depthwise: a run of output pixels, up to 64 channels ----
 *
 *     sums[pixel][place(channel)] = start[place(channel)] + sum over tap of
 *         input[pixel * step_bytes + taps[tap] + channel] *
 *         weights[tap / quad][place(channel)][tap % quad]
 *
 * tap_count is a multiple of the kernel's quad (weights of what is added are zero), activations are
 * uint8; the channels past the layer's are read, up to 64, and meet weights of zero. With `scales`
 * (in the same places) sums are requantized as CB_QUANT_FLOAT says and go to `out` as bytes, in the
 * channels' own order; they are below 1. place() is the order that a kernel's registers have. */
typedef struct {
    const uint8_t *input;
    const ptrdiff_t *taps;
    size_t tap_count, pixels, step_bytes;
    const int8_t *weights;
    const int32_t *start;
    int32_t *sums;
    const float *scales; /* NULL: sums are wanted */
    uint8_t *out;
    size_t out_pixel_bytes, out_channels;
    int32_t out_zero, low, high;
    bool out_signed;
} cb_q8_depthwise_row;

typedef void cb_q8_depthwise_fn(const cb_q8_depthwise_row *row);

enum { CB_Q8_DEPTHWISE_CHANNELS = 64 };

typedef struct {
    const char *name; /* stem = symbol */
    cb_isa isa;
    int quad;         /* taps beside each other: 4, channels in the order of unpacked bytes; or 1 */
    bool requantizes; /* heeds scales */
    cb_q8_depthwise_fn *run;
} cb_q8_depthwise_kernel;

/* Where the kernel wants the channel, below 64. */
size_t cb_q8_depthwise_place(const cb_q8_depthwise_kernel *kernel, size_t channel);

/* Of the highest instruction set that may be used; there is always one. */
const cb_q8_depthwise_kernel *cb_q8_depthwise_best(cb_isa_set isa);

/* ---- direct: tiles of pixels x output channels in registers ----
 *
 * Groups of `pixels` output pixels each; the pixels of a group are pixel_bytes apart in the image,
 * groups may lie anywhere. A kernel takes its own number of groups at a time, until there are no
 * more. Each pixel's sum goes over tap_count taps and, at each, over `run` bytes that follow each
 * other (a multiple of the kernel's kr; what is read past a layer's channels meets weights of
 * zero):
 *
 *     sums[group][pixel][channel] = start[channel] + sum over tap, c < run of
 *         image[places[group] + taps[tap] + pixel * pixel_bytes + c] *
 *         weights[tap][c / 4][channel][c % 4]
 *
 * With `scales`, sums are requantized as CB_QUANT_FLOAT says and go to out + out_places[group] +
 * pixel * out_pixel_bytes, the first `out_channels` of them, as bytes; the scales are below 1, so
 * that no product leaves int32. Weights, start and scales then have channels at cb_q8_place(), and
 * bytes have them in their own order. Without, there are no more groups than the kernel takes at a
 * time. */
typedef struct {
    const uint8_t *image;
    const size_t *places;
    size_t group_count, pixels;
    bool again; /* this thread's last call was of the same kernel with as many pixels, and nothing
                   since could touch AMX's tiles */
    size_t pixel_bytes;
    const ptrdiff_t *taps;
    size_t tap_count, run;
    const int8_t *weights;
    const int32_t *start;
    int32_t *sums;       /* with scales scratch for amx, of two tiles */
    const float *scales; /* NULL: sums are wanted */
    uint8_t *out;
    const size_t *out_places;
    size_t out_pixel_bytes, out_channels;
    int32_t out_zero, low, high;
    bool out_signed;
} cb_q8_tile;

typedef void cb_q8_direct_fn(const cb_q8_tile *tile);

typedef struct cb_q8_kernel cb_q8_kernel;

/* The twin: any shape. */
typedef void cb_q8_oracle_fn(const cb_q8_tile *tile, const cb_q8_kernel *kernel);

struct cb_q8_kernel {
    const char *name; /* stem = symbol */
    cb_isa isa;
    bool is_signed;               /* activations: int8, else uint8 */
    int groups, pixels, channels; /* of a tile */
    int kr;                       /* bytes at a time */
    cb_q8_direct_fn *run;
    cb_q8_oracle_fn *oracle;
};

extern const cb_q8_kernel cb_q8_kernels[];
extern const size_t cb_q8_kernel_count;

/* Where the kernel wants a channel when it requantizes. */
size_t cb_q8_place(const cb_q8_kernel *kernel, size_t channel);

/* Of the highest instruction set that may be used, for activations of this sign if there is one,
 * else of the other; of those the one whose channels waste least of `channels`. NULL: none. */
const cb_q8_kernel *cb_q8_kernel_best(cb_isa_set isa, bool is_signed, size_t channels);

#endif
