/* Any bytes as a network: they are read or refused in one line, and what is read can be described,
 * drawn and run. */
#include "fuzz.h"

#include "network/exec.h"

#include <string.h>

/* Small, so that an input is tried in milliseconds. */
static const cb_net_limits limits = {
    .file_bytes = 1 << 20,
    .nodes = 300,
    .memory_bytes = 8 << 20,
    .fold_macs = 1 << 20,
};

static uint64_t cost_of(const cb_network *net)
{
    uint64_t cost = 0;
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        const cb_net_node *node = cb_network_node(net, i);
        const int64_t *kernel = node->window.kernel;
        cost += node->macs + cb_network_value(net, node->output)->shape.count *
                                 (uint64_t)(1 + kernel[0] * kernel[1]);
    }
    return cost;
}

static void check_shapes(const cb_network *net)
{
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        const cb_net_node *node = cb_network_node(net, i);
        const cb_net_shape *shape = &cb_network_value(net, node->output)->shape;
        size_t count = 1;
        for (int d = 0; d < shape->rank; d++)
            count *= (size_t)shape->dims[d];
        FUZZ_REQUIRE(shape->rank >= 0 && shape->rank <= CB_NET_RANK && count == shape->count);
        for (size_t k = 0; k < node->input_count; k++) {
            if (node->inputs[k] < 0)
                continue;
            /* What a node takes was made before it. */
            int producer = cb_network_value(net, node->inputs[k])->producer;
            FUZZ_REQUIRE(producer < (int)i);
        }
    }
}

static void draw(const cb_network *net)
{
    char *text = NULL, width[24], shape[200];
    size_t length;
    FILE *out = open_memstream(&text, &length);
    FUZZ_REQUIRE(out != NULL);
    cb_network_dot(net, out);
    for (size_t i = 0; i < cb_network_values(net); i++) {
        cb_net_width_name(cb_network_value(net, (int)i), width, sizeof width);
        cb_net_shape_name(&cb_network_value(net, (int)i)->shape, shape, sizeof shape);
        fprintf(out, "%s %s\n", width, shape);
    }
    fclose(out);
    free(text);
}

static void run(const cb_network *net)
{
    cb_exec *exec;
    cb_error err = {""};
    FUZZ_REQUIRE(cb_exec_new(net, NULL, &err, &exec) == CB_OK);
    for (size_t i = 0; i < cb_network_inputs(net); i++)
        cb_net_made_input(cb_exec_input(exec, i),
                          cb_network_value(net, cb_network_input(net, i))->shape.count);
    cb_status status = cb_exec_run(exec, &err);
    FUZZ_REQUIRE(status == CB_OK || err.text[0]);
    cb_exec_free(exec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cb_network *net = NULL;
    cb_error err = {""};
    cb_status status = cb_network_parse(data, size, "input", &limits, &err, &net);
    FUZZ_REQUIRE((status == CB_OK) == (net != NULL));
    if (status != CB_OK) {
        FUZZ_REQUIRE(strncmp(err.text, "input", 5) == 0 && !strchr(err.text, '\n'));
        return 0;
    }
    check_shapes(net);
    draw(net);
    if (cost_of(net) < 4000000)
        run(net);
    cb_network_free(net);
    return 0;
}
