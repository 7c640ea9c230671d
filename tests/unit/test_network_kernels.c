/* Networks on cachebound's own kernels: what each layer makes is what the executor makes, bit for
 * bit, for scales that are powers of two and for others, with every instruction set. */
#include "bench/network/engine.h"
#include "network/dataset.h"
#include "onnx_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#define EXAMPLES CB_TESTS_DIR "/../network/examples/"
#define SHARED   CB_TESTS_DIR "/../../shared/data/qonnx/"

static cb_machine machine;
static uint32_t seed = 1;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static float draw_unit(void)
{
    return (float)draw(1 << 16) / 65536.0f;
}

/* ---- two engines side by side ---- */

typedef struct {
    cb_network *net;
    cb_engine *engine;
    cb_exec *exec;
} pair;

static pair open_pair(cb_network *net, cb_isa_set isa, unsigned allowed, bool all_floats)
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

static void close_pair(pair *p)
{
    cb_engine_free(p->engine);
    cb_exec_free(p->exec);
}

/* Of numbers between -0.3 and 1.3, or of whole 256ths. */
static void fill(pair *p, bool whole)
{
    size_t count = cb_network_value(p->net, cb_network_input(p->net, 0))->shape.count;
    float *input = cb_exec_input(p->exec, 0);
    for (size_t i = 0; i < count; i++)
        input[i] = whole ? (float)draw(256) / 256.0f : 1.6f * draw_unit() - 0.3f;
    memcpy(cb_exec_input(cb_engine_exec(p->engine), 0), input, count * sizeof *input);
}

static void run_both(pair *p)
{
    cb_error err = {""};
    assert_int_equal(cb_exec_run(p->exec, &err), CB_OK);
    assert_int_equal(cb_engine_run(p->engine, &err), CB_OK);
}

static void assert_same_bits(const pair *p, size_t i)
{
    const cb_net_node *node = cb_network_node(p->net, i);
    const cb_net_shape *shape = &cb_network_value(p->net, node->output)->shape;
    size_t bytes = shape->count * (shape->type == CB_NET_F32 ? sizeof(float) : sizeof(int64_t));
    if (memcmp(cb_exec_data(p->exec, node->output),
               cb_exec_data(cb_engine_exec(p->engine), node->output), bytes) != 0)
        fail_msg("%s differs", node->name);
}

/* Every layer's numbers; every float that is in memory, to the bit. */
static void assert_same(const pair *p)
{
    for (size_t i = 0; i < cb_engine_layers(p->engine); i++)
        assert_true(cb_engine_distance(p->engine, i, p->exec) == 0);
    for (size_t i = 0; i < cb_network_nodes(p->net); i++)
        if (cb_engine_has_floats(p->engine, i))
            assert_same_bits(p, i);
}

static size_t layers_of_kernels(const pair *p)
{
    size_t count = 0;
    for (size_t i = 0; i < cb_engine_layers(p->engine); i++)
        count += cb_engine_layer_at(p->engine, i)->means != CB_MEANS_EXECUTOR;
    return count;
}

static void compare_network(cb_network *net, cb_isa_set isa, int inputs, size_t fewest_layers)
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
static void compare_on_all(cb_network *net, int inputs, size_t fewest_layers)
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

static cb_network *read_network(const char *path)
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

/* ---- the project's own networks ---- */

static void bit_planes_are_the_executors(void **state)
{
    static const char *const names[] = {"digits-4bit", "digits-2bit", "digits-mixed"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512];
        snprintf(path, sizeof path, EXAMPLES "%s.onnx", names[i]);
        cb_network *net = read_network(path);
        pair p = open_pair(net, cb_isa_detect(), 1u << CB_MEANS_BITSERIAL, false);
        assert_true(layers_of_kernels(&p) >= 3);
        fill(&p, true);
        run_both(&p);
        assert_same(&p);
        close_pair(&p);
        cb_network_free(net);
    }
}

static void own_networks_are_the_executors(void **state)
{
    static const struct {
        const char *name;
        size_t layers;
    } rows[] = {{"digits-8bit", 3}, {"digits-4bit", 3}, {"digits-2bit", 3}, {"digits-mixed", 4}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[512];
        snprintf(path, sizeof path, EXAMPLES "%s.onnx", rows[i].name);
        cb_network *net = read_network(path);
        compare_on_all(net, 2, rows[i].layers);
        cb_network_free(net);
    }
}

