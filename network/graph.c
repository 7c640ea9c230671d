#include "network/graph.h"

#include "network/details.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Blocks hang in a list and are freed together. */
struct cb_block {
    cb_block *next;
    union {
        max_align_t align;
        char bytes[1];
    } data;
};

const cb_net_limits cb_net_default_limits = {
    .file_bytes = (size_t)256 << 20,
    .nodes = 100000,
    .memory_bytes = (size_t)1 << 30,
    .fold_macs = (uint64_t)1 << 32,
};

static cb_status out_of_memory(const cb_network *net, cb_error *err)
{
    return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory for this network", net->label);
}

static cb_status too_large(const cb_network *net, cb_error *err)
{
    return cb_fail(err, CB_PARSE,
                   "%.200s: needs more than %zu MiB of memory; networks of that size are not read",
                   net->label, net->limits.memory_bytes >> 20);
}

void *cb_net_alloc(cb_network *net, size_t count, size_t size, cb_error *err)
{
    size_t left = net->limits.memory_bytes - net->held_bytes;
    if (size && count > left / size) {
        too_large(net, err);
        return NULL;
    }
    cb_block *block = calloc(1, offsetof(cb_block, data) + count * size + 1);
    if (!block) {
        out_of_memory(net, err);
        return NULL;
    }
    net->held_bytes += count * size;
    block->next = net->blocks;
    net->blocks = block;
    return block->data.bytes;
}

char *cb_net_strdup(cb_network *net, const char *text, size_t length, cb_error *err)
{
    char *copy = cb_net_alloc(net, length + 1, 1, err);
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

void cb_network_free(cb_network *net)
{
    if (!net)
        return;
    while (net->blocks) {
        cb_block *next = net->blocks->next;
        free(net->blocks);
        net->blocks = next;
    }
    free(net->label);
    free(net->values);
    free(net->raw);
    free(net);
}

cb_status cb_node_fail(const cb_network *net, const cb_node *node, cb_status status, cb_error *err,
                       const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return cb_fail(err, status, "%.120s: node '%.60s' (%.24s): %s", net->label, node->public.name,
                   node->public.op_type, text);
}

int cb_net_add_value(cb_network *net, const char *name, cb_error *err)
{
    if (net->value_count == net->value_capacity) {
        size_t capacity = net->value_capacity ? 2 * net->value_capacity : 64;
        cb_net_value *values = realloc(net->values, capacity * sizeof *values);
        if (!values) {
            out_of_memory(net, err);
            return -1;
        }
        net->values = values;
        net->value_capacity = capacity;
    }
    if (net->value_count >= 8 * net->limits.nodes + 64) {
        cb_fail(err, CB_PARSE, "%.200s: has more than %zu values; such a network is not read",
                net->label, net->value_count);
        return -1;
    }
    net->values[net->value_count] = (cb_net_value){.name = name, .producer = -1};
    return (int)net->value_count++;
}

const char *cb_net_shape_set(cb_net_shape *shape, cb_net_type type, int rank, const int64_t *dims)
{
    cb_net_shape set = {.type = type, .rank = rank, .count = 1};
    if (rank < 0 || rank > CB_NET_RANK)
        return "has more than 8 dimensions";
    for (int i = 0; i < rank; i++) {
        if (dims[i] < 1)
            return dims[i] ? "has a negative dimension" : "has an empty dimension";
        if ((uint64_t)dims[i] > ((uint64_t)1 << 28) / set.count)
            return "has more than 2^28 elements";
        set.dims[i] = dims[i];
        set.count *= (size_t)dims[i];
    }
    *shape = set;
    return NULL;
}

size_t cb_net_shape_bytes(const cb_net_shape *shape)
{
    return shape->count * (shape->type == CB_NET_F32 ? sizeof(float) : sizeof(int64_t));
}

cb_status cb_node_shape(cb_network *net, cb_node *node, cb_net_type type, int rank,
                        const int64_t *dims, cb_error *err)
{
    cb_net_shape *shape = &net->values[node->public.output].shape;
    const char *wrong = cb_net_shape_set(shape, type, rank, dims);
    if (wrong)
        return cb_node_fail(net, node, CB_PARSE, err, "its output %s", wrong);
    net->planned_bytes += cb_net_shape_bytes(shape);
    if (net->planned_bytes > net->limits.memory_bytes)
        return too_large(net, err);
    return CB_OK;
}

const cb_net_value *cb_node_input(const cb_network *net, const cb_node *node, size_t input)
{
    if (input >= node->public.input_count || node->public.inputs[input] < 0)
        return NULL;
    return &net->values[node->public.inputs[input]];
}

const cb_attr *cb_node_attr(const cb_node *node, const char *name)
{
    for (size_t i = 0; i < node->attr_count; i++)
        if (strcmp(node->attrs[i].name, name) == 0)
            return &node->attrs[i];
    return NULL;
}

/* NULL with CB_OK: the file leaves it out. */
static cb_status find_attr(const cb_network *net, const cb_node *node, const char *name,
                           cb_attr_kind kind, cb_error *err, const cb_attr **attr)
{
    *attr = cb_node_attr(node, name);
    if (!*attr || (*attr)->kind == kind)
        return CB_OK;
    return cb_node_fail(net, node, CB_PARSE, err, "attribute %s is of the wrong type", name);
}

cb_status cb_attr_int(const cb_network *net, const cb_node *node, const char *name, int64_t other,
                      cb_error *err, int64_t *value)
{
    const cb_attr *attr;
    cb_status status = find_attr(net, node, name, CB_ATTR_INT, err, &attr);
    if (status == CB_OK)
        *value = attr ? attr->i : other;
    return status;
}

cb_status cb_attr_float(const cb_network *net, const cb_node *node, const char *name, float other,
                        cb_error *err, float *value)
{
    const cb_attr *attr;
    cb_status status = find_attr(net, node, name, CB_ATTR_FLOAT, err, &attr);
    if (status == CB_OK)
        *value = attr ? attr->f : other;
    return status;
}

cb_status cb_attr_text(const cb_network *net, const cb_node *node, const char *name,
                       const char *other, cb_error *err, const char **value)
{
    const cb_attr *attr;
    cb_status status = find_attr(net, node, name, CB_ATTR_TEXT, err, &attr);
    if (status == CB_OK)
        *value = attr ? attr->text : other;
    return status;
}

cb_status cb_attr_ints(const cb_network *net, const cb_node *node, const char *name, size_t most,
                       cb_error *err, int64_t *values, size_t *count)
{
    const cb_attr *attr;
    cb_status status = find_attr(net, node, name, CB_ATTR_INTS, err, &attr);
    *count = 0;
    if (status != CB_OK || !attr)
        return status;
    if (attr->count > most)
        return cb_node_fail(net, node, CB_PARSE, err, "attribute %s has %zu numbers, expected %zu",
                            name, attr->count, most);
    for (size_t i = 0; i < attr->count; i++)
        values[i] = attr->ints[i];
    *count = attr->count;
    return CB_OK;
}

cb_status cb_input_ints(const cb_network *net, const cb_node *node, size_t input, size_t most,
                        cb_error *err, int64_t *values, size_t *count)
{
    const cb_net_value *value = cb_node_input(net, node, input);
    *count = 0;
    if (!value)
        return CB_OK;
    if (!value->constant)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "input %zu ('%.60s') is no constant",
                            input, value->name);
    if (value->shape.type != CB_NET_I64 || value->shape.count > most)
        return cb_node_fail(net, node, CB_PARSE, err,
                            "input %zu ('%.60s') is to be a list of at most %zu whole numbers",
                            input, value->name, most);
    memcpy(values, value->constant, value->shape.count * sizeof *values);
    *count = value->shape.count;
    return CB_OK;
}

