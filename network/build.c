/* From the nodes of a file to a network: channels-last forms replaced, names made numbers, nodes
 * put in an order, shapes worked out, constants folded. */
#include "network/graph.h"
#include "network/ops.h"

#include <stdlib.h>
#include <string.h>

/* A name and the value that it stands for, sorted by name. */
typedef struct {
    const char *name;
    int value;
} entry;

typedef struct {
    cb_network *net;
    cb_error *err;
    entry *entries;
    size_t entry_count;
    cb_node *unordered;
} builder;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static int find_value(const builder *b, const char *name)
{
    const entry wanted = {.name = name};
    const entry *found = bsearch(&wanted, b->entries, b->entry_count, sizeof *found, by_name);
    return found ? found->value : -1;
}

/* ---- channels-last forms ---- */

static cb_raw_node *next_raw(cb_network *net, cb_error *err)
{
    if (net->raw_count == net->raw_capacity) {
        size_t capacity = net->raw_capacity ? 2 * net->raw_capacity : 64;
        cb_raw_node *raw = realloc(net->raw, capacity * sizeof *raw);
        if (!raw) {
            cb_fail(err, CB_NO_MEMORY, "%.200s: no memory for its nodes", net->label);
            return NULL;
        }
        net->raw = raw;
        net->raw_capacity = capacity;
    }
    net->raw[net->raw_count] = (cb_raw_node){.name = "", .domain = ""};
    return &net->raw[net->raw_count++];
}

/* Adds a Transpose that brings the channels to the second place (direction 1) or back (2). */
static cb_status add_transpose(cb_network *net, const char *input, const char *output,
                               int64_t direction, cb_error *err)
{
    cb_raw_node *raw = next_raw(net, err);
    cb_attr *attr = raw ? cb_net_alloc(net, 1, sizeof *attr, err) : NULL;
    const char **inputs = attr ? cb_net_alloc(net, 1, sizeof *inputs, err) : NULL;
    if (!inputs)
        return CB_NO_MEMORY;
    *attr = (cb_attr){.name = "cb_channels", .kind = CB_ATTR_INT, .i = direction, .value = -1};
    inputs[0] = input;
    raw->op_type = "Transpose";
    raw->inputs = inputs;
    raw->input_count = 1;
    raw->output = output;
    raw->output_count = 1;
    raw->attrs = attr;
    raw->attr_count = 1;
    return CB_OK;
}

/* "<output>:<what>", a name for what the file does not name. */
static const char *made_name(cb_network *net, const char *output, const char *what, cb_error *err)
{
    size_t bytes = strlen(output) + strlen(what) + 2;
    char *name = cb_net_alloc(net, bytes, 1, err);
    if (name)
        snprintf(name, bytes, "%s:%s", output, what);
    return name;
}

/* Input 0 is transposed, and the weights of a Conv. */
static cb_status lower_node(cb_network *net, size_t at, cb_error *err)
{
    static const char *const what[] = {"image", "weights"};
    size_t transposed = strcmp(net->raw[at].op_type, "Conv") == 0 ? 2 : 1;
    net->raw[at].domain = "";
    for (size_t i = 0; i < transposed && i < net->raw[at].input_count; i++) {
        const char *from = net->raw[at].inputs[i];
        const char *to = made_name(net, net->raw[at].output, what[i], err);
        if (!to || add_transpose(net, from, to, 1, err) != CB_OK)
            return CB_NO_MEMORY;
        net->raw[at].inputs[i] = to;
    }
    const char *output = net->raw[at].output;
    net->raw[at].output = made_name(net, output, "channels_first", err);
    if (!net->raw[at].output)
        return CB_NO_MEMORY;
    return add_transpose(net, net->raw[at].output, output, 2, err);
}

static cb_status lower(cb_network *net, cb_error *err)
{
    size_t count = net->raw_count;
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK; i++)
        if (cb_net_is_channels_last(net->raw[i].domain))
            status = lower_node(net, i, err);
    return status;
}

/* ---- names ---- */

/* Inputs that are no initializers become values; those with a batch get batch 1. */
static cb_status add_input(builder *b, size_t i)
{
    cb_network *net = b->net;
    const char *name = net->input_names[i];
    cb_net_shape shape = net->input_shapes[i];
    if (shape.rank < 0)
        return cb_fail(b->err, CB_UNSUPPORTED,
                       "%.200s: input '%.60s' is no float32 tensor of a known shape", net->label,
                       name);
    int value = cb_net_add_value(net, name, b->err);
    if (value < 0)
        return CB_NO_MEMORY;
    if (shape.rank > 1) {
        net->batch = net->input_count ? net->batch : shape.dims[0];
        shape.dims[0] = 1;
    }
    const char *wrong =
        cb_net_shape_set(&net->values[value].shape, CB_NET_F32, shape.rank, shape.dims);
    if (wrong)
        return cb_fail(b->err, CB_PARSE, "%.200s: input '%.60s' %s", net->label, name, wrong);
    net->planned_bytes += cb_net_shape_bytes(&net->values[value].shape);
    net->inputs[net->input_count++] = value;
    return CB_OK;
}

