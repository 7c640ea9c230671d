#include "network/exec.h"

#include "network/graph.h"
#include "network/ops.h"

#include <stdlib.h>

struct cb_exec {
    const cb_network *net;
    const cb_net_backend *backend;
    void **data; /* of each value; those of constants are the network's */
    bool *taken; /* of each node */
    cb_tensor *in;
    const void **plain_in;
};

static void *constant_data(const cb_net_value *value)
{
    return (void *)(uintptr_t)value->constant; /* only read from then on */
}

static cb_status allocate_values(cb_exec *exec, cb_error *err)
{
    const cb_network *net = exec->net;
    for (size_t i = 0; i < net->value_count; i++) {
        const cb_net_value *value = &net->values[i];
        exec->data[i] = value->constant ? constant_data(value)
                                        : calloc(1, cb_net_shape_bytes(&value->shape) + 1);
        if (!exec->data[i])
            return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory to run it", net->label);
    }
    return CB_OK;
}

static size_t most_inputs(const cb_network *net)
{
    size_t most = 1;
    for (size_t i = 0; i < net->node_count; i++)
        most = net->nodes[i].public.input_count > most ? net->nodes[i].public.input_count : most;
    return most;
}

cb_status cb_exec_new(const cb_network *network, const cb_net_backend *backend, cb_error *err,
                      cb_exec **exec)
{
    cb_exec *made = calloc(1, sizeof *made);
    if (!made)
        return cb_fail(err, CB_NO_MEMORY, "%.200s: no memory to run it", network->label);
    made->net = network;
    made->backend = backend;
    made->data = calloc(network->value_count + 1, sizeof *made->data);
    made->taken = calloc(network->node_count + 1, sizeof *made->taken);
    made->in = calloc(most_inputs(network), sizeof *made->in);
    made->plain_in = calloc(most_inputs(network), sizeof *made->plain_in);
    cb_status status = CB_NO_MEMORY;
    if (made->data && made->taken && made->in && made->plain_in)
        status = allocate_values(made, err);
    else
        cb_fail(err, status, "%.200s: no memory to run it", network->label);
    if (status != CB_OK) {
        cb_exec_free(made);
        return status;
    }
    for (size_t i = 0; backend && i < network->node_count; i++)
        made->taken[i] =
            !network->nodes[i].public.folded && backend->takes(backend->context, network, i);
    *exec = made;
    return CB_OK;
}

void cb_exec_free(cb_exec *exec)
{
    if (!exec)
        return;
    for (size_t i = 0; exec->data && i < exec->net->value_count; i++)
        if (!exec->net->values[i].constant)
            free(exec->data[i]);
    free(exec->data);
    free(exec->taken);
    free(exec->in);
    free(exec->plain_in);
    free(exec);
}

bool cb_exec_is_taken(const cb_exec *exec, size_t node)
{
    return exec->taken[node];
}

float *cb_exec_input(cb_exec *exec, size_t input)
{
    return exec->data[exec->net->inputs[input]];
}

const void *cb_exec_data(const cb_exec *exec, int value)
{
    return exec->data[value];
}

static cb_status run_taken(cb_exec *exec, size_t i, cb_error *err)
{
    const cb_net_node *node = &exec->net->nodes[i].public;
    for (size_t k = 0; k < node->input_count; k++)
        exec->plain_in[k] = node->inputs[k] < 0 ? NULL : exec->data[node->inputs[k]];
    return exec->backend->run(exec->backend->context, exec->net, i, exec->plain_in,
                              exec->data[node->output], err);
}

static cb_status run_node(cb_exec *exec, const cb_node *node, cb_error *err)
{
    const cb_network *net = exec->net;
    cb_error why = {""};
    for (size_t k = 0; k < node->public.input_count; k++) {
        int value = node->public.inputs[k];
        exec->in[k] =
            value < 0 ? (cb_tensor){0} : (cb_tensor){&net->values[value].shape, exec->data[value]};
    }
    const cb_tensor out = {&net->values[node->public.output].shape,
                           exec->data[node->public.output]};
    cb_status status = cb_net_ops[node->public.op].run(node, exec->in, &out, &why);
    return status == CB_OK ? status : cb_fail(err, status, "%.200s: %.280s", net->label, why.text);
}

cb_status cb_exec_run_node(cb_exec *exec, size_t node, cb_error *err)
{
    return exec->taken[node] ? run_taken(exec, node, err)
                             : run_node(exec, &exec->net->nodes[node], err);
}

cb_status cb_exec_run(cb_exec *exec, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < exec->net->node_count && status == CB_OK; i++)
        if (!exec->net->nodes[i].public.folded)
            status = cb_exec_run_node(exec, i, err);
    return status;
}

void cb_net_made_input(float *data, size_t count)
{
    uint32_t x = 12345;
    for (size_t i = 0; i < count; i++) {
        x = (1103515245u * x + 12345u) & 0x7fffffffu;
        data[i] = (float)(x >> 8 & 255) / 255.0f;
    }
}
