/* From integer sums to what the executor makes of them. */
#include "bench/network/inside.h"

#include <math.h>
#include <string.h>

/* ---- one sum again, in the executor's order ---- */

static float input_at(const cb_layer_plan *layer, size_t stored)
{
    int code = layer->in.low < 0 ? (int8_t)layer->source[stored] : layer->source[stored];
    return (float)code * layer->in.scale;
}

/* Inputs that lie side by side, each so many places behind the one before in the row. */
static void take_inputs(const cb_layer_plan *layer, size_t stored, size_t n, float *to, size_t step)
{
    const uint8_t *from = layer->source + stored;
    const float scale = layer->in.scale;
    if (layer->in.low < 0)
        for (size_t i = 0; i < n; i++)
            to[i * step] = (float)(int8_t)from[i] * scale;
    else
        for (size_t i = 0; i < n; i++)
            to[i * step] = (float)from[i] * scale;
}

/* What a place's window covers, in the order of the weights: channel by channel. */
static void gather_window(cb_layer_plan *layer, size_t place, size_t group)
{
    const cb_geometry *g = &layer->g;
    const size_t channels = g->cin / g->groups, taps = g->kh * g->kw;
    const size_t y0 = place / g->out_w * g->stride_h - g->pad_top;
    const size_t x0 = place % g->out_w * g->stride_w - g->pad_left;
    for (size_t i = 0; i < g->kh; i++)
        for (size_t j = 0; j < g->kw; j++) {
            const size_t y = y0 + i * g->dilation_h, x = x0 + j * g->dilation_w;
            float *to = layer->row + i * g->kw + j;
            if (y < g->h && x < g->w) /* those before the first wrap around */
                take_inputs(layer, (y * g->w + x) * g->cin + group * channels, channels, to, taps);
            else
                for (size_t c = 0; c < channels; c++)
                    to[c * taps] = 0.0f;
        }
}

static float sum_again(cb_layer_plan *layer, size_t place, size_t channel)
{
    const cb_geometry *g = &layer->g;
    const size_t depth = layer->weights.depth;
    const float *weights = layer->weights.floats + channel * depth;
    layer->public.summed_again++;
    if (g->is_conv) {
        gather_window(layer, place, channel / (g->cout / g->groups));
        return cb_net_conv_sum(layer->row, weights, depth,
                               layer->tail.bias ? &layer->tail.bias[channel] : NULL);
    }
    for (size_t k = 0; k < depth; k++)
        layer->row[k] = input_at(layer, place * depth + (layer->order ? layer->order[k] : k));
    float sum = g->by_outputs ? cb_net_gemm_sum_by_outputs(layer->row, weights, depth,
                                                           channel < g->cout / 4 * 4)
                              : cb_net_gemm_sum_by_inputs(layer->row, weights, 1, depth);
    return layer->tail.bias ? sum + layer->tail.bias[channel] : sum;
}

/* ---- what follows, as the executor does it ---- */

static void run_stage(const cb_stage *stage, size_t channel, size_t n, float *y)
{
    const float *by = stage->by ? stage->by + channel : NULL;
    switch (stage->op) {
    case CB_STAGE_RELU:
        for (size_t j = 0; j < n; j++)
            y[j] = y[j] < 0 ? 0.0f : y[j];
        break;
    case CB_STAGE_ADD:
        for (size_t j = 0; j < n; j++)
            y[j] = y[j] + by[j];
        break;
    case CB_STAGE_SUB:
        for (size_t j = 0; j < n; j++)
            y[j] = y[j] - by[j];
        break;
    case CB_STAGE_MUL:
        for (size_t j = 0; j < n; j++)
            y[j] = y[j] * by[j];
        break;
    case CB_STAGE_DIV:
        for (size_t j = 0; j < n; j++)
            y[j] = y[j] / by[j];
        break;
    }
}

void cb_tail_follow(const cb_tail *tail, size_t channel, size_t n, float *y)
{
    for (size_t i = 0; i < tail->stage_count; i++)
        run_stage(&tail->stages[i], channel, n, y);
    if (!tail->quantizes)
        return;
    const cb_quant_row row = {
        .x = y, .scale = &tail->scale, .zero_point = &tail->zero, .x_stride = 1, .n = n, .y = y};
    if (tail->bipolar_node)
        cb_quantize_bipolar(&row);
    else
        cb_quantize(&row, tail->range, tail->rounding, tail->bipolar);
}

static void put_code(cb_layer_plan *layer, size_t place, size_t channel, float y)
{
    layer->cell.codes[place * layer->g.cout + channel] = (uint8_t)(int)rintf(y / layer->tail.scale);
}

static void put_float(cb_layer_plan *layer, size_t place, size_t channel, float y)
{
    const cb_geometry *g = &layer->g;
    if (g->is_conv)
        layer->floats[channel * cb_geometry_places(g) + place] = y;
    else
        layer->floats[place * g->cout + channel] = y;
}

static void put(cb_layer_plan *layer, size_t place, size_t channel, float y)
{
    if (layer->tail.quantizes)
        put_code(layer, place, channel, y);
    if (layer->writes_floats)
        put_float(layer, place, channel, y);
}

