/* The element-wise nodes and the quantizer behind a product, as numbers a channel. */
#include "bench/network/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The node that alone reads a value; -1 when there is none, several, or the value is an output. */
static int only_consumer(const cb_network *net, int value)
{
    int found = -1;
    for (size_t i = 0; i < cb_network_outputs(net); i++)
        if (cb_network_output(net, i) == value)
            return -1;
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        const cb_net_node *node = cb_network_node(net, i);
        for (size_t k = 0; k < node->input_count; k++) {
            if (node->inputs[k] != value)
                continue;
            if (found >= 0)
                return -1;
            found = (int)i;
        }
    }
    return found;
}

/* Where the channels of a layer's output are: the second dimension of an image, else the last. */
static int channel_dim(const cb_layer_plan *layer, const cb_net_shape *out)
{
    return layer->g.is_conv ? 1 : out->rank - 1;
}

/* False for NULL too. */
static bool are_finite(const float *numbers, size_t count)
{
    for (size_t i = 0; numbers && i < count; i++)
        if (!isfinite(numbers[i]))
            return false;
    return numbers != NULL;
}

/* A constant that is broadcast along everything but channels, as a number a channel; NULL. */
static float *by_channel(const cb_network *net, const cb_layer_plan *layer, int value)
{
    const cb_net_value *v = cb_network_value(net, value);
    const cb_net_shape *out = &cb_network_value(net, layer->output)->shape;
    const size_t channels = layer->g.cout;
    int dim = channel_dim(layer, out) - (out->rank - v->shape.rank);
    if (!v->constant || v->shape.type != CB_NET_F32 || v->shape.rank > out->rank ||
        (v->shape.count != 1 &&
         (v->shape.count != channels || dim < 0 || v->shape.dims[dim] != (int64_t)channels)))
        return NULL;
    float *numbers = malloc(channels * sizeof *numbers);
    for (size_t c = 0; numbers && c < channels; c++)
        numbers[c] = ((const float *)v->constant)[v->shape.count == 1 ? 0 : c];
    if (are_finite(numbers, channels))
        return numbers;
    free(numbers);
    return NULL;
}

/* The bias of a Conv is a list of channels, that of a Gemm is broadcast. */
static float *bias_of(const cb_network *net, const cb_layer_plan *layer, int value)
{
    const cb_net_value *v = cb_network_value(net, value);
    const size_t channels = layer->g.cout;
    if (!layer->g.is_conv || !v->constant)
        return by_channel(net, layer, value);
    float *bias = are_finite(v->constant, channels) ? malloc(channels * sizeof *bias) : NULL;
    if (bias)
        memcpy(bias, v->constant, channels * sizeof *bias);
    return bias;
}

static bool add_stage(cb_tail *tail, cb_stage_op op, float *by)
{
    if (tail->stage_count == CB_STAGES || (op != CB_STAGE_RELU && !by)) {
        free(by);
        return false;
    }
    tail->stages[tail->stage_count++] = (cb_stage){op, by};
    return true;
}

/* Which of the inputs is the constant; 2: none that fits. */
static size_t constant_input(const cb_network *net, const cb_net_node *node)
{
    for (size_t k = 0; k < 2; k++)
        if (cb_network_value(net, node->inputs[k])->constant)
            return k;
    return 2;
}

static bool add_arithmetic(const cb_network *net, cb_layer_plan *layer, const cb_net_node *node)
{
    size_t at = constant_input(net, node);
    bool swaps = node->op == CB_NET_ADD || node->op == CB_NET_MUL;
    const cb_net_shape *before = &cb_network_value(net, layer->output)->shape;
    const cb_net_shape *after = &cb_network_value(net, node->output)->shape;
    if (at == 2 || (at == 0 && !swaps) || before->rank != after->rank ||
        before->count != after->count)
        return false;
    float *by = by_channel(net, layer, node->inputs[at]);
    for (size_t c = 0; by && node->op == CB_NET_DIV && c < layer->g.cout; c++)
        if (by[c] == 0) {
            free(by);
            return false;
        }
    cb_stage_op op = node->op == CB_NET_ADD   ? CB_STAGE_ADD
                     : node->op == CB_NET_SUB ? CB_STAGE_SUB
                     : node->op == CB_NET_MUL ? CB_STAGE_MUL
                                              : CB_STAGE_DIV;
    return add_stage(&layer->tail, op, by);
}