/* Names of initializers stand in the values already. */
static cb_status collect_initializers(builder *b)
{
    for (size_t i = 0; i < b->net->value_count; i++)
        if (b->net->values[i].name)
            b->entries[b->entry_count++] = (entry){b->net->values[i].name, (int)i};
    qsort(b->entries, b->entry_count, sizeof *b->entries, by_name);
    return CB_OK;
}

static cb_status collect_inputs(builder *b)
{
    size_t initializers = b->entry_count, first = b->net->value_count;
    cb_network *net = b->net;
    net->inputs = cb_net_alloc(net, net->input_name_count + 1, sizeof *net->inputs, b->err);
    if (!net->inputs)
        return CB_NO_MEMORY;
    net->batch = 1;
    for (size_t i = 0; i < net->input_name_count; i++) {
        const entry wanted = {.name = net->input_names[i]};
        if (bsearch(&wanted, b->entries, initializers, sizeof wanted, by_name))
            continue;
        cb_status status = add_input(b, i);
        if (status != CB_OK)
            return status;
    }
    for (size_t i = first; i < net->value_count; i++)
        b->entries[b->entry_count++] = (entry){net->values[i].name, (int)i};
    return CB_OK;
}

static cb_status collect_outputs_of_nodes(builder *b)
{
    cb_network *net = b->net;
    for (size_t i = 0; i < net->raw_count; i++) {
        int value = cb_net_add_value(net, net->raw[i].output, b->err);
        if (value < 0)
            return CB_NO_MEMORY;
        b->entries[b->entry_count++] = (entry){net->raw[i].output, value};
        b->unordered[i].public.output = value;
    }
    qsort(b->entries, b->entry_count, sizeof *b->entries, by_name);
    for (size_t i = 1; i < b->entry_count; i++)
        if (by_name(&b->entries[i - 1], &b->entries[i]) == 0)
            return cb_fail(b->err, CB_PARSE, "%.200s: value '%.100s' is made twice", net->label,
                           b->entries[i].name);
    return CB_OK;
}

static cb_status start_node(builder *b, size_t i)
{
    cb_network *net = b->net;
    const cb_raw_node *raw = &net->raw[i];
    cb_node *node = &b->unordered[i];
    int *inputs = cb_net_alloc(net, raw->input_count + 1, sizeof *inputs, b->err);
    if (!inputs)
        return CB_NO_MEMORY;
    node->public.name = *raw->name ? raw->name : raw->output;
    node->public.op_type = raw->op_type;
    node->public.inputs = inputs;
    node->public.input_count = raw->input_count;
    node->attrs = raw->attrs;
    node->attr_count = raw->attr_count;
    for (size_t k = 0; k < raw->input_count; k++) {
        inputs[k] = *raw->inputs[k] ? find_value(b, raw->inputs[k]) : -1;
        if (inputs[k] < 0 && *raw->inputs[k])
            return cb_node_fail(net, node, CB_PARSE, b->err,
                                "its input '%.80s' is made by no node and is no initializer",
                                raw->inputs[k]);
    }
    return CB_OK;
}

static cb_status find_op(builder *b, size_t i)
{
    const cb_raw_node *raw = &b->net->raw[i];
    cb_node *node = &b->unordered[i];
    int op = cb_net_find_op(raw->domain, raw->op_type);
    if (op < 0)
        return cb_node_fail(b->net, node, CB_UNSUPPORTED, b->err,
                            "cachebound knows no such operator of domain '%.60s'",
                            *raw->domain ? raw->domain : "ai.onnx");
    const cb_net_op_row *row = &cb_net_ops[op];
    if (raw->input_count < row->fewest_inputs || raw->input_count > row->most_inputs)
        return cb_node_fail(b->net, node, CB_PARSE, b->err, "has %zu inputs; %zu to %zu are due",
                            raw->input_count, row->fewest_inputs, row->most_inputs);
    for (size_t k = 0; k < row->fewest_inputs; k++)
        if (node->public.inputs[k] < 0)
            return cb_node_fail(b->net, node, CB_PARSE, b->err, "input %zu is left out", k);
    node->public.op = (cb_net_op)op;
    return CB_OK;
}

/* ---- order ---- */

/* Whether each node stands behind those whose outputs it takes. */
static bool in_order(const builder *b)
{
    const cb_network *net = b->net;
    size_t first = net->value_count - net->raw_count;
    for (size_t i = 0; i < net->raw_count; i++)
        for (size_t k = 0; k < b->unordered[i].public.input_count; k++)
            if (b->unordered[i].public.inputs[k] >= (int)(first + i))
                return false;
    return true;
}

