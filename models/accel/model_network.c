/* Layers from a graph. An operator begins a layer; ReLU, requantization and arithmetic with
 * constants behind it run inside its kernel. */
#include "models/accel/impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which layer the value of a node belongs to; -1: none yet (the network's input). */
typedef struct {
    const cb_network *net;
    const cb_accel_impl *impl;
    cb_error *err;
    cb_accel_model model;
    int *layer_of; /* of each node; -1 */
} build;

static const cb_net_value *input_of(const build *b, const cb_net_node *node, size_t input)
{
    if (input >= node->input_count || node->inputs[input] < 0)
        return NULL;
    return cb_network_value(b->net, node->inputs[input]);
}

static cb_status cannot(const build *b, const cb_net_node *node, const char *why)
{
    return cb_fail(b->err, CB_UNSUPPORTED, "node '%.100s' (%s): %s", node->name, node->op_type,
                   why);
}

static bool is_product(const cb_net_node *node)
{
    return node->op == CB_NET_CONV || node->op == CB_NET_GEMM || node->op == CB_NET_MATMUL;
}

static bool is_pool(const cb_net_node *node)
{
    return node->op == CB_NET_MAX_POOL || node->op == CB_NET_AVERAGE_POOL ||
           node->op == CB_NET_GLOBAL_AVERAGE_POOL;
}

static bool is_quant(const cb_net_node *node)
{
    return node->op == CB_NET_QUANT || node->op == CB_NET_INT_QUANT ||
           node->op == CB_NET_BIPOLAR_QUANT || node->op == CB_NET_TRUNC;
}

/* Numbers keep their values, or are scaled and shifted by constants. */
static bool is_fused(const cb_net_node *node)
{
    switch (node->op) {
    case CB_NET_RELU:
    case CB_NET_BATCH_NORMALIZATION:
    case CB_NET_RESHAPE:
    case CB_NET_FLATTEN:
    case CB_NET_SQUEEZE:
    case CB_NET_UNSQUEEZE:
    case CB_NET_IDENTITY:
    case CB_NET_DROPOUT:
    case CB_NET_TRANSPOSE:
    case CB_NET_CLIP:
        return true;
    default:
        return is_quant(node);
    }
}

/* The one input that is no constant; NULL when there are two, or none. */
static const cb_net_value *running_input(const build *b, const cb_net_node *node)
{
    const cb_net_value *found = NULL;
    for (size_t i = 0; i < node->input_count; i++) {
        const cb_net_value *value = input_of(b, node, i);
        if (!value || value->constant)
            continue;
        if (found)
            return NULL;
        found = value;
    }
    return found;
}

static bool is_scaling(const build *b, const cb_net_node *node)
{
    return (node->op == CB_NET_ADD || node->op == CB_NET_SUB || node->op == CB_NET_MUL ||
            node->op == CB_NET_DIV) &&
           running_input(b, node);
}

static void set_image(const cb_net_shape *shape, int64_t *channels, int64_t *h, int64_t *w)
{
    *channels = shape->rank > 1 ? shape->dims[1] : (int64_t)shape->count;
    *h = shape->rank > 2 ? shape->dims[2] : 1;
    *w = shape->rank > 3 ? shape->dims[3] : 1;
}

static void set_window(const cb_net_node *node, cb_accel_layer *l)
{
    l->kh = node->window.kernel[0];
    l->kw = node->window.kernel[1];
    l->sh = node->window.stride[0];
    l->sw = node->window.stride[1];
    l->top = node->window.pad_begin[0];
    l->left = node->window.pad_begin[1];
    l->bottom = node->window.pad_end[0];
    l->right = node->window.pad_end[1];
    if (node->op == CB_NET_CONV)
        l->groups = node->window.groups;
}

static cb_status set_pool(const build *b, const cb_net_node *node, cb_accel_layer *l)
{
    l->kind = CB_ACCEL_POOL;
    if (node->op == CB_NET_GLOBAL_AVERAGE_POOL) {
        l->kh = l->sh = l->h;
        l->kw = l->sw = l->w;
    } else {
        set_window(node, l);
    }
    l->out_bits = l->in_bits;
    return l->in_bits ? CB_OK : cannot(b, node, "its input has no known bit width");
}

