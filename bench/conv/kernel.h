/* Kernels of convolution: the innermost pieces, one file and one row each. */
#ifndef CB_BENCH_CONV_KERNEL_H
#define CB_BENCH_CONV_KERNEL_H

#include "bench/gemm/micro.h"
#include "machine/isa.h"

#include <stdbool.h>
#include <stddef.h>

/* ---- direct: a tile of pixels x output channels in registers ----
 *
 * A tile has one or two *groups* of neighbouring output pixels, or more groups of one pixel; they
 * may lie anywhere (two pieces of one row, pieces of two rows). Each pixel's sum goes over
 * `tap_count` taps and, at each, over `run` input channels that follow each other in memory;
 * `channels` output channels have their weights beside each other:
 *
 *     out[group][pixel][channel] (+)= sum over tap, c of
 *         input[taps[tap] + places[group] + pixel * pixel_bytes][c] *
 *         weights[tap][c][channel]
 *
 * Kernels of one or two groups take places[group] as group * group_bytes.
 *
 * Every pixel and channel of the tile is read and written. Where a tile is cut, groups overlap
 * (both compute the same). Assembly reads this by the offsets in kernel_offsets.h. */
typedef struct {
    const float *input;
    const float *weights;
    float *output;
    const ptrdiff_t *taps; /* bytes from `input` to each tap's first channel */
    size_t tap_count, run; /* at least 1 */
    size_t pixel_bytes;    /* input, from a pixel of a group to the next */
    size_t group_bytes;    /* input, from the first group to the second */
    size_t out_pixel_bytes;
    size_t out_group_bytes;
    size_t out_vector_bytes;     /* output, from one vector of channels to the next */
    size_t accumulate;           /* 0: output is written and never read; 1: it is added to */
    const ptrdiff_t *places;     /* input, bytes from `input` to each group; and */
    const ptrdiff_t *out_places; /* the same of the output: kernels of more than two groups */
    const void *next; /* what such a kernel fetches to the second-level cache while it computes, a
                         line for every second channel of a tap; NULL: nothing */
} cb_conv_tile;

typedef struct cb_conv_kernel cb_conv_kernel;

typedef void cb_conv_direct_fn(const cb_conv_tile *tile);

/* ---- transpose: to[j * to_stride + i] = from[i * from_stride + j], i < rows, j < columns ----
 * Strides in elements. Touches nothing else. TRANSPOSE2 takes every second column, from[i *
 * from_stride + 2 * j]; PICK2 takes those too and keeps rows and columns: to[i * to_stride + j]. */
typedef void cb_conv_transpose_fn(const float *from, size_t from_stride, float *to,
                                  size_t to_stride, size_t rows, size_t columns);

/* ---- depthwise: one row of output pixels, `lanes` channels ----
 *
 *     out[p][c] = sum over y < kh, x < kw of
 *         input[y * row_bytes + p * step_bytes + x * tap_bytes][c] * weights[y][x][c]
 *
 * Clipped kernels at the image's edge have fewer rows and columns than the weights. */
typedef struct {
    const float *input;   /* channel 0 of the first tap of pixel 0 */
    const float *weights; /* rows weight_row_bytes apart, columns `lanes` floats */
    float *output;
    size_t kh, kw; /* at least 1 */
    size_t pixels;
    size_t row_bytes;  /* input, from one y of the kernel to the next */
    size_t step_bytes; /* input, from one output pixel's first tap to the next one's */
    size_t tap_bytes;  /* input, from one x of the kernel to the next */
    size_t weight_row_bytes;
    size_t out_pixel_bytes;
} cb_conv_depthwise_row;

typedef void cb_conv_depthwise_fn(const cb_conv_depthwise_row *row);

/* ---- depthwise, 3 x 3: a tile of 2 x 7 output pixels, all channels ----
 *
 * `input` has a pointer to channel 0 of each pixel that the tile needs, row by row: 4 x 9 of them
 * for stride 1, 5 x 15 for stride 2; pixels in the padding point to zeros. Channels are `vectors`
 * times `lanes`; weights have `lanes` floats for each of 9 taps, vector by vector. Output pixels
 * may appear in two tiles. */
enum { CB_CONV_DEPTHWISE_ROWS = 2, CB_CONV_DEPTHWISE_COLUMNS = 7 };

typedef struct {
    const float *const *input;
    float *const *output; /* 2 x 7 */
    const float *weights;
    size_t vectors, stride;
} cb_conv_depthwise_tile;

typedef void cb_conv_depthwise_tile_fn(const cb_conv_depthwise_tile *tile);

/* ---- depthwise, 3 x 3: seven rows of output pixels, all of their columns, some channels ----
 *
 * Pixels lie `pixel_bytes` apart in input and output; channels are `vectors` times `lanes`, weights
 * as a tile's. Stride 1 or 2, padding 0 or 1 on the left. Assembly reads this by the offsets in
 * kernel_offsets.h. */