/* Kahn's algorithm. Node i makes value `first` + i; `users` lists, from starts[i] on, the nodes
 * that take it. */
typedef struct {
    size_t *starts, *users, *missing, *queue;
} links;

static void count_links(const builder *b, links *l, size_t first)
{
    size_t n = b->net->raw_count;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < b->unordered[i].public.input_count; k++) {
            int input = b->unordered[i].public.inputs[k];
            if (input < (int)first)
                continue;
            l->missing[i]++;
            l->starts[(size_t)input - first + 1]++;
        }
    for (size_t i = 0; i < n; i++)
        l->starts[i + 1] += l->starts[i];
}

static void fill_links(const builder *b, links *l, size_t first)
{
    size_t *at = l->queue; /* not yet in use */
    memcpy(at, l->starts, b->net->raw_count * sizeof *at);
    for (size_t i = 0; i < b->net->raw_count; i++)
        for (size_t k = 0; k < b->unordered[i].public.input_count; k++) {
            int input = b->unordered[i].public.inputs[k];
            if (input >= (int)first)
                l->users[at[(size_t)input - first]++] = i;
        }
}

/* Nodes in an order, as far as there is one; their number. */
static size_t run_queue(const builder *b, links *l)
{
    size_t head = 0, tail = 0, n = b->net->raw_count;
    for (size_t i = 0; i < n; i++)
        if (!l->missing[i])
            l->queue[tail++] = i;
    for (; head < tail; head++) {
        size_t node = l->queue[head];
        for (size_t u = l->starts[node]; u < l->starts[node + 1]; u++)
            if (!--l->missing[l->users[u]])
                l->queue[tail++] = l->users[u];
    }
    return tail;
}

static cb_status cyclic(const builder *b, const links *l)
{
    size_t i = 0;
    while (!l->missing[i])
        i++;
    return cb_node_fail(b->net, &b->unordered[i], CB_PARSE, b->err,
                        "the graph is cyclic: its input depends on its output");
}

static cb_status sort_nodes(builder *b)
{
    cb_network *net = b->net;
    size_t n = net->raw_count, first = net->value_count - n, edges = 0;
    for (size_t i = 0; i < n; i++)
        edges += b->unordered[i].public.input_count;
    links l = {
        .starts = calloc(n + 1, sizeof *l.starts),
        .users = calloc(edges + 1, sizeof *l.users),
        .missing = calloc(n + 1, sizeof *l.missing),
        .queue = calloc(n + 1, sizeof *l.queue),
    };
    cb_status status = CB_OK;
    if (!l.starts || !l.users || !l.missing || !l.queue) {
        status = cb_fail(b->err, CB_NO_MEMORY, "%.200s: no memory for its graph", net->label);
        goto out;
    }
    count_links(b, &l, first);
    fill_links(b, &l, first);
    if (run_queue(b, &l) < n) {
        status = cyclic(b, &l);
        goto out;
    }
    for (size_t i = 0; i < n; i++)
        net->nodes[i] = b->unordered[l.queue[i]];
out:
    free(l.starts);
    free(l.users);
    free(l.missing);
    free(l.queue);
    return status;
}

/* ---- shapes and constants ---- */

static bool all_constant(const cb_network *net, const cb_node *node)
{
    for (size_t i = 0; i < node->public.input_count; i++) {
        const cb_net_value *input = cb_node_input(net, node, i);
        if (input && !input->constant)
            return false;
    }
    return true;
}

static cb_status fold(builder *b, cb_node *node)
{
    cb_network *net = b->net;
    cb_net_value *value = &net->values[node->public.output];
    net->folded_macs += node->public.macs;
    if (net->folded_macs > net->limits.fold_macs)
        return cb_node_fail(net, node, CB_PARSE, b->err,
                            "constants cost more than %llu multiply-accumulates",
                            (unsigned long long)net->limits.fold_macs);
    cb_tensor *in = calloc(node->public.input_count + 1, sizeof *in);
    void *data = cb_net_alloc(net, cb_net_shape_bytes(&value->shape), 1, b->err);
    cb_status status = CB_NO_MEMORY;
    if (!in || !data)
        goto out;
    for (size_t i = 0; i < node->public.input_count; i++) {
        const cb_net_value *input = cb_node_input(net, node, i);
        if (input)
            in[i] = (cb_tensor){&input->shape, (void *)(uintptr_t)input->constant};
    }
    const cb_tensor out = {&value->shape, data};
    cb_error why = {""};
    status = cb_net_ops[node->public.op].run(node, in, &out, &why);
    if (status != CB_OK) {
        cb_fail(b->err, status, "%.200s: %.280s", net->label, why.text);
        goto out;
    }
    value->constant = data;
out:
    free(in);
    return status;
}

