/* A convolution as a matrix product, and the pieces of its matrix that are never whole in memory.
 *
 * NCHW: output (cout x pixels) = weights (cout x K) times columns (K x pixels).
 * NHWC: output (pixels x cout) = rows (pixels x K) times weights (K x cout).
 * K runs over kernel rows, kernel columns, channels, in this order. */
#ifndef CB_BENCH_CONV_LOWER_H
#define CB_BENCH_CONV_LOWER_H

#include "bench/conv/variant.h"
#include "bench/gemm/gemm.h"

/* One image of one group. */
typedef struct {
    const cb_conv_problem *problem;
    cb_conv_transpose_fn *transpose, *pick2;
    const float *input; /* the group's first channel of the image's first pixel */
    size_t out_w;
} cb_conv_lowering;

/* K, and pixels of an image. */
size_t cb_conv_lower_k(const cb_layer *layer);
size_t cb_conv_lower_pixels(const cb_layer *layer);

/* Columns of the NCHW matrix: to[p][i < width]. A cb_gemm_fill_fn of operand B; arg is a
 * cb_conv_lowering. */
void cb_conv_lower_columns(const void *arg, const cb_gemm_panel *panel, void *to);

/* Rows of the NHWC matrix in panels: to[p][i < width]. A cb_gemm_fill_fn of operand A. */
void cb_conv_lower_rows(const void *arg, const cb_gemm_panel *panel, void *to);

/* Rows [first, first + count) of the NHWC matrix as they are: to[i][K]. */
void cb_conv_lower_matrix(const cb_conv_lowering *lowering, size_t first, size_t count, float *to);

/* Weights of one group in the order of K: cout / groups rows (transposed: K rows). */
void cb_conv_lower_weights(const cb_layer *layer, const float *weights, size_t group,
                           bool transposed, float *to);

/* Whether the matrix is the image itself: 1 x 1, stride 1, no padding. */
bool cb_conv_lower_is_plain(const cb_layer *layer);

/* Where an image's group begins in the input and in the output, in elements. */
size_t cb_conv_lower_input_at(const cb_conv_problem *problem, size_t image, size_t group);
size_t cb_conv_lower_output_at(const cb_conv_problem *problem, size_t image, size_t group);

#endif