static cb_status set_product(const build *b, const cb_net_node *node, cb_accel_layer *l)
{
    const cb_net_value *weight = input_of(b, node, 1), *bias = input_of(b, node, 2);
    if (!weight || !weight->constant)
        return cannot(b, node, "its weights are no constants");
    if (!l->in_bits || weight->width.kind != CB_NET_QUANTIZED)
        return cannot(b, node, "input and weights have to be quantized");
    l->weight_bits = weight->width.bits;
    l->bias_bits = bias ? (bias->width.bits ? bias->width.bits : 32) : 0;
    l->out_bits = 32;
    if (node->op == CB_NET_CONV) {
        l->kind = CB_ACCEL_CONV;
        set_window(node, l);
        if (node->window.dilation[0] > 1 || node->window.dilation[1] > 1)
            return cannot(b, node, "no kernel with dilation is known");
        return CB_OK;
    }
    l->kind = CB_ACCEL_LINEAR;
    l->cin *= l->h * l->w;
    l->h = l->w = l->ho = l->wo = 1;
    if (weight->shape.count != (size_t)(l->cin * l->cout))
        return cannot(b, node, "more than one row of inputs");
    return CB_OK;
}

static cb_status start_layer(build *b, size_t number, const cb_net_node *node)
{
    cb_accel_layer *l = cb_accel_model_add(&b->model);
    const cb_net_value *in = input_of(b, node, 0);
    const char *why = NULL;
    if (!l)
        return cb_fail(b->err, CB_NO_MEMORY, "no memory for the layers of the network");
    if (strlen(node->name) >= sizeof l->name)
        return cannot(b, node, "a name of 96 characters or more");
    snprintf(l->name, sizeof l->name, "%s", node->name);
    b->layer_of[number] = (int)b->model.count - 1;
    set_image(&in->shape, &l->cin, &l->h, &l->w);
    set_image(&cb_network_value(b->net, node->output)->shape, &l->cout, &l->ho, &l->wo);
    l->in_bits = in->width.bits;
    cb_status status = is_pool(node) ? set_pool(b, node, l) : set_product(b, node, l);
    if (status == CB_OK && !cb_accel_layer_sane(l, &why))
        return cannot(b, node, why);
    return status;
}

static cb_status fuse(build *b, size_t number, const cb_net_node *node)
{
    const cb_net_value *in = running_input(b, node);
    int layer = in && in->producer >= 0 ? b->layer_of[in->producer] : -1;
    int bits = cb_network_value(b->net, node->output)->width.bits;
    b->layer_of[number] = layer;
    if (layer < 0)
        return CB_OK; /* the input's own quantizer: whoever fills L2 does its work */
    cb_accel_layer *l = &b->model.layers[layer];
    if (strlen(node->name) >= sizeof l->relu)
        return cannot(b, node, "a name of 96 characters or more");
    if (node->op == CB_NET_RELU)
        snprintf(l->relu, sizeof l->relu, "%s", node->name);
    if (!is_quant(node))
        return CB_OK;
    snprintf(l->quantizer, sizeof l->quantizer, "%s", node->name);
    l->quant = CB_ACCEL_DYADIC;
    l->out_bits = bits;
    return CB_OK;
}

static cb_status add_node(build *b, size_t number)
{
    const cb_net_node *node = cb_network_node(b->net, number);
    b->layer_of[number] = -1;
    if (node->folded)
        return CB_OK;
    if (is_product(node) || is_pool(node))
        return start_layer(b, number, node);
    if (is_fused(node) || is_scaling(b, node))
        return fuse(b, number, node);
    return cannot(b, node, "no kernel for this operator is known");
}

/* The number behind "Conv_", or -1 when the name is not of that form for this operator. */
static long number_of(const char *name, const char *op_type)
{
    size_t stem = strlen(op_type);
    char *end = NULL;
    if (strncmp(name, op_type, stem) != 0 || name[stem] != '_' || !name[stem + 1])
        return -1;
    long number = strtol(name + stem + 1, &end, 10);
    return *end || number < 0 ? -1 : number;
}

/* Nodes of a type that are in no layer: folded ones and the input's quantizer. Tools that number
 * nodes anew give them the first numbers. */
static long outside(const build *b, const char *op_type, bool in_layers)
{
    long count = 0;
    for (size_t i = 0; i < cb_network_nodes(b->net); i++)
        count += strcmp(cb_network_node(b->net, i)->op_type, op_type) == 0 &&
                 (b->layer_of[i] >= 0) == in_layers;
    return count;
}

/* The largest N of the file's names TYPE_N. */
static long largest(const build *b, const char *op_type)
{
    long most = -1;
    for (size_t i = 0; i < b->impl->count; i++) {
        long number = number_of(b->impl->entries[i].name, op_type);
        most = number > most ? number : most;
    }
    return most;
}

