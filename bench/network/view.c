/* Values as integers times scales: found from their quantizers, and for weights checked element by
 * element. */
#include "bench/network/inside.h"

#include <math.h>
#include <stdlib.h>

/* A scale, and its products with bytes, far from where float32 loses bits. */
static bool is_plain_scale(float scale)
{
    return scale > 0x1p-60f && scale < 0x1p60f;
}

/* The one number of a constant of one element; NaN for any other value. */
static float scalar_of(const cb_network *net, int value)
{
    const cb_net_value *v = value < 0 ? NULL : cb_network_value(net, value);
    if (!v || !v->constant || v->shape.type != CB_NET_F32 || v->shape.count != 1)
        return NAN;
    return *(const float *)v->constant;
}

static bool passes_on(cb_net_op op)
{
    switch (op) {
    case CB_NET_FLATTEN:
    case CB_NET_RESHAPE:
    case CB_NET_SQUEEZE:
    case CB_NET_UNSQUEEZE:
    case CB_NET_IDENTITY:
    case CB_NET_DROPOUT:
        return true;
    default:
        return false;
    }
}

int cb_view_source(const cb_network *net, int value)
{
    for (;;) {
        int producer = cb_network_value(net, value)->producer;
        if (producer < 0)
            return value;
        const cb_net_node *node = cb_network_node(net, (size_t)producer);
        if (node->folded || !passes_on(node->op))
            return value;
        value = node->inputs[0];
    }
}

static cb_view bounded(float scale, double low, double high, float bits)
{
    cb_view view = {.scale = scale, .low = (int)low, .high = (int)high, .bits = (int)bits};
    view.known = is_plain_scale(scale) && low >= -128 && high <= 255 && !(low < 0 && high > 127);
    return view;
}

static cb_view of_quantizer(const cb_network *net, size_t i)
{
    const cb_net_node *node = cb_network_node(net, i);
    const cb_net_details d = cb_network_details(net, i);
    float scale = scalar_of(net, node->inputs[1]), zero = scalar_of(net, node->inputs[2]);
    float bits = scalar_of(net, node->inputs[3]);
    if (!(bits >= 1 && bits <= 8) || zero != rintf(zero) || fabsf(zero) > 256)
        return (cb_view){0};
    if (bits == 1 && d.is_signed) {
        cb_view view = bounded(scale, -1, 1, 1);
        view.bipolar = zero == 0;
        view.known &= view.bipolar;
        return view;
    }
    cb_int_range range = cb_quant_range(bits, d.is_signed, d.narrow);
    return bounded(scale, (double)range.low - (double)zero, (double)range.high - (double)zero,
                   bits);
}

/* Only the second version clips. */
static cb_view of_trunc(const cb_network *net, size_t i)
{
    const cb_net_node *node = cb_network_node(net, i);
    const cb_net_details d = cb_network_details(net, i);
    if (node->input_count != 6 || scalar_of(net, node->inputs[2]) != 0)
        return (cb_view){0};
    float bits = scalar_of(net, node->inputs[5]);
    if (!(bits >= 1 && bits <= 8))
        return (cb_view){0};
    cb_int_range range = cb_quant_range(bits, d.is_signed, d.narrow);
    return bounded(scalar_of(net, node->inputs[4]), (double)range.low, (double)range.high, bits);
}

cb_view cb_view_of(const cb_network *net, int value)
{
    int producer = cb_network_value(net, cb_view_source(net, value))->producer;
    if (producer < 0)
        return (cb_view){0};
    size_t i = (size_t)producer;
    const cb_net_node *node = cb_network_node(net, i);
    if (node->folded)
        return (cb_view){0};
    switch (node->op) {
    case CB_NET_QUANT:
    case CB_NET_INT_QUANT:
        return of_quantizer(net, i);
    case CB_NET_BIPOLAR_QUANT: {
        cb_view view = bounded(scalar_of(net, node->inputs[1]), -1, 1, 1);
        view.bipolar = true;
        return view;
    }
    case CB_NET_TRUNC:
        return of_trunc(net, i);
    case CB_NET_MAX_POOL:
        return cb_view_of(net, node->inputs[0]);
    default:
        return (cb_view){0};
    }
}

/* ---- weights ---- */

/* The scales of the quantizer that made a constant: of one element or one for each output. */
static const float *weight_scales(const cb_network *net, int value, size_t outputs, bool *single)
{
    for (;;) {
        int producer = cb_network_value(net, value)->producer;
        if (producer < 0)
            return NULL;
        const cb_net_node *node = cb_network_node(net, (size_t)producer);
        if (node->op == CB_NET_QUANT || node->op == CB_NET_INT_QUANT ||
            node->op == CB_NET_BIPOLAR_QUANT) {
            const cb_net_value *scale = cb_network_value(net, node->inputs[1]);
            *single = scale->shape.count == 1;
            return *single || scale->shape.count == outputs ? scale->constant : NULL;
        }
        if (node->op != CB_NET_TRANSPOSE && !passes_on(node->op))
            return NULL;
        value = node->inputs[0];
    }
}

/* One weight: whether it is an integer of a byte times the scale, rounded once. */
static bool read_code(float weight, float scale, int8_t *code)
{
    float q = rintf(weight / scale);
    if (!(q >= -128 && q <= 127) || q * scale != weight)
        return false;
    *code = (int8_t)q;
    return true;
}

static bool read_codes(cb_weights *w)
{
    bool zeros = false;
    for (size_t o = 0; o < w->outputs; o++)
        for (size_t k = 0; k < w->depth; k++) {
            int8_t *code = &w->codes[o * w->depth + k];
            if (!read_code(w->floats[o * w->depth + k], w->scale[o], code))
                return false;
            w->low = *code < w->low ? *code : w->low;
            w->high = *code > w->high ? *code : w->high;
            zeros |= *code == 0;
        }
    w->bipolar = !zeros && w->low >= -1 && w->high <= 1;
    while (!w->bipolar && (w->low < -(1 << (w->bits - 1)) || w->high >= 1 << (w->bits - 1)))
        w->bits++;
    return true;
}

static void copy_floats(const float *from, bool transposed, cb_weights *w)
{
    for (size_t o = 0; o < w->outputs; o++)
        for (size_t k = 0; k < w->depth; k++)
            w->floats[o * w->depth + k] =
                transposed ? from[k * w->outputs + o] : from[o * w->depth + k];
}

bool cb_weights_read(const cb_network *net, int value, size_t outputs, bool transposed,
                     cb_weights *w)
{
    const cb_net_value *v = cb_network_value(net, value);
    bool single = true;
    *w = (cb_weights){.outputs = outputs, .depth = v->shape.count / outputs, .bits = 1};
    if (!v->constant || v->shape.type != CB_NET_F32)
        return false;
    const float *scales = weight_scales(net, value, outputs, &single);
    w->codes = malloc(v->shape.count);
    w->floats = malloc(v->shape.count * sizeof *w->floats);
    w->scale = malloc(outputs * sizeof *w->scale);
    if (!scales || !w->codes || !w->floats || !w->scale)
        return false;
    for (size_t o = 0; o < outputs; o++) {
        w->scale[o] = scales[single ? 0 : o];
        if (!is_plain_scale(w->scale[o]))
            return false;
    }
    copy_floats(v->constant, transposed, w);
    return read_codes(w);
}

void cb_weights_free(cb_weights *weights)
{
    free(weights->codes);
    free(weights->floats);
    free(weights->scale);
    *weights = (cb_weights){0};
}
