#include "bench/conv/oracle.h"

#include <math.h>

size_t cb_conv_index(cb_conv_layout layout, size_t channels, size_t rows, size_t columns, size_t n,
                     size_t c, size_t y, size_t x)
{
    if (layout == CB_CONV_NHWC)
        return ((n * rows + y) * columns + x) * channels + c;
    return ((n * channels + c) * rows + y) * columns + x;
}

cb_conv_sum cb_conv_oracle(const cb_conv_problem *problem, const float *input, const float *weights,
                           size_t n, size_t oc, size_t y, size_t x)
{
    const cb_layer *l = &problem->layer;
    size_t cg = l->cin / l->groups, first = oc / (l->cout / l->groups) * cg;
    cb_conv_sum sum = {0, 0};
    for (size_t ky = 0; ky < l->kh; ky++)
        for (size_t kx = 0; kx < l->kw; kx++) {
            size_t iy = y * l->stride + ky * l->dilation - l->pad;
            size_t ix = x * l->stride + kx * l->dilation - l->pad;
            if (iy >= l->h || ix >= l->w) /* below zero wraps round */
                continue;
            for (size_t c = 0; c < cg; c++) {
                double a = (double)
                    input[cb_conv_index(problem->layout, l->cin, l->h, l->w, n, first + c, iy, ix)];
                double term = a * (double)weights[((oc * cg + c) * l->kh + ky) * l->kw + kx];
                sum.value += term;
                sum.magnitude += fabs(term);
            }
        }
    return sum;
}

double cb_conv_bound(const cb_conv_problem *problem, double transform_growth, cb_conv_sum sum,
                     double input_max, double weight_sum_max)
{
    const cb_layer *l = &problem->layer;
    double terms = (double)(l->cin / l->groups) * (double)l->kh * (double)l->kw + 1;
    if (transform_growth > 0)
        return transform_growth * 0x1p-24 * input_max * weight_sum_max;
    return terms * 0x1p-24 * sum.magnitude;
}

static double largest(const float *values, size_t count)
{
    float most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, fabsf(values[i]));
    return (double)most;
}

static double largest_weight_sum(const cb_layer *l, const float *weights)
{
    size_t terms = l->cin / l->groups * l->kh * l->kw;
    double most = 0;
    for (size_t o = 0; o < l->cout; o++) {
        double sum = 0;
        for (size_t i = 0; i < terms; i++)
            sum += fabs((double)weights[o * terms + i]);
        most = fmax(most, sum);
    }
    return most;
}

cb_conv_verdict cb_conv_compare(const cb_conv_problem *problem, double transform_growth,
                                const float *input, const float *weights, const float *output,
                                size_t samples)
{
    const cb_layer *l = &problem->layer;
    size_t out_h = cb_layer_out_h(l), out_w = cb_layer_out_w(l), all = cb_layer_output_elems(l);
    double input_max = largest(input, cb_layer_input_elems(l));
    double weight_sum_max = largest_weight_sum(l, weights);
    /* A step with no factor in common with a row keeps the samples from lining up. */
    size_t step = all > samples ? all / samples | 1 : 1;
    cb_conv_verdict verdict = {0, 0, 0};
    for (size_t i = 0; i < all; i = i + step < all || i == all - 1 ? i + step : all - 1) {
        size_t x = i % out_w, y = i / out_w % out_h, o = i / out_w / out_h % l->cout;
        size_t n = i / out_w / out_h / l->cout;
        cb_conv_sum sum = cb_conv_oracle(problem, input, weights, n, o, y, x);
        double got =
            (double)output[cb_conv_index(problem->layout, l->cout, out_h, out_w, n, o, y, x)];
        double error = fabs(got - sum.value);
        double bound = cb_conv_bound(problem, transform_growth, sum, input_max, weight_sum_max);
        double of_bound = error > 0 ? error / bound : 0;
        if (!(error >= 0)) /* not a number */
            error = of_bound = INFINITY;
        verdict.max_abs_err = fmax(verdict.max_abs_err, error);
        verdict.max_of_bound = fmax(verdict.max_of_bound, of_bound);
        verdict.compared++;
    }
    return verdict;
}
