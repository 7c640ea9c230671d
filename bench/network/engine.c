#include "bench/network/engine.h"

#include "bench/network/inside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_LAYER = -1 };

struct cb_engine {
    cb_engine_options options;
    cb_net_backend backend;
    cb_exec *exec;
    cb_layer_plan *layers; /* in the order in which they run */
    size_t count;
    int *layer_of;     /* of each node; NO_LAYER: folded, or nobody needs it */
    bool *needs_float; /* of each value: somebody reads it as float32 */
};

static const char *const means_names[] = {
    [CB_MEANS_EXECUTOR] = "executor",   [CB_MEANS_INT8] = "int8",
    [CB_MEANS_DEPTHWISE] = "depthwise", [CB_MEANS_BITSERIAL] = "bitserial",
    [CB_MEANS_FLOAT32] = "float32",
};

const char *cb_means_name(cb_means means)
{
    return means_names[means];
}

bool cb_means_find(const char *name, cb_means *means)
{
    for (size_t i = 0; i < sizeof means_names / sizeof *means_names; i++)
        if (strcmp(name, means_names[i]) == 0) {
            *means = (cb_means)i;
            return true;
        }
    return false;
}

/* ---- which layers there are ---- */

static const cb_network *net_of(const cb_engine *e)
{
    return e->options.network;
}

static bool is_kernels(const cb_layer_plan *layer)
{
    return layer->public.means != CB_MEANS_EXECUTOR;
}

static bool is_product(const cb_net_node *node)
{
    return node->op == CB_NET_CONV || node->op == CB_NET_GEMM || node->op == CB_NET_MATMUL;
}

/* The layer of kernels that makes what a node multiplies; NULL. */
static cb_layer_plan *feeder_of(const cb_engine *e, size_t node)
{
    int value = cb_view_source(net_of(e), cb_network_node(net_of(e), node)->inputs[0]);
    int producer = cb_network_value(net_of(e), value)->producer;
    int layer = producer < 0 ? NO_LAYER : e->layer_of[producer];
    if (layer < 0 || !is_kernels(&e->layers[layer]) || e->layers[layer].output != value)
        return NULL;
    return &e->layers[layer];
}

static void own_nodes(cb_engine *e, size_t layer)
{
    const cb_engine_layer *l = &e->layers[layer].public;
    for (size_t i = 0; i < l->node_count; i++)
        e->layer_of[l->nodes[i]] = (int)layer;
}

/* Of integers where it can be, else of float32 numbers. */
static cb_status new_layer(cb_engine *e, size_t node, cb_layer_plan *layer, cb_error *reason)
{
    const cb_net_value *x =
        cb_network_value(net_of(e), cb_network_node(net_of(e), node)->inputs[0]);
    cb_status status = cb_product_new(&e->options, node, feeder_of(e, node), reason, layer);
    bool wants_float32 = e->options.allowed & 1u << CB_MEANS_FLOAT32;
    if (status != CB_UNSUPPORTED || !wants_float32 || x->width.kind != CB_NET_FLOAT)
        return status;
    cb_product_free(layer);
    return cb_float32_new(&e->options, node, reason, layer);
}

/* Layers of kernels, in the order of their products. `why` of the executor's is kept by node. */
static cb_status find_products(cb_engine *e, char (*why)[160], cb_error *err)
{
    const cb_network *net = net_of(e);
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        cb_error reason = {""};
        cb_layer_plan *layer = &e->layers[e->count];
        const cb_net_node *node = cb_network_node(net, i);
        if (node->folded || !is_product(node))
            continue;
        cb_status status = new_layer(e, i, layer, &reason);
        if (status == CB_OK) {
            own_nodes(e, e->count++);
            continue;
        }
        cb_product_free(layer);
        *layer = (cb_layer_plan){0};
        if (status != CB_UNSUPPORTED)
            return cb_fail(err, status, "%s", reason.text);
        snprintf(why[i], sizeof why[i], "%.150s", reason.text);
    }
    return CB_OK;
}

/* ---- who needs floats ---- */

static bool only_passes_on(const cb_network *net, size_t node)
{
    return cb_view_source(net, cb_network_node(net, node)->output) !=
           cb_network_node(net, node)->output;
}

static void need(cb_engine *e, int value)
{
    if (value >= 0 && !cb_network_value(net_of(e), value)->constant)
        e->needs_float[value] = true;
}

/* Whether the executor is to run a node that is in no layer of kernels. */
static bool executor_runs(const cb_engine *e, size_t node)
{
    const cb_net_node *n = cb_network_node(net_of(e), node);
    return !n->folded && e->layer_of[node] == NO_LAYER &&
           (e->needs_float[n->output] || !only_passes_on(net_of(e), node));
}

