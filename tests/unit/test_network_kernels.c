/* Networks on cachebound's own kernels: what each layer makes is what the executor makes, bit for
 * bit, for scales that are powers of two and for others, with every instruction set. */
#include "network_pair.h"

#include <unistd.h>

#define EXAMPLES CB_TESTS_DIR "/../network/examples/"
#define SHARED   CB_TESTS_DIR "/../../shared/data/qonnx/"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_networks_are_the_executors),
        cmocka_unit_test(bit_planes_are_the_executors),
        cmocka_unit_test(their_sums_are_exact),
        cmocka_unit_test(nothing_runs_on_kernels_that_are_not_allowed),
        cmocka_unit_test(shared_networks_are_the_executors),
        cmocka_unit_test(random_convolutions_are_the_executors),
    };
    return cmocka_run_group_tests(tests, read_machine, free_machine);
}