static void their_sums_are_exact(void **state)
{
    (void)state;
    cb_network *net = read_network(EXAMPLES "digits-8bit.onnx");
    pair p = open_pair(net, cb_isa_detect(), ~0u, false);
    for (size_t i = 0; i < cb_engine_layers(p.engine); i++) {
        const cb_engine_layer *layer = cb_engine_layer_at(p.engine, i);
        assert_true(layer->means == CB_MEANS_EXECUTOR || layer->exact);
    }
    close_pair(&p);
    cb_network_free(net);
}

static void nothing_runs_on_kernels_that_are_not_allowed(void **state)
{
    (void)state;
    cb_network *net = read_network(EXAMPLES "digits-mixed.onnx");
    pair p = open_pair(net, cb_isa_detect(), 1u << CB_MEANS_DEPTHWISE, false);
    assert_int_equal(layers_of_kernels(&p), 1);
    close_pair(&p);
    p = open_pair(net, cb_isa_detect(), 0, false);
    assert_int_equal(layers_of_kernels(&p), 0);
    fill(&p, false);
    run_both(&p);
    assert_same(&p);
    close_pair(&p);
    cb_network_free(net);
}

static void shared_networks_are_the_executors(void **state)
{
    static const char *const names[] = {"aladin-mlp-4bit", "aladin-mobilenetv1-case1",
                                        "zoo-tfc-2w2a"};
    (void)state;
    if (access(SHARED, R_OK) != 0)
        skip();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512];
        snprintf(path, sizeof path, SHARED "%s.onnx", names[i]);
        cb_network *net = read_network(path);
        compare_network(net, cb_isa_detect(), 2, 2);
        cb_network_free(net);
    }
}

/* ---- made-up networks ---- */