/* From the last node to the first: readers come before what they read. */
static void find_needs(cb_engine *e)
{
    const cb_network *net = net_of(e);
    for (size_t i = 0; i < cb_network_values(net); i++)
        e->needs_float[i] = e->options.all_floats;
    for (size_t i = 0; i < cb_network_outputs(net); i++)
        need(e, cb_network_output(net, i));
    for (size_t i = cb_network_nodes(net); i-- > 0;) {
        const cb_net_node *node = cb_network_node(net, i);
        int layer = e->layer_of[i];
        if (layer != NO_LAYER && e->layers[layer].public.node == i && !e->layers[layer].joined)
            need(e, cb_view_source(net, node->inputs[0]));
        for (size_t k = 0; executor_runs(e, i) && k < node->input_count; k++)
            need(e, node->inputs[k]);
    }
}

/* ---- the order in which they run ---- */

static size_t last_node(const cb_layer_plan *layer)
{
    return layer->public.nodes[layer->public.node_count - 1];
}

static cb_status add_executor_layer(cb_engine *e, size_t node, const char *why, cb_error *err)
{
    cb_layer_plan *layer = &e->layers[e->count];
    *layer = (cb_layer_plan){.public = {.node = node, .node_count = 1, .kernel = "-"}};
    layer->nodes = malloc(sizeof *layer->nodes);
    if (!layer->nodes)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    layer->nodes[0] = node;
    layer->public.nodes = layer->nodes;
    snprintf(layer->why, sizeof layer->why, "%s", *why ? why : "no kernel for this operator");
    e->count++;
    return CB_OK;
}

static int by_last_node(const void *a, const void *b)
{
    size_t x = last_node(a), y = last_node(b);
    return (x > y) - (x < y);
}

static cb_status add_executor_layers(cb_engine *e, char (*why)[160], cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < cb_network_nodes(net_of(e)) && status == CB_OK; i++)
        if (executor_runs(e, i))
            status = add_executor_layer(e, i, why[i], err);
    if (e->count)
        qsort(e->layers, e->count, sizeof *e->layers, by_last_node);
    for (size_t i = 0; i < e->count; i++) {
        own_nodes(e, i);
        if (*e->layers[i].why)
            e->layers[i].public.why = e->layers[i].why;
    }
    return status;
}

/* ---- what float32 layers reach ---- */

static bool is_float32(const cb_layer_plan *layer)
{
    return layer->public.means == CB_MEANS_FLOAT32;
}

static bool comes_from_float32(const cb_engine *e, int value)
{
    int producer = value < 0 ? -1 : cb_network_value(net_of(e), value)->producer;
    if (producer < 0)
        return false;
    producer = cb_network_value(net_of(e), cb_view_source(net_of(e), value))->producer;
    int layer = producer < 0 ? NO_LAYER : e->layer_of[producer];
    return layer >= 0 && (is_float32(&e->layers[layer]) || e->layers[layer].public.behind_float32);
}

/* Layers are in the order of running: those before have been marked. */
static void mark_behind_float32(cb_engine *e)
{
    for (size_t i = 0; i < e->count; i++) {
        cb_layer_plan *layer = &e->layers[i];
        const cb_net_node *node = cb_network_node(net_of(e), layer->public.node);
        for (size_t k = 0; k < node->input_count; k++)
            layer->public.behind_float32 |= comes_from_float32(e, node->inputs[k]);
    }
}

/* ---- as a backend of the executor ---- */

/* A node inside a layer, and one that nobody needs, is taken and does nothing. */
static bool takes(void *context, const cb_network *net, size_t node)
{
    const cb_engine *e = context;
    (void)net;
    return e->layer_of[node] == NO_LAYER || is_kernels(&e->layers[e->layer_of[node]]);
}

static cb_status run_taken(void *context, const cb_network *net, size_t node,
                           const void *const *inputs, void *output, cb_error *err)
{
    cb_engine *e = context;
    (void)net, (void)inputs, (void)output, (void)err;
    int layer = e->layer_of[node];
    if (layer != NO_LAYER && last_node(&e->layers[layer]) == node)
        cb_product_run(&e->layers[layer]);
    return CB_OK;
}

static float *elements_of(const cb_engine *e, int value)
{
    return (float *)(uintptr_t)cb_exec_data(e->exec, value); /* the executor's own memory */
}

