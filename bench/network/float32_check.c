/* A float32 layer's numbers beside those that the executor's order of summation makes of the same
 * input, each within the bound. */
#include "bench/network/inside.h"

#include <math.h>

/* Products that are summed again at most; of larger layers, elements spread over the output. */
static const double MOST_PRODUCTS = 0x1p24;

/* What a place's window covers, in the order of the weights. */
static void gather_window(cb_layer_plan *layer, size_t place, size_t group)
{
    const cb_geometry *g = &layer->g;
    const size_t channels = g->cin / g->groups;
    float *to = layer->row;
    for (size_t c = group * channels; c < (group + 1) * channels; c++)
        for (size_t i = 0; i < g->kh; i++)
            for (size_t j = 0; j < g->kw; j++) {
                size_t y = place / g->out_w * g->stride_h + i * g->dilation_h - g->pad_top;
                size_t x = place % g->out_w * g->stride_w + j * g->dilation_w - g->pad_left;
                bool inside = y < g->h && x < g->w; /* those before the first wrap around */
                *to++ = inside ? layer->in_floats[(c * g->h + y) * g->w + x] : 0.0f;
            }
}

/* One output's weights: every `step`-th from here. */
static const float *weights_of(const cb_layer_plan *layer, size_t channel, size_t *step)
{
    bool by_inputs = !layer->g.is_conv && !layer->g.by_outputs;
    *step = by_inputs ? layer->g.cout : 1;
    return layer->constant + channel * (by_inputs ? 1 : layer->weights.depth);
}

/* The executor's sum of what `row` holds, with its bias. */
static float sum_of(const cb_layer_plan *layer, size_t channel)
{
    size_t step;
    const cb_geometry *g = &layer->g;
    const size_t depth = layer->weights.depth;
    const float *w = weights_of(layer, channel, &step);
    const float *bias = layer->tail.bias ? &layer->tail.bias[channel] : NULL;
    if (g->is_conv)
        return cb_net_conv_sum(layer->row, w, depth, bias);
    float sum = g->by_outputs
                    ? cb_net_gemm_sum_by_outputs(layer->row, w, depth, channel < g->cout / 4 * 4)
                    : cb_net_gemm_sum_by_inputs(layer->row, w, step, depth);
    return bias ? sum + *bias : sum;
}

/* How far two sums in any order may be apart: twice gamma(k + 3) of the terms' sizes. */
static double allowed_of(const cb_layer_plan *layer, size_t channel)
{
    size_t step;
    const float *w = weights_of(layer, channel, &step);
    const double n = ((double)layer->weights.depth + 3) * 0x1p-24;
    double size = layer->tail.bias ? fabs((double)layer->tail.bias[channel]) : 0;
    for (size_t k = 0; k < layer->weights.depth; k++)
        size += fabs((double)layer->row[k] * (double)w[k * step]);
    return 2 * (n < 0.5 ? n / (1 - n) : n) * size;
}

/* Both ends go through what follows the sum; each step of it is monotone. */
static void judge(cb_layer_plan *layer, size_t channel, double own, cb_engine_verdict *verdict)
{
    float sum = sum_of(layer, channel);
    double allowed = allowed_of(layer, channel);
    float low = (float)((double)sum - allowed), high = (float)((double)sum + allowed);
    cb_tail_follow(&layer->tail, channel, 1, &sum);
    cb_tail_follow(&layer->tail, channel, 1, &low);
    cb_tail_follow(&layer->tail, channel, 1, &high);
    double error = fabs(own - (double)sum);
    double bound = fmax(fabs((double)high - (double)sum), fabs((double)sum - (double)low));
    double share = error <= 0 ? 0 : error / bound; /* infinite for a bound of 0 */
    if (isnan(error) || isnan(share))
        error = share = INFINITY;
    verdict->max_abs_err = fmax(verdict->max_abs_err, error);
    verdict->max_of_bound = fmax(verdict->max_of_bound, share);
    verdict->compared++;
}

cb_engine_verdict cb_float32_compare(cb_layer_plan *layer)
{
    const cb_geometry *g = &layer->g;
    const size_t places = cb_geometry_places(g), depth = layer->weights.depth;
    const double products = (double)(places * g->cout) * (double)depth;
    const size_t step = products > MOST_PRODUCTS ? (size_t)(products / MOST_PRODUCTS) | 1 : 1;
    cb_engine_verdict verdict = {0};
    for (size_t i = 0; i < places * g->cout; i += step) {
        size_t channel = g->is_conv ? i / places : i % g->cout;
        size_t place = g->is_conv ? i % places : i / g->cout;
        if (g->is_conv)
            gather_window(layer, place, channel / (g->cout / g->groups));
        for (size_t k = 0; !g->is_conv && k < depth; k++)
            layer->row[k] = layer->in_floats[place * depth + k];
        judge(layer, channel, (double)layer->floats[i], &verdict);
    }
    return verdict;
}