size_t cb_network_nodes(const cb_network *net)
{
    return net->node_count;
}

const cb_net_node *cb_network_node(const cb_network *net, size_t node)
{
    return &net->nodes[node].public;
}

size_t cb_network_values(const cb_network *net)
{
    return net->value_count;
}

const cb_net_value *cb_network_value(const cb_network *net, int value)
{
    return &net->values[value];
}

size_t cb_network_inputs(const cb_network *net)
{
    return net->input_count;
}

int cb_network_input(const cb_network *net, size_t input)
{
    return net->inputs[input];
}

size_t cb_network_outputs(const cb_network *net)
{
    return net->output_count;
}

int cb_network_output(const cb_network *net, size_t output)
{
    return net->outputs[output];
}

void cb_net_width_name(const cb_net_value *value, char *text, size_t bytes)
{
    const cb_net_width *width = &value->width;
    if (width->kind == CB_NET_ACCUMULATED)
        snprintf(text, bytes, "acc%d", width->bits);
    else if (width->kind == CB_NET_QUANTIZED && width->bits == 1 && width->is_signed)
        snprintf(text, bytes, "b1");
    else if (width->kind == CB_NET_QUANTIZED)
        snprintf(text, bytes, "%c%d", width->is_signed ? 's' : 'u', width->bits);
    else
        snprintf(text, bytes, "%s", value->shape.type == CB_NET_F32 ? "f32" : "i64");
}

void cb_net_shape_name(const cb_net_shape *shape, char *text, size_t bytes)
{
    size_t used = 0;
    snprintf(text, bytes, "scalar");
    for (int i = 0; i < shape->rank && used < bytes; i++)
        used +=
            (size_t)snprintf(text + used, bytes - used, "%s%" PRId64, i ? "x" : "", shape->dims[i]);
}

cb_net_details cb_network_details(const cb_network *net, size_t node)
{
    const cb_op_params *p = &net->nodes[node].params;
    return (cb_net_details){.is_signed = p->is_signed,
                            .narrow = p->narrow,
                            .rounding = (cb_rounding)p->rounding,
                            .trans_a = p->trans_a,
                            .trans_b = p->trans_b,
                            .alpha = p->alpha,
                            .beta = p->beta,
                            .epsilon = p->epsilon};
}
