/* The oracle: one output element in float64, and how far a float32 result may be from it. */
#ifndef CB_BENCH_CONV_ORACLE_H
#define CB_BENCH_CONV_ORACLE_H

#include "bench/conv/variant.h"

/* The sum, and the sum of its terms' magnitudes. */
typedef struct {
    double value, magnitude;
} cb_conv_sum;

cb_conv_sum cb_conv_oracle(const cb_conv_problem *problem, const float *input, const float *weights,
                           size_t n, size_t oc, size_t y, size_t x);

/* Where an element of the output (input: channels, rows, columns of it) lies in its layout. */
size_t cb_conv_index(cb_conv_layout layout, size_t channels, size_t rows, size_t columns, size_t n,
                     size_t c, size_t y, size_t x);

/* The largest distance from the oracle that is allowed.
 *
 * Sums in any order, with or without fused steps (transform_growth 0): terms x 2^-24 x the sum of
 * the terms' magnitudes, terms being cin / groups kh kw + 1; the classical bound of a float32 sum.
 * Transforms (Winograd): transform_growth x 2^-24 x the largest input x the largest sum of a
 * channel's weights in magnitude: an error spreads over its whole tile, so an element's own terms
 * bound nothing. */
double cb_conv_bound(const cb_conv_problem *problem, double transform_growth, cb_conv_sum sum,
                     double input_max, double weight_sum_max);

/* Compares an output with the oracle: all of it, or about `samples` elements spread over it with
 * its corners. */
typedef struct {
    double max_abs_err;
    double max_of_bound; /* the largest error over its bound; ok is <= 1 */
    size_t compared;
} cb_conv_verdict;

cb_conv_verdict cb_conv_compare(const cb_conv_problem *problem, double transform_growth,
                                const float *input, const float *weights, const float *output,
                                size_t samples);

#endif