static cb_status join_layers(cb_engine *e, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < e->count && status == CB_OK; i++) {
        cb_layer_plan *layer = &e->layers[i];
        if (!is_kernels(layer))
            continue;
        const cb_net_node *node = cb_network_node(net_of(e), layer->public.node);
        layer->writes_floats = !layer->tail.quantizes || e->needs_float[layer->output];
        layer->floats = elements_of(e, layer->output);
        layer->in_floats = elements_of(e, cb_view_source(net_of(e), node->inputs[0]));
        status = cb_product_allocate(layer, feeder_of(e, layer->public.node), err);
    }
    return status;
}

/* ---- making ---- */

static cb_status build(cb_engine *e, char (*why)[160], cb_error *err)
{
    cb_status status = find_products(e, why, err);
    if (status != CB_OK)
        return status;
    find_needs(e);
    status = add_executor_layers(e, why, err);
    mark_behind_float32(e);
    e->backend = (cb_net_backend){.context = e, .takes = takes, .run = run_taken};
    if (status == CB_OK)
        status = cb_exec_new(net_of(e), &e->backend, err, &e->exec);
    return status == CB_OK ? join_layers(e, err) : status;
}

cb_status cb_engine_new(const cb_engine_options *options, cb_error *err, cb_engine **engine)
{
    size_t nodes = cb_network_nodes(options->network), values = cb_network_values(options->network);
    cb_engine *e = calloc(1, sizeof *e);
    char(*why)[160] = calloc(nodes + 1, sizeof *why);
    cb_status status = CB_NO_MEMORY;
    if (e) {
        e->options = *options;
        e->layers = calloc(nodes + 1, sizeof *e->layers);
        e->layer_of = malloc((nodes + 1) * sizeof *e->layer_of);
        e->needs_float = calloc(values + 1, sizeof *e->needs_float);
    }
    if (!e || !why || !e->layers || !e->layer_of || !e->needs_float) {
        cb_fail(err, CB_NO_MEMORY, "no memory for %zu layers", nodes);
        goto out;
    }
    for (size_t i = 0; i < nodes; i++)
        e->layer_of[i] = NO_LAYER;
    status = build(e, why, err);
out:
    free(why);
    if (status == CB_OK)
        *engine = e;
    else
        cb_engine_free(e);
    return status;
}

void cb_engine_free(cb_engine *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->count; i++)
        cb_product_free(&e->layers[i]);
    cb_exec_free(e->exec);
    free(e->layers);
    free(e->layer_of);
    free(e->needs_float);
    free(e);
}

/* ---- running ---- */

cb_exec *cb_engine_exec(cb_engine *e)
{
    return e->exec;
}

size_t cb_engine_layers(const cb_engine *e)
{
    return e->count;
}

const cb_engine_layer *cb_engine_layer_at(const cb_engine *e, size_t layer)
{
    return &e->layers[layer].public;
}

bool cb_engine_has_floats(const cb_engine *e, size_t node)
{
    int layer = e->layer_of[node];
    if (layer == NO_LAYER)
        return cb_network_node(net_of(e), node)->folded;
    const cb_layer_plan *plan = &e->layers[layer];
    return !is_kernels(plan) || (last_node(plan) == node && plan->writes_floats);
}

cb_status cb_engine_run_layer(cb_engine *e, size_t layer, cb_error *err)
{
    cb_layer_plan *plan = &e->layers[layer];
    if (!is_kernels(plan))
        return cb_exec_run_node(e->exec, plan->public.node, err);
    cb_product_run(plan);
    return CB_OK;
}

cb_status cb_engine_run(cb_engine *e, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < e->count && status == CB_OK; i++)
        status = cb_engine_run_layer(e, i, err);
    return status;
}

double cb_engine_distance(const cb_engine *e, size_t layer, const cb_exec *other)
{
    const cb_layer_plan *plan = &e->layers[layer];
    const cb_net_node *node = cb_network_node(net_of(e), last_node(plan));
    const cb_net_shape *shape = &cb_network_value(net_of(e), node->output)->shape;
    const float *own = elements_of(e, node->output), *its = cb_exec_data(other, node->output);
    double most = 0;
    if (is_kernels(plan) && !is_float32(plan))
        return cb_product_distance(plan, its);
    for (size_t i = 0; shape->type == CB_NET_F32 && i < shape->count; i++) {
        double distance = own[i] == its[i] ? 0 : fabs((double)own[i] - (double)its[i]);
        if (distance > most)
            most = distance;
    }
    return most;
}

cb_engine_verdict cb_engine_compare_float32(const cb_engine *e, size_t layer)
{
    return cb_float32_compare(&e->layers[layer]);
}