/* Weights and biases: constant inputs of the operators that learn. */
static void count_params(const cb_network *net, cb_node *node)
{
    cb_net_op op = node->public.op;
    if (op != CB_NET_CONV && op != CB_NET_GEMM && op != CB_NET_MATMUL &&
        op != CB_NET_BATCH_NORMALIZATION)
        return;
    for (size_t i = 0; i < node->public.input_count; i++) {
        const cb_net_value *input = cb_node_input(net, node, i);
        if (!input || !input->constant)
            continue;
        int bits = input->width.kind == CB_NET_QUANTIZED ? input->width.bits : 32;
        node->public.params += input->shape.count;
        node->public.param_bits += (double)input->shape.count * bits;
    }
}

static cb_status no_empty_inputs(builder *b, const cb_node *node)
{
    for (size_t i = 0; i < node->public.input_count; i++) {
        const cb_net_value *input = cb_node_input(b->net, node, i);
        if (input && !input->shape.count && (node->public.op != CB_NET_RESIZE || !i))
            return cb_node_fail(b->net, node, CB_PARSE, b->err, "its input '%.80s' is empty",
                                input->name ? input->name : "");
    }
    return CB_OK;
}

static cb_status finish_node(builder *b, size_t i)
{
    cb_network *net = b->net;
    cb_node *node = &net->nodes[i];
    cb_net_value *value = &net->values[node->public.output];
    value->producer = (int)i;
    cb_status status = no_empty_inputs(b, node);
    if (status == CB_OK)
        status = cb_net_ops[node->public.op].infer(net, node, b->err);
    if (status != CB_OK)
        return status;
    value = &net->values[node->public.output];
    value->width = cb_net_infer_width(net, node);
    if (!value->constant && all_constant(net, node))
        status = fold(b, node);
    node->public.folded = value->constant != NULL;
    if (node->public.folded)
        node->public.macs = 0;
    else
        count_params(net, node);
    return status;
}

static cb_status collect_outputs(builder *b)
{
    cb_network *net = b->net;
    net->outputs = cb_net_alloc(net, net->output_name_count + 1, sizeof *net->outputs, b->err);
    if (!net->outputs)
        return CB_NO_MEMORY;
    for (size_t i = 0; i < net->output_name_count; i++) {
        int value = find_value(b, net->output_names[i]);
        if (value < 0)
            return cb_fail(b->err, CB_PARSE, "%.200s: its output '%.100s' is made by no node",
                           net->label, net->output_names[i]);
        net->outputs[net->output_count++] = value;
    }
    if (!net->output_count || !net->node_count)
        return cb_fail(b->err, CB_PARSE, "%.200s: holds no graph with an output", net->label);
    return CB_OK;
}

/* Everything that can be said of nodes without their order. */
static cb_status number_nodes(builder *b)
{
    cb_status status = collect_initializers(b);
    if (status == CB_OK)
        status = collect_inputs(b);
    if (status == CB_OK)
        status = collect_outputs_of_nodes(b);
    for (size_t i = 0; i < b->net->raw_count && status == CB_OK; i++)
        status = start_node(b, i);
    return status;
}

static cb_status order_nodes(builder *b)
{
    cb_network *net = b->net;
    net->node_count = net->raw_count;
    net->nodes = cb_net_alloc(net, net->node_count + 1, sizeof *net->nodes, b->err);
    if (!net->nodes)
        return CB_NO_MEMORY;
    if (!in_order(b))
        return sort_nodes(b);
    memcpy(net->nodes, b->unordered, net->node_count * sizeof *net->nodes);
    return CB_OK;
}

static cb_status build(builder *b)
{
    cb_status status = number_nodes(b);
    for (size_t i = 0; i < b->net->raw_count && status == CB_OK; i++)
        status = find_op(b, i);
    if (status == CB_OK)
        status = order_nodes(b);
    for (size_t i = 0; i < b->net->node_count && status == CB_OK; i++)
        status = finish_node(b, i);
    return status == CB_OK ? collect_outputs(b) : status;
}

cb_status cb_net_build(cb_network *net, cb_error *err)
{
    builder b = {.net = net, .err = err};
    cb_status status = lower(net, err);
    if (status != CB_OK)
        return status;
    size_t names = net->value_count + net->input_name_count + net->raw_count;
    b.entries = calloc(names + 1, sizeof *b.entries);
    b.unordered = calloc(net->raw_count + 1, sizeof *b.unordered);
    status = CB_NO_MEMORY;
    if (!b.entries || !b.unordered)
        cb_fail(err, status, "%.200s: no memory for its graph", net->label);
    else
        status = build(&b);
    free(b.entries);
    free(b.unordered);
    return status;
}
