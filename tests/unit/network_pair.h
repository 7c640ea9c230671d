/* Networks on cachebound's own kernels beside the executor, and the numbers of made-up ones. */
#ifndef CB_TESTS_UNIT_NETWORK_PAIR_H
#define CB_TESTS_UNIT_NETWORK_PAIR_H

#include "bench/network/engine.h"
#include "network/dataset.h"
#include "onnx_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static cb_machine machine;

/* Before the tests of a program, and after. */
static inline int read_machine(void **state)
{
    cb_error err = {""};
    (void)state;
    return cb_machine_read("", &err, &machine) == CB_OK ? 0 : -1;
}

static inline int free_machine(void **state)
{
    (void)state;
    cb_machine_free(&machine);
    return 0;
}

static uint32_t seed = 1;

static inline uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static inline float draw_unit(void)
{
    return (float)draw(1 << 16) / 65536.0f;
}

/* ---- two engines side by side ---- */

typedef struct {
    cb_network *net;
    cb_engine *engine;
    cb_exec *exec;
} pair;

static inline pair open_pair(cb_network *net, cb_isa_set isa, unsigned allowed, bool all_floats)
{
    cb_error err = {""};
    pair p = {.net = net};
    const cb_engine_options options = {.network = net,
                                       .machine = &machine,
                                       .isa = isa,
                                       .allowed = allowed,
                                       .all_floats = all_floats};
    if (cb_engine_new(&options, &err, &p.engine) != CB_OK ||
        cb_exec_new(net, NULL, &err, &p.exec) != CB_OK)
        fail_msg("%s", err.text);
    return p;
}

static inline void close_pair(pair *p)
{
    cb_engine_free(p->engine);
    cb_exec_free(p->exec);
}

/* Of numbers between -0.3 and 1.3, or of whole 256ths. */
static inline void fill(pair *p, bool whole)
{
    size_t count = cb_network_value(p->net, cb_network_input(p->net, 0))->shape.count;
    float *input = cb_exec_input(p->exec, 0);
    for (size_t i = 0; i < count; i++)
        input[i] = whole ? (float)draw(256) / 256.0f : 1.6f * draw_unit() - 0.3f;
    memcpy(cb_exec_input(cb_engine_exec(p->engine), 0), input, count * sizeof *input);
}

static inline void run_both(pair *p)
{
    cb_error err = {""};
    assert_int_equal(cb_exec_run(p->exec, &err), CB_OK);
    assert_int_equal(cb_engine_run(p->engine, &err), CB_OK);
}

static inline void assert_same_bits(const pair *p, size_t i)
{
    const cb_net_node *node = cb_network_node(p->net, i);
    const cb_net_shape *shape = &cb_network_value(p->net, node->output)->shape;
    size_t bytes = shape->count * (shape->type == CB_NET_F32 ? sizeof(float) : sizeof(int64_t));
    if (memcmp(cb_exec_data(p->exec, node->output),
               cb_exec_data(cb_engine_exec(p->engine), node->output), bytes) != 0)
        fail_msg("%s differs", node->name);
}

/* Every layer's numbers; every float that is in memory, to the bit. */
static inline void assert_same(const pair *p)
{
    for (size_t i = 0; i < cb_engine_layers(p->engine); i++)
        assert_true(cb_engine_distance(p->engine, i, p->exec) == 0);
    for (size_t i = 0; i < cb_network_nodes(p->net); i++)
        if (cb_engine_has_floats(p->engine, i))
            assert_same_bits(p, i);
}

static inline size_t layers_of_kernels(const pair *p)
{
    size_t count = 0;
    for (size_t i = 0; i < cb_engine_layers(p->engine); i++)
        count += cb_engine_layer_at(p->engine, i)->means != CB_MEANS_EXECUTOR;
    return count;
}

