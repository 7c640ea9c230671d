/* Kernels of convolution on 8-bit numbers: one file and one row each. */
#ifndef CB_BENCH_CONV_QUANTIZED_KERNEL_H
#define CB_BENCH_CONV_QUANTIZED_KERNEL_H

#include "machine/isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- direct: a tile of pixels x output channels in registers ----
 *
 * Up to `groups` groups of `pixels` output pixels each; the pixels of a group are pixel_bytes apart
 * in the image, groups may lie anywhere. Each pixel's sum goes over tap_count taps and, at each,
 * over `run` bytes that follow each other (a multiple of the kernel's kr; what is read past a
 * layer's channels meets weights of zero):
 *
 *     sums[group][pixel][channel] = start[channel] + sum over tap, c < run of
 *         groups[group][taps[tap] + pixel * pixel_bytes + c] *
 *         weights[tap][c / 4][channel][c % 4]
 *
 * With `scales`, sums are requantized as CB_QUANT_FLOAT says and go to out[group] +
 * pixel * out_pixel_bytes, the first `out_channels` of them, as bytes; the scales are below 1, so
 * that no product leaves int32. */
typedef struct {
    const uint8_t *const *groups;
    size_t group_count, pixels;
    size_t pixel_bytes;
    const ptrdiff_t *taps;
    size_t tap_count, run;
    const int8_t *weights;
    const int32_t *start;
    int32_t *sums;       /* not touched with scales, but for amx, which needs it as scratch */
    const float *scales; /* NULL: sums are wanted */
    uint8_t *const *out;
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

/* Of the highest instruction set that may be used, for activations of this sign if there is one,
 * else of the other; of those the one whose channels waste least of `channels`. NULL: none. */
const cb_q8_kernel *cb_q8_kernel_best(cb_isa_set isa, bool is_signed, size_t channels);

#endif
