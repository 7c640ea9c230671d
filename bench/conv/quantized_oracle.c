#include "bench/conv/oracle.h"
#include "bench/conv/quantized.h"

#include <stdlib.h>

const char *cb_quantized_dtype(const cb_quantized_problem *problem)
{
    return problem->is_signed ? "s8" : "u8s8";
}

size_t cb_quantized_out_bytes(const cb_quantized_problem *problem)
{
    return problem->quantization->out == CB_S32 ? sizeof(int32_t) : 1;
}

int32_t cb_quantized_input(const cb_quantized_problem *problem, const void *input, size_t index)
{
    return problem->is_signed ? ((const int8_t *)input)[index] : ((const uint8_t *)input)[index];
}

int32_t cb_quantized_weight_zero(const cb_quantization *q, size_t channel)
{
    return q->weight_zeros ? q->weight_zeros[channel] : q->weight_zero;
}

/* Sums of one tap over the input channels. */
static int64_t tap_sum(const cb_quantized_problem *problem, const void *input,
                       const int8_t *weights, const size_t at[3], size_t oc, size_t tap)
{
    const cb_layer *l = &problem->base.layer;
    const cb_quantization *q = problem->quantization;
    size_t cg = l->cin / l->groups, first = oc / (l->cout / l->groups) * cg;
    int32_t zero = cb_quantized_weight_zero(q, oc);
    int64_t sum = 0;
    for (size_t c = 0; c < cg; c++) {
        size_t index =
            cb_conv_index(problem->base.layout, l->cin, l->h, l->w, at[0], first + c, at[1], at[2]);
        int64_t a = cb_quantized_input(problem, input, index) - q->activation_zero;
        sum += a * (weights[(oc * cg + c) * l->kh * l->kw + tap] - zero);
    }
    return sum;
}

int32_t cb_quantized_oracle(const cb_quantized_problem *problem, const void *input,
                            const int8_t *weights, size_t n, size_t oc, size_t y, size_t x)
{
    const cb_layer *l = &problem->base.layer;
    const cb_quantization *q = problem->quantization;
    int64_t sum = q->bias ? q->bias[oc] : 0;
    for (size_t ky = 0; ky < l->kh; ky++)
        for (size_t kx = 0; kx < l->kw; kx++) {
            size_t at[3] = {n, y * l->stride + ky * l->dilation - l->pad,
                            x * l->stride + kx * l->dilation - l->pad};
            if (at[1] < l->h && at[2] < l->w) /* below zero wraps round; padding is real zero */
                sum += tap_sum(problem, input, weights, at, oc, ky * l->kw + kx);
        }
    return cb_quantize_one(q, oc, (int32_t)sum);
}

static int32_t output_at(const cb_quantized_problem *problem, const void *output, size_t index)
{
    switch (problem->quantization->out) {
    case CB_S8:
        return ((const int8_t *)output)[index];
    case CB_U8:
        return ((const uint8_t *)output)[index];
    default:
        return ((const int32_t *)output)[index];
    }
}

cb_quantized_verdict cb_quantized_compare(const cb_quantized_problem *problem, const void *input,
                                          const int8_t *weights, const void *output, size_t samples)
{
    const cb_layer *l = &problem->base.layer;
    size_t out_h = cb_layer_out_h(l), out_w = cb_layer_out_w(l), all = cb_layer_output_elems(l);
    /* A step with no factor in common with a row keeps the samples from lining up. */
    size_t step = all > samples ? all / samples | 1 : 1;
    cb_quantized_verdict verdict = {0, 0, 0};
    for (size_t i = 0; i < all; i = i + step < all || i == all - 1 ? i + step : all - 1) {
        size_t x = i % out_w, y = i / out_w % out_h, o = i / out_w / out_h % l->cout;
        size_t n = i / out_w / out_h / l->cout;
        size_t index = cb_conv_index(problem->base.layout, l->cout, out_h, out_w, n, o, y, x);
        int64_t error = llabs((int64_t)output_at(problem, output, index) -
                              cb_quantized_oracle(problem, input, weights, n, o, y, x));
        verdict.different += error != 0;
        verdict.max_abs_err = error > verdict.max_abs_err ? error : verdict.max_abs_err;
        verdict.compared++;
    }
    return verdict;
}