static inline void compare_network(cb_network *net, cb_isa_set isa, int inputs,
                                   size_t fewest_layers)
{
    for (int all_floats = 0; all_floats < 2; all_floats++) {
        pair p = open_pair(net, isa, ~0u, all_floats);
        assert_true(layers_of_kernels(&p) >= fewest_layers);
        for (int i = 0; i < inputs; i++) {
            fill(&p, i % 2);
            run_both(&p);
            assert_same(&p);
        }
        close_pair(&p);
    }
}

/* Each instruction set up to the processor's own. */
static inline void compare_on_all(cb_network *net, int inputs, size_t fewest_layers)
{
    cb_isa_set before = 0;
    for (cb_isa isa = 0; isa < CB_ISA_COUNT; isa++) {
        cb_isa_set set;
        if (cb_isa_cap(cb_isa_detect(), cb_isa_name(isa), NULL, &set) != CB_OK || set == before)
            continue;
        /* Without instructions for bytes the executor does it all. */
        compare_network(net, set, inputs, set == cb_isa_detect() ? fewest_layers : 0);
        before = set;
    }
}

static inline cb_network *read_network(const char *path)
{
    cb_error err = {""};
    cb_network *net;
    cb_status status = cb_network_read(path, &cb_net_default_limits, &err, &net);
    if (status == CB_UNSUPPORTED)
        skip(); /* a build without a reader */
    if (status != CB_OK)
        fail_msg("%s", err.text);
    return net;
}

/* ---- made-up networks ---- */

static inline void put_floats(onnx_text *graph, const char *name, size_t rank, const int64_t *dims,
                              const float *numbers, size_t count)
{
    onnx_text tensor = {0};
    for (size_t i = 0; i < rank; i++)
        put_integer(&tensor, 1, dims[i]);
    put_integer(&tensor, 2, 1);
    put_text(&tensor, 8, name);
    put_piece(&tensor, 9, numbers, count * sizeof *numbers);
    put_message(graph, 5, tensor);
}

static inline void put_scalar(onnx_text *graph, const char *name, float number)
{
    put_floats(graph, name, 0, NULL, &number, 1);
}

static inline void put_ints(onnx_text *node, const char *name, const int64_t *ints, size_t count)
{
    onnx_text attr = {0};
    put_text(&attr, 1, name);
    for (size_t i = 0; i < count; i++)
        put_integer(&attr, 8, ints[i]);
    put_integer(&attr, 20, 7);
    put_message(node, 5, attr);
}

static inline void put_int(onnx_text *node, const char *name, int64_t number)
{
    onnx_text attr = {0};
    put_text(&attr, 1, name);
    put_integer(&attr, 3, number);
    put_integer(&attr, 20, 2);
    put_message(node, 5, attr);
}

static inline void put_text_attr(onnx_text *node, const char *name, const char *text)
{
    onnx_text attr = {0};
    put_text(&attr, 1, name);
    put_piece(&attr, 4, text, strlen(text));
    put_integer(&attr, 20, 3);
    put_message(node, 5, attr);
}

static inline onnx_text node_of(const char *op, const char *domain, const char *const *inputs,
                                const char *output)
{
    onnx_text node = {0};
    for (; *inputs; inputs++)
        put_text(&node, 1, *inputs);
    put_text(&node, 2, output);
    put_text(&node, 4, op);
    if (*domain)
        put_text(&node, 7, domain);
    return node;
}

static inline void put_quant(onnx_text *graph, const char *const *inputs, const char *output,
                             bool is_signed, const char *rounding)
{
    onnx_text node = node_of("Quant", "qonnx.custom_op.general", inputs, output);
    put_int(&node, "signed", is_signed);
    put_int(&node, "narrow", 0);
    put_text_attr(&node, "rounding_mode", rounding);
    put_message(graph, 1, node);
}

static inline void put_random(onnx_text *graph, const char *name, size_t rank, const int64_t *dims,
                              float low, float high)
{
    size_t count = 1;
    for (size_t i = 0; i < rank; i++)
        count *= (size_t)dims[i];
    float *numbers = malloc(count * sizeof *numbers);
    assert_non_null(numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = low + (high - low) * draw_unit();
    put_floats(graph, name, rank, dims, numbers, count);
    free(numbers);
}

#endif