/* y = x factor + offset, with both worked out as the executor does. */
static bool add_norm(const cb_network *net, cb_layer_plan *layer, size_t i)
{
    const cb_net_node *node = cb_network_node(net, i);
    const float *in[4];
    if (layer->tail.stage_count + 2 > CB_STAGES ||
        (!layer->g.is_conv && cb_network_value(net, layer->output)->shape.rank != 2))
        return false;
    for (size_t k = 0; k < 4; k++) {
        in[k] = cb_network_value(net, node->inputs[k + 1])->constant;
        if (!in[k])
            return false;
    }
    float epsilon = cb_network_details(net, i).epsilon;
    float *factor = malloc(layer->g.cout * sizeof *factor);
    float *offset = malloc(layer->g.cout * sizeof *offset);
    for (size_t c = 0; factor && offset && c < layer->g.cout; c++) {
        float inverse = 1.0f / sqrtf(in[3][c] + epsilon);
        factor[c] = inverse * in[0][c];
        offset[c] = in[1][c] - in[2][c] * factor[c];
    }
    if (!are_finite(factor, layer->g.cout) || !are_finite(offset, layer->g.cout)) {
        free(factor);
        free(offset);
        return false;
    }
    return add_stage(&layer->tail, CB_STAGE_MUL, factor) &&
           add_stage(&layer->tail, CB_STAGE_ADD, offset);
}

static bool add_quantizer(const cb_network *net, cb_layer_plan *layer, size_t i)
{
    const cb_net_node *node = cb_network_node(net, i);
    const cb_net_details d = cb_network_details(net, i);
    cb_tail *tail = &layer->tail;
    tail->out = cb_view_of(net, node->output);
    if (!tail->out.known)
        return false;
    tail->scale = tail->out.scale;
    tail->bipolar_node = node->op == CB_NET_BIPOLAR_QUANT;
    tail->bipolar = tail->out.bipolar;
    tail->rounding = d.rounding;
    if (!tail->bipolar_node) {
        float bits = *(const float *)cb_network_value(net, node->inputs[3])->constant;
        tail->zero = *(const float *)cb_network_value(net, node->inputs[2])->constant;
        tail->range = cb_quant_range(bits, d.is_signed, d.narrow);
    }
    tail->quantizes = true;
    return true;
}

static bool add_node(const cb_network *net, cb_layer_plan *layer, size_t i)
{
    const cb_net_node *node = cb_network_node(net, i);
    switch (node->op) {
    case CB_NET_RELU:
        return add_stage(&layer->tail, CB_STAGE_RELU, NULL);
    case CB_NET_ADD:
    case CB_NET_SUB:
    case CB_NET_MUL:
    case CB_NET_DIV:
        return add_arithmetic(net, layer, node);
    case CB_NET_BATCH_NORMALIZATION:
        return add_norm(net, layer, i);
    case CB_NET_IDENTITY:
    case CB_NET_DROPOUT:
        return true;
    case CB_NET_QUANT:
    case CB_NET_INT_QUANT:
    case CB_NET_BIPOLAR_QUANT:
        return add_quantizer(net, layer, i);
    default:
        return false;
    }
}

static cb_status append(cb_layer_plan *layer, size_t i, cb_error *err)
{
    size_t *nodes = realloc(layer->nodes, (layer->public.node_count + 1) * sizeof *nodes);
    if (!nodes)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    layer->nodes = nodes;
    layer->nodes[layer->public.node_count++] = i;
    layer->public.nodes = nodes;
    return CB_OK;
}

cb_status cb_tail_read(const cb_network *net, cb_layer_plan *layer, cb_error *err)
{
    const cb_net_node *product = cb_network_node(net, layer->public.node);
    layer->output = product->output;
    cb_status status = append(layer, layer->public.node, err);
    if (status == CB_OK && product->input_count > 2 && product->inputs[2] >= 0) {
        layer->tail.bias = bias_of(net, layer, product->inputs[2]);
        if (!layer->tail.bias)
            return cb_fail(err, CB_UNSUPPORTED, "its bias is not one number a channel");
    }
    while (status == CB_OK && !layer->tail.quantizes) {
        int next = only_consumer(net, layer->output);
        if (next < 0 || !add_node(net, layer, (size_t)next))
            break;
        layer->output = cb_network_node(net, (size_t)next)->output;
        status = append(layer, (size_t)next, err);
    }
    return status;
}

void cb_tail_free(cb_tail *tail)
{
    free(tail->bias);
    for (size_t i = 0; i < tail->stage_count; i++)
        free(tail->stages[i].by);
    *tail = (cb_tail){0};
}