static void put_floats(onnx_text *graph, const char *name, size_t rank, const int64_t *dims,
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

static void put_scalar(onnx_text *graph, const char *name, float number)
{
    put_floats(graph, name, 0, NULL, &number, 1);
}

static void put_ints(onnx_text *node, const char *name, const int64_t *ints, size_t count)
{
    onnx_text attr = {0};
    put_text(&attr, 1, name);
    for (size_t i = 0; i < count; i++)
        put_integer(&attr, 8, ints[i]);
    put_integer(&attr, 20, 7);
    put_message(node, 5, attr);
}

static void put_int(onnx_text *node, const char *name, int64_t number)
{
    onnx_text attr = {0};
    put_text(&attr, 1, name);
    put_integer(&attr, 3, number);
    put_integer(&attr, 20, 2);
    put_message(node, 5, attr);
}

static void put_text_attr(onnx_text *node, const char *name, const char *text)
{
    onnx_text attr = {0};
    put_text(&attr, 1, name);
    put_piece(&attr, 4, text, strlen(text));
    put_integer(&attr, 20, 3);
    put_message(node, 5, attr);
}

static onnx_text node_of(const char *op, const char *domain, const char *const *inputs,
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

static void put_quant(onnx_text *graph, const char *const *inputs, const char *output,
                      bool is_signed, const char *rounding)
{
    onnx_text node = node_of("Quant", "qonnx.custom_op.general", inputs, output);
    put_int(&node, "signed", is_signed);
    put_int(&node, "narrow", 0);
    put_text_attr(&node, "rounding_mode", rounding);
    put_message(graph, 1, node);
}

/* A random convolution: x -> Quant -> Conv [-> BatchNormalization] [-> Relu] -> Quant -> y. */
typedef struct {
    int64_t cin, h, w, cout, kh, kw, groups, stride, dilation, pads[4];
    int in_bits, w_bits, out_bits;
    bool in_signed, out_signed, relu, norm, bias, per_channel, powers;
    const char *rounding;
} recipe;

static float draw_scale(const recipe *r)
{
    float near = 0.002f + 0.02f * draw_unit();
    return r->powers ? 1.0f / (float)(1 << (3 + draw(6))) : near;
}

static recipe draw_recipe(void)
{
    static const char *const roundings[] = {"ROUND", "ROUND", "ROUND", "FLOOR", "HALF_UP", "CEIL"};
    static const int bits[] = {1, 2, 3, 4, 5, 8, 8, 8};
    recipe r = {.h = 1 + draw(9), .w = 1 + draw(9), .stride = 1 + draw(2), .dilation = 1 + draw(2)};
    r.groups = draw(3) ? 1 : 1 + draw(5);
    bool depthwise = draw(4) == 0;
    r.cin = depthwise ? 1 + draw(40) : r.groups * (1 + draw(12));
    r.groups = depthwise ? r.cin : r.groups;
    r.cout = depthwise ? r.cin : r.groups * (1 + draw(40));
    r.kh = 1 + draw(3);
    r.kw = 1 + draw(3);
    for (int i = 0; i < 4; i++) /* so that the window fits */
        r.pads[i] = draw(3) + (i < 2 ? r.dilation * 2 : 0);
    r.in_bits = bits[draw(8)];
    r.w_bits = bits[draw(8)];
    r.out_bits = bits[draw(8)];
    r.in_signed = draw(2);
    r.out_signed = draw(2);
    r.relu = draw(2);
    r.norm = draw(4) == 0;
    r.bias = draw(2);
    r.per_channel = draw(2);
    r.powers = draw(2);
    r.rounding = roundings[draw(6)];
    return r;
}

static void put_random(onnx_text *graph, const char *name, size_t rank, const int64_t *dims,
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

static void put_weights(onnx_text *graph, const recipe *r)
{
    float scales[512], scale = draw_scale(r);
    const int64_t dims[] = {r->cout, r->cin / r->groups, r->kh, r->kw};
    float reach = scale * (float)(1 << r->w_bits);
    assert_true(r->cout < 512);
    for (int64_t c = 0; c < r->cout; c++)
        scales[c] =
            r->per_channel ? scale * (r->powers ? (float)(1 << draw(3)) : 1 + draw_unit()) : scale;
    put_random(graph, "w", 4, dims, -reach, reach);
    put_floats(graph, "w.scale", 4, (const int64_t[]){r->per_channel ? r->cout : 1, 1, 1, 1},
               scales, r->per_channel ? (size_t)r->cout : 1);
    put_scalar(graph, "w.bits", (float)r->w_bits);
    put_quant(graph, (const char *const[]){"w", "w.scale", "zero", "w.bits", NULL}, "wq", true,
              "ROUND");
}

static void put_conv(onnx_text *graph, const recipe *r)
{
    onnx_text conv = node_of(
        "Conv", "", (const char *const[]){"xq", "wq", r->bias ? "bias" : NULL, NULL}, "sums");
    put_ints(&conv, "kernel_shape", (const int64_t[]){r->kh, r->kw}, 2);
    put_ints(&conv, "strides", (const int64_t[]){r->stride, r->stride}, 2);
    put_ints(&conv, "dilations", (const int64_t[]){r->dilation, r->dilation}, 2);
    put_ints(&conv, "pads", r->pads, 4);
    put_int(&conv, "group", r->groups);
    put_message(graph, 1, conv);
}

static const char *put_norm(onnx_text *graph, const recipe *r)
{
    put_random(graph, "n.scale", 1, &r->cout, -1, 1);
    put_random(graph, "n.bias", 1, &r->cout, -1, 1);
    put_random(graph, "n.mean", 1, &r->cout, -1, 1);
    put_random(graph, "n.var", 1, &r->cout, 0.1f, 2);
    put_message(graph, 1,
                node_of("BatchNormalization", "",
                        (const char *const[]){"sums", "n.scale", "n.bias", "n.mean", "n.var", NULL},
                        "normed"));
    return "normed";
}

static onnx_text model_from(const recipe *r)
{
    onnx_text graph = {0};
    const char *at = "sums";
    put_input(&graph, "x", 4, (const int64_t[]){1, r->cin, r->h, r->w});
    put_scalar(&graph, "zero", 0);
    put_scalar(&graph, "x.scale", r->powers ? 1.0f / 256 : 0.0071f);
    put_scalar(&graph, "x.bits", (float)r->in_bits);
    put_scalar(&graph, "y.scale", draw_scale(r) * (1 + (float)draw(30)));
    put_scalar(&graph, "y.bits", (float)r->out_bits);
    put_quant(&graph, (const char *const[]){"x", "x.scale", "zero", "x.bits", NULL}, "xq",
              r->in_signed, "ROUND");
    put_weights(&graph, r);
    if (r->bias)
        put_random(&graph, "bias", 1, &r->cout, -1, 1);
    put_conv(&graph, r);
    if (r->norm)
        at = put_norm(&graph, r);
    if (r->relu) {
        put_node(&graph, "Relu", "", at, NULL, "rectified");
        at = "rectified";
    }
    put_quant(&graph, (const char *const[]){at, "y.scale", "zero", "y.bits", NULL}, "y",
              r->out_signed, r->rounding);
    put_output(&graph, "y");
    return model_of(graph);
}

static void random_convolutions_are_the_executors(void **state)
{
    size_t on_kernels = 0;
    enum { NETWORKS = 200 };
    (void)state;
    for (int i = 0; i < NETWORKS; i++) {
        cb_error err = {""};
        cb_network *net;
        recipe r = draw_recipe();
        onnx_text model = model_from(&r);
        cb_status status = cb_network_parse(model.bytes, model.length, "made up",
                                            &cb_net_default_limits, &err, &net);
        free(model.bytes);
        if (status == CB_UNSUPPORTED)
            skip();
        if (status != CB_OK)
            fail_msg("%s", err.text);
        unsigned allowed = draw(2) ? ~0u : 1u << CB_MEANS_BITSERIAL | 1u << CB_MEANS_DEPTHWISE;
        pair p = open_pair(net, cb_isa_detect(), allowed, draw(2));
        on_kernels += layers_of_kernels(&p);
        fill(&p, draw(2));
        run_both(&p);
        assert_same(&p);
        close_pair(&p);
        cb_network_free(net);
    }
    assert_true(on_kernels > NETWORKS / 2);
}

/* ---- plain float32 ---- */

typedef struct {
    const char *from, *to;
    int64_t cin, cout, kernel, stride, pad, dilation, groups;
} window_recipe;

/* A Conv with bias and Relu. */
static void put_float_conv(onnx_text *graph, const window_recipe *r)
{
    char weights[32], bias[32], sums[32];
    snprintf(weights, sizeof weights, "%s.w", r->to);
    snprintf(bias, sizeof bias, "%s.b", r->to);
    snprintf(sums, sizeof sums, "%s.s", r->to);
    put_random(graph, weights, 4,
               (const int64_t[]){r->cout, r->cin / r->groups, r->kernel, r->kernel}, -1, 1);
    put_random(graph, bias, 1, &r->cout, -1, 1);
    onnx_text conv = node_of("Conv", "", (const char *const[]){r->from, weights, bias, NULL}, sums);
    put_ints(&conv, "kernel_shape", (const int64_t[]){r->kernel, r->kernel}, 2);
    put_ints(&conv, "strides", (const int64_t[]){r->stride, r->stride}, 2);
    put_ints(&conv, "dilations", (const int64_t[]){r->dilation, r->dilation}, 2);
    put_ints(&conv, "pads", (const int64_t[]){r->pad, r->pad, r->pad, r->pad}, 4);
    put_int(&conv, "group", r->groups);
    put_message(graph, 1, conv);
    put_node(graph, "Relu", "", sums, NULL, r->to);
}

/* Gemm with weights by outputs and Relu, then MatMul, on `elements` from "d". */
static void put_float_head(onnx_text *graph, int64_t elements)
{
    put_random(graph, "g.w", 2, (const int64_t[]){13, elements}, -1, 1);
    put_random(graph, "g.b", 1, (const int64_t[]){13}, -1, 1);
    put_random(graph, "m.w", 2, (const int64_t[]){13, 7}, -1, 1);
    put_node(graph, "Flatten", "", "d", NULL, "flat");
    onnx_text gemm = node_of("Gemm", "", (const char *const[]){"flat", "g.w", "g.b", NULL}, "g.s");
    put_int(&gemm, "transB", 1);
    put_message(graph, 1, gemm);
    put_node(graph, "Relu", "", "g.s", NULL, "g");
    put_node(graph, "MatMul", "", "g", "m.w", "m");
}

static cb_network *float_network(bool quantized)
{
    static const window_recipe convs[] = {
        {"x", "a", 4, 24, 3, 2, 1, 1, 1}, /* 4 x 13 x 17 to 24 x 7 x 9 */
        {"a", "b", 24, 16, 3, 1, 2, 2, 2},
        {"b", "c", 16, 16, 3, 2, 1, 1, 16}, /* to 16 x 4 x 5 */
        {"c", "d", 16, 10, 1, 1, 0, 1, 1},
    };
    cb_error err = {""};
    cb_network *net;
    onnx_text graph = {0};
    put_input(&graph, "x", 4, (const int64_t[]){1, 4, 13, 17});
    for (size_t i = 0; i < sizeof convs / sizeof *convs; i++)
        put_float_conv(&graph, &convs[i]);
    put_float_head(&graph, 10 * 4 * 5);
    put_scalar(&graph, "zero", 0);
    put_scalar(&graph, "y.scale", 0.37f);
    put_scalar(&graph, "y.bits", 8);
    if (quantized)
        put_quant(&graph, (const char *const[]){"m", "y.scale", "zero", "y.bits", NULL}, "y", true,
                  "ROUND");
    put_output(&graph, quantized ? "y" : "m");
    onnx_text model = model_of(graph);
    cb_status status =
        cb_network_parse(model.bytes, model.length, "made up", &cb_net_default_limits, &err, &net);
    free(model.bytes);
    if (status == CB_UNSUPPORTED)
        skip();
    if (status != CB_OK)
        fail_msg("%s", err.text);
    return net;
}

static void assert_inside_the_bound(const pair *p)
{
    size_t count = 0;
    for (size_t i = 0; i < cb_engine_layers(p->engine); i++) {
        const cb_engine_layer *layer = cb_engine_layer_at(p->engine, i);
        if (layer->means != CB_MEANS_FLOAT32)
            continue;
        cb_engine_verdict verdict = cb_engine_compare_float32(p->engine, i);
        assert_true(verdict.compared == layer->elements);
        assert_true(verdict.max_of_bound <= 1);
        assert_true(layer->behind_float32 == (count > 0));
        assert_int_equal(layer->node_count, count == 5 ? 1 : 2); /* with its Relu */
        count++;
    }
    assert_int_equal(count, 6);
}

static void float32_layers_are_equal_inside_the_bound(void **state)
{
    cb_isa_set before = 0;
    cb_network *net = float_network(false);
    (void)state;
    for (cb_isa isa = 0; isa < CB_ISA_COUNT; isa++) {
        cb_isa_set set;
        if (cb_isa_cap(cb_isa_detect(), cb_isa_name(isa), NULL, &set) != CB_OK || set == before)
            continue;
        pair p = open_pair(net, set, ~0u, false);
        fill(&p, false);
        run_both(&p);
        assert_inside_the_bound(&p);
        size_t last = cb_engine_layers(p.engine) - 1;
        assert_true(cb_engine_distance(p.engine, last, p.exec) < 0.01); /* of thousands */
        close_pair(&p);
        before = set;
    }
    cb_network_free(net);
}

static void a_wrong_float32_number_is_outside_the_bound(void **state)
{
    (void)state;
    cb_network *net = float_network(false);
    pair p = open_pair(net, cb_isa_detect(), ~0u, false);
    fill(&p, false);
    run_both(&p);
    size_t last = cb_engine_layers(p.engine) - 1;
    const cb_engine_layer *layer = cb_engine_layer_at(p.engine, last);
    int output = cb_network_node(net, layer->node)->output;
    float *numbers = (float *)(uintptr_t)cb_exec_data(cb_engine_exec(p.engine), output);
    numbers[layer->elements - 1] += 1;
    assert_true(cb_engine_compare_float32(p.engine, last).max_of_bound > 1);
    close_pair(&p);
    cb_network_free(net);
}

static void float32_layers_before_a_quantizer_are_the_executors(void **state)
{
    (void)state;
    cb_network *net = float_network(true);
    pair p = open_pair(net, cb_isa_detect(), ~0u, false);
    assert_int_equal(layers_of_kernels(&p), 0);
    assert_non_null(strstr(cb_engine_layer_at(p.engine, 0)->why, "integers behind it"));
    fill(&p, false);
    run_both(&p);
    assert_same(&p);
    close_pair(&p);
    cb_network_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(float32_layers_are_equal_inside_the_bound),
        cmocka_unit_test(a_wrong_float32_number_is_outside_the_bound),
        cmocka_unit_test(float32_layers_before_a_quantizer_are_the_executors),
        cmocka_unit_test(own_networks_are_the_executors),
        cmocka_unit_test(bit_planes_are_the_executors),
        cmocka_unit_test(their_sums_are_exact),
        cmocka_unit_test(nothing_runs_on_kernels_that_are_not_allowed),
        cmocka_unit_test(shared_networks_are_the_executors),
        cmocka_unit_test(random_convolutions_are_the_executors),
    };
    cb_error err = {""};
    if (cb_machine_read("", &err, &machine) != CB_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cb_machine_free(&machine);
    return failed;
}
