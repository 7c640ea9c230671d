/* Layers of plain float32 on cachebound's own kernels: equal to the executor's inside a bound that
 * is stated, and only where no quantizer behind them would round another way. */
#include "network_pair.h"

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
    };
    return cmocka_run_group_tests(tests, read_machine, free_machine);
}