static void put_again(cb_layer_plan *layer, size_t place, size_t channel)
{
    float y = sum_again(layer, place, channel);
    cb_tail_follow(&layer->tail, channel, 1, &y);
    put(layer, place, channel, y);
}

static bool same_bits(float a, float b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Both ends of the sums' intervals, as float32 numbers with the bias. */
static void set_ends(const cb_layer_plan *layer, size_t channel, size_t n, const int32_t *sums,
                     float *low, float *high)
{
    const float *bias = layer->tail.bias ? layer->tail.bias + channel : NULL;
    for (size_t j = 0; j < n; j++) {
        double sum =
            (double)sums[j] * ((double)layer->in.scale * (double)layer->weights.scale[channel + j]);
        double inner = layer->g.is_conv && bias ? (double)bias[j] : 0;
        double error = (double)layer->scaling.error[channel + j];
        low[j] = (float)(sum + inner - error);
        high[j] = (float)(sum + inner + error);
        if (!layer->g.is_conv && bias) {
            low[j] += bias[j];
            high[j] += bias[j];
        }
    }
}

/* One line of channels, by any tail. */
static void finish_line(cb_layer_plan *layer, size_t place, size_t channel, size_t n,
                        const int32_t *sums)
{
    float *low = layer->ends[0], *high = layer->ends[1];
    set_ends(layer, channel, n, sums, low, high);
    cb_tail_follow(&layer->tail, channel, n, low);
    cb_tail_follow(&layer->tail, channel, n, high);
    for (size_t j = 0; j < n; j++) {
        if (same_bits(low[j], high[j]))
            put(layer, place, channel + j, low[j]);
        else
            put_again(layer, place, channel + j);
    }
}

/* ---- a plain quantizer ---- */

/* Adding it rounds a small number to the nearest integer, ties to even, into the low bits. */
static const float ROUNDER = 0x1.8p23f;

static uint32_t code_bits(float t, float low, float high)
{
    uint32_t bits;
    t = t < low ? low : t;
    t = t > high ? high : t;
    t += ROUNDER;
    memcpy(&bits, &t, sizeof bits);
    return bits;
}

/* Codes for the lower ends; whether those of the upper ends are others anywhere. */
static bool line_direct(const cb_scaling *s, size_t channel, size_t n, const int32_t *restrict sums,
                        uint8_t *restrict codes)
{
    const float *restrict to_code = s->to_code + channel;
    const float *restrict from_bias = s->from_bias + channel;
    const float *restrict error = s->code_error + channel;
    const float low = s->low, high = s->high;
    uint32_t differ = 0;
    for (size_t j = 0; j < n; j++) {
        float t = (float)sums[j] * to_code[j] + from_bias[j];
        uint32_t bits = code_bits(t - error[j], low, high);
        differ |= bits ^ code_bits(t + error[j], low, high);
        codes[j] = (uint8_t)bits;
    }
    return differ != 0;
}

static void line_exact(const cb_scaling *s, size_t channel, size_t n, const int32_t *restrict sums,
                       uint8_t *restrict codes)
{
    const float *restrict to_code = s->to_code + channel;
    const float *restrict from_bias = s->from_bias + channel;
    const float low = s->low, high = s->high;
    for (size_t j = 0; j < n; j++)
        codes[j] = (uint8_t)code_bits((float)sums[j] * to_code[j] + from_bias[j], low, high);
}

static void line_again(cb_layer_plan *layer, size_t place, size_t channel, size_t n,
                       const int32_t *sums)
{
    const cb_scaling *s = &layer->scaling;
    for (size_t j = 0; j < n; j++) {
        size_t c = channel + j;
        float t = (float)sums[j] * s->to_code[c] + s->from_bias[c];
        if (code_bits(t - s->code_error[c], s->low, s->high) !=
            code_bits(t + s->code_error[c], s->low, s->high))
            put_again(layer, place, c);
    }
}

/* What the codes of a line stand for. */
static void put_floats(cb_layer_plan *layer, size_t place, size_t channel, size_t n,
                       const uint8_t *codes)
{
    for (size_t j = 0; j < n; j++)
        put_float(layer, place, channel + j, (float)codes[j] * layer->tail.scale);
}

void cb_finish_sums(cb_layer_plan *layer, size_t place, size_t m, size_t channel, size_t n,
                    const int32_t *sums, size_t ld)
{
    const cb_scaling *s = &layer->scaling;
    for (size_t i = 0; i < m; i++, sums += ld) {
        uint8_t *codes = layer->cell.codes + (place + i) * layer->g.cout + channel;
        if (!s->direct)
            finish_line(layer, place + i, channel, n, sums);
        else if (s->exact)
            line_exact(s, channel, n, sums, codes);
        else if (line_direct(s, channel, n, sums, codes))
            line_again(layer, place + i, channel, n, sums);
        if (s->direct && layer->writes_floats)
            put_floats(layer, place + i, channel, n, codes);
    }
}