enum { CB_CONV_STRIP_ROWS = 7 };

typedef struct {
    const float *input; /* column 0 of the first row that the strip needs, outside or not */
    const float *weights;
    float *output; /* column 0 of the strip's first row */
    size_t vectors;
    size_t columns;     /* of the input */
    size_t out_columns; /* of the output */
    size_t ends;        /* the last output column has its third input column */
    size_t row_bytes, pixel_bytes, out_row_bytes;
    size_t stride, pad;
    size_t top, bottom; /* 1: the first, the last row of the input is outside and zero */
    /* Where a kernel may fetch from, to the second-level cache while it computes: rows as far apart
     * as the strip's own, and of as many lines as these have at most; NULL: nowhere. */
    const void *next, *next_out;
} cb_conv_depthwise_strip;

typedef void cb_conv_depthwise_strip_fn(const cb_conv_depthwise_strip *strip);

/* ---- depthwise, 3 x 3: whole images of some channels, one after another without gaps ----
 *
 * Stride 1 or 2, padding 0 or 1. */
typedef struct {
    const float *input;   /* planes x h x w */
    const float *weights; /* planes x 3 x 3 */
    float *output;        /* planes x out_h x out_w */
    size_t planes, h, w, out_h, out_w, stride, pad;
} cb_conv_depthwise_plane;

typedef void cb_conv_depthwise_plane_fn(const cb_conv_depthwise_plane *plane);

/* ---- Winograd transforms: `lanes` channels at a time ----
 *
 * A tile in (alpha x alpha pixels, rows from_row_bytes apart, pixels from_pixel_bytes apart) or one
 * vector in each of the alpha^2 matrices (to_matrix_bytes apart), and the way back. alpha = m + 2;
 * matrices after Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016). */
typedef struct {
    const float *from;
    float *to;
    size_t from_row_bytes,
        from_pixel_bytes;                /* output transform: from_pixel_bytes between matrices */
    size_t to_row_bytes, to_pixel_bytes; /* input transform: to_pixel_bytes between matrices */
} cb_conv_winograd_tile;

typedef void cb_conv_winograd_fn(const cb_conv_winograd_tile *tile);

/* ---- the table ---- */

typedef enum {
    CB_CONV_DIRECT,
    CB_CONV_TRANSPOSE,
    CB_CONV_TRANSPOSE2,
    CB_CONV_PICK2,
    CB_CONV_DEPTHWISE,
    CB_CONV_DEPTHWISE_TILE,
    CB_CONV_DEPTHWISE_STRIP,
    CB_CONV_DEPTHWISE_PLANE,
    CB_CONV_WINOGRAD_INPUT,
    CB_CONV_WINOGRAD_OUTPUT,
} cb_conv_kind;

/* The twin of a direct kernel: any shape, in float64. */
typedef void cb_conv_direct_oracle_fn(const cb_conv_tile *tile, const cb_conv_kernel *kernel);

typedef union {
    cb_conv_direct_fn *DIRECT;
    cb_conv_transpose_fn *TRANSPOSE, *TRANSPOSE2, *PICK2;
    cb_conv_depthwise_fn *DEPTHWISE;
    cb_conv_depthwise_tile_fn *DEPTHWISE_TILE;
    cb_conv_depthwise_strip_fn *DEPTHWISE_STRIP;
    cb_conv_depthwise_plane_fn *DEPTHWISE_PLANE;
    cb_conv_winograd_fn *WINOGRAD_INPUT;
    cb_conv_winograd_fn *WINOGRAD_OUTPUT;
} cb_conv_call;

struct cb_conv_kernel {
    const char *name; /* stem = symbol */
    cb_isa isa;
    cb_conv_kind kind;
    cb_gemm_core core;
    /* DIRECT: groups, pixels of one group, output channels, channels in a vector.
     * DEPTHWISE, _TILE, _STRIP: -, -, channels, channels. DEPTHWISE_PLANE: lanes are pixels.
     * WINOGRAD: -, m of F(m x m, 3 x 3), channels, -. TRANSPOSE, PICK2: all 0. */
    int groups, pixels, channels, lanes;
    cb_conv_call run;
    const char *oracle_name;
};

extern const cb_conv_kernel cb_conv_kernels[];
extern const size_t cb_conv_kernel_count;

/* The kernel of a kind that suits this processor best (highest instruction set; of two, the one
 * ordered for `core`), among those that `accepts` (NULL: all); NULL when there is none. */
const cb_conv_kernel *cb_conv_kernel_best(cb_conv_kind kind, cb_isa_set isa, cb_gemm_core core,
                                          bool (*accepts)(const cb_conv_kernel *kernel,
                                                          const void *arg),
                                          const void *arg);

/* Twins. */
void direct_f32__scalar(const cb_conv_tile *tile, const cb_conv_kernel *kernel);

#endif
