/* How far the executor's sum of a channel may be from the integer sum times its scale, and what
 * follows for the integer behind it.
 *
 * The executor multiplies X = fl(q s) by W = fl(p t) for codes q, p and scales s, t, and adds in
 * float64 (Conv, rounded to float32 with the bias) or float32 (Gemm, MatMul, the bias behind it):
 *
 *   |sum X W - s t sum q p| <= max|X - q s| sum|W| + max|q| s (sum of the errors of W),
 *
 * where of unsigned codes only errors of one sign can add up. The order of summation adds
 * gamma(roundings) sum|X W|. Rounding the result and what follows is monotone, and so the same
 * interval ends are taken through it. */
#include "bench/network/inside.h"

#include <math.h>
#include <stdlib.h>

static const double UNIT = 0x1p-24; /* half the distance of two float32 numbers near 1 */

typedef struct {
    double sizes;        /* sum |W| */
    double above, below; /* sums of the errors of W, of either sign */
    double steps;        /* sum |p| */
} channel_sums;

static channel_sums sums_of(const cb_weights *w, size_t output)
{
    channel_sums s = {0};
    for (size_t k = 0; k < w->depth; k++) {
        double code = w->codes[output * w->depth + k];
        double weight = (double)w->floats[output * w->depth + k];
        double error = weight - code * (double)w->scale[output];
        s.sizes += fabs(weight);
        s.steps += fabs(code);
        *(error > 0 ? &s.above : &s.below) += fabs(error);
    }
    return s;
}

/* The largest error of an input that stands for a code. */
static double input_error(const cb_view *in)
{
    double most = 0;
    for (int q = in->low; q <= in->high; q++) {
        double error = fabs((double)((float)q * in->scale) - q * (double)in->scale);
        if (error > most) /* not fmax: GCC 12 for aarch64 stumbles over such a loop */
            most = error;
    }
    return most;
}

static double largest_code(const cb_view *in)
{
    return fmax(abs(in->low), abs(in->high));
}

static bool is_power_of_two(double x)
{
    int exponent;
    return frexp(x, &exponent) == 0.5;
}

static double bias_of(const cb_layer_plan *layer, size_t c)
{
    return layer->tail.bias ? (double)layer->tail.bias[c] : 0;
}

/* All partial sums, and the bias on top, are whole multiples of one power of two, below 2^24. */
static bool is_exact(const cb_layer_plan *layer, size_t c, const channel_sums *s)
{
    double unit = (double)layer->in.scale * (double)layer->weights.scale[c];
    double bias = bias_of(layer, c) / unit;
    return is_power_of_two((double)layer->in.scale) &&
           is_power_of_two((double)layer->weights.scale[c]) && bias == rint(bias) &&
           largest_code(&layer->in) * s->steps + fabs(bias) < 0x1p24;
}

static double error_of(const cb_layer_plan *layer, size_t c, const channel_sums *s)
{
    const double depth = (double)layer->weights.depth;
    double most = largest_code(&layer->in) * (double)layer->in.scale;
    double weights = layer->in.low >= 0 ? fmax(s->above, s->below) : s->above + s->below;
    double error = input_error(&layer->in) * s->sizes + most * weights;
    double terms = 1.001 * most * s->sizes + fabs(bias_of(layer, c));
    double roundings =
        layer->g.is_conv ? 0
                         : (double)cb_net_gemm_roundings(layer->weights.depth, layer->g.by_outputs);
    error += roundings * UNIT / (1 - roundings * UNIT) * terms;
    error += (depth + 8) * 0x1p-52 * terms; /* float64, the executor's and ours */
    return 1.000001 * error;
}

/* ---- a plain quantizer behind it: straight from the sum to the code ---- */

static bool is_direct(const cb_layer_plan *layer)
{
    const cb_tail *tail = &layer->tail;
    for (size_t i = 0; i < tail->stage_count; i++)
        if (tail->stages[i].op != CB_STAGE_RELU)
            return false;
    return tail->quantizes && tail->zero == 0 && !signbit(tail->zero) && !tail->bipolar &&
           tail->rounding == CB_ROUND_EVEN;
}

/* Roundings of t = fl(y / scale) in the executor, and of acc * to_code + from_bias -+ error here,
 * each at most UNIT of numbers up to `most` + |bias|; past `most`, t is clipped. */
static void set_direct(cb_layer_plan *layer, size_t c, bool exact)
{
    cb_scaling *s = &layer->scaling;
    const double scale = (double)layer->tail.scale;
    double bias = bias_of(layer, c) / scale;
    double most = fmax(fabs((double)s->low), fabs((double)s->high)) + 2;
    double error = s->error[c] / scale;
    s->to_code[c] = (float)((double)layer->in.scale * (double)layer->weights.scale[c] / scale);
    s->from_bias[c] = (float)bias;
    if (exact && is_power_of_two(scale))
        return; /* code_error is 0 */
    s->exact = false;
    s->direct &= error < 0.5;
    s->code_error[c] = (float)(1.00001 * (error + 10 * UNIT * (most + fabs(bias))));
}

static float *numbers(size_t count)
{
    return calloc(count, sizeof(float));
}

static void set_range(cb_layer_plan *layer)
{
    cb_scaling *s = &layer->scaling;
    s->low = layer->tail.range.low;
    s->high = layer->tail.range.high;
    if (layer->tail.stage_count && s->low < 0)
        s->low = 0; /* a Relu is all that can be there */
}

cb_status cb_bound_make(cb_layer_plan *layer, cb_error *err, bool *determined)
{
    cb_scaling *s = &layer->scaling;
    const size_t channels = layer->g.cout;
    bool all_exact = true;
    *s = (cb_scaling){.error = numbers(channels),
                      .to_code = numbers(channels),
                      .from_bias = numbers(channels),
                      .code_error = numbers(channels),
                      .exact = true,
                      .direct = is_direct(layer)};
    if (!s->error || !s->to_code || !s->from_bias || !s->code_error)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu channels", channels);
    set_range(layer);
    /* Of numbers below zero that are rounded to it a float32 number keeps the sign. */
    s->direct &= !layer->writes_floats || s->low >= 0;
    for (size_t c = 0; c < channels; c++) {
        channel_sums sums = sums_of(&layer->weights, c);
        bool exact = is_exact(layer, c, &sums);
        /* Rounded up: what is stored is no less than what was worked out. */
        s->error[c] = exact ? 0 : nextafterf((float)error_of(layer, c, &sums), INFINITY);
        all_exact &= exact;
        if (s->direct)
            set_direct(layer, c, exact);
    }
    s->exact = all_exact && (s->exact || !s->direct);
    layer->public.exact = s->exact;
    *determined = all_exact || layer->tail.quantizes;
    return CB_OK;
}

void cb_bound_free(cb_scaling *s)
{
    free(s->error);
    free(s->to_code);
    free(s->from_bias);
    free(s->code_error);
    *s = (cb_scaling){0};
}