static bool is_rank(const build *b, size_t node, const cb_accel_entry *entry)
{
    const char *op_type = cb_network_node(b->net, node)->op_type;
    long number = number_of(entry->name, op_type), rank = 0;
    if (number < 0)
        return false;
    if (largest(b, op_type) >= outside(b, op_type, true))
        number -= outside(b, op_type, false);
    for (size_t i = 0; i < node; i++)
        rank += strcmp(cb_network_node(b->net, i)->op_type, op_type) == 0 && b->layer_of[i] >= 0;
    return rank == number;
}

static long find_node(const build *b, const cb_accel_entry *entry)
{
    for (size_t i = 0; i < cb_network_nodes(b->net); i++)
        if (strcmp(cb_network_node(b->net, i)->name, entry->name) == 0)
            return (long)i;
    for (size_t i = 0; i < cb_network_nodes(b->net); i++)
        if (b->layer_of[i] >= 0 && is_rank(b, i, entry))
            return (long)i;
    return -1;
}

static cb_status contradicts(const build *b, const cb_accel_entry *e, const char *what,
                             int64_t file, int64_t graph)
{
    return cb_fail(b->err, CB_PARSE, "%.200s:%d: %.60s: %s is %lld; in the network it is %lld",
                   b->impl->path, e->line, e->name, what, (long long)file, (long long)graph);
}

/* What the file says again of the graph has to be what the graph says. */
static cb_status compare(const build *b, const cb_accel_entry *e, const cb_net_node *node,
                         const cb_accel_layer *l)
{
    bool product = is_product(node), quant = is_quant(node);
    int own = quant ? l->out_bits : l->weight_bits;
    if (e->bit_width && (product || quant) && e->bit_width != own)
        return contradicts(b, e, "bit_width", e->bit_width, own);
    if (e->weight_bits && product && e->weight_bits != l->weight_bits)
        return contradicts(b, e, "weight_bitwidth", e->weight_bits, l->weight_bits);
    if (e->in_bits && product && e->in_bits != l->in_bits)
        return contradicts(b, e, "input_bitwidth", e->in_bits, l->in_bits);
    if (e->out_bits && quant && e->out_bits != l->out_bits)
        return contradicts(b, e, "output_bitwidth", e->out_bits, l->out_bits);
    if (e->shaped && product && e->in[0] * e->in[1] * e->in[2] != l->cin * l->h * l->w)
        return contradicts(b, e, "the size of input_shape", e->in[0] * e->in[1] * e->in[2],
                           l->cin * l->h * l->w);
    if (e->weight[0] && product && e->weight[0] != l->cout)
        return contradicts(b, e, "the first of weight_shape", e->weight[0], l->cout);
    return CB_OK;
}

static cb_status apply_entry(build *b, const cb_accel_entry *entry)
{
    long node = find_node(b, entry);
    if (node < 0)
        return cb_fail(b->err, CB_PARSE, "%.200s:%d: '%.90s': the network has no such node",
                       b->impl->path, entry->line, entry->name);
    if (b->layer_of[node] < 0)
        return CB_OK;
    cb_accel_entry known = *entry;
    const cb_net_node *of = cb_network_node(b->net, (size_t)node);
    cb_accel_layer *layer = &b->model.layers[b->layer_of[node]];
    snprintf(known.type, sizeof known.type, "%s", is_quant(of) ? "Quant" : of->op_type);
    cb_status status = compare(b, entry, of, layer);
    return status == CB_OK ? cb_accel_apply(b->impl, &known, b->err, layer) : status;
}

cb_status cb_accel_model_of_network(const cb_network *network, const cb_accel_impl *impl,
                                    cb_error *err, cb_accel_model *model)
{
    build b = {.net = network, .impl = impl, .err = err};
    cb_status status = CB_OK;
    b.layer_of = malloc((cb_network_nodes(network) + 1) * sizeof *b.layer_of);
    if (!b.layer_of)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the layers of the network");
    for (size_t i = 0; status == CB_OK && i < cb_network_nodes(network); i++)
        status = add_node(&b, i);
    for (size_t i = 0; status == CB_OK && i < impl->count; i++)
        status = apply_entry(&b, &impl->entries[i]);
    if (status == CB_OK && b.model.count == 0)
        status = cb_fail(err, CB_UNSUPPORTED, "the network has no layer to estimate");
    free(b.layer_of);
    if (status == CB_OK)
        *model = b.model;
    else
        cb_accel_model_free(&b.model);
    return status;
}
