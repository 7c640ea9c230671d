/* Layers of plain float32 numbers, on the float32 matrix multiply and convolution.
 *
 * Kernels add in orders of their own (and with fused steps), so their sums are not the executor's.
 * Any order stays inside gamma(k + 3) sum |x w| of the true sum (bench/gemm/check.h), kernel and
 * executor alike; so the two are at most twice that apart. A rounding may turn an integer behind
 * them into its neighbour: layers from which a quantizer or an index can be reached are not taken.
 */
#include "bench/conv/variants.h"
#include "bench/network/inside.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
    const cb_conv_variant *variant; /* of an image, */
    void *conv;                     /* prepared; or */
    cb_gemm_plan plan;
    cb_gemm *gemm;
    cb_gemm_packed *packed;
} work;

static cb_status refuse(cb_error *err, const char *why)
{
    return cb_fail(err, CB_UNSUPPORTED, "%s", why);
}

/* ---- which layers ---- */

static bool makes_integers(const cb_network *net, const cb_net_node *node)
{
    switch (node->op) {
    case CB_NET_QUANT:
    case CB_NET_INT_QUANT:
    case CB_NET_BIPOLAR_QUANT:
    case CB_NET_TRUNC:
        return true;
    default:
        return cb_network_value(net, node->output)->shape.type == CB_NET_I64;
    }
}

static bool reads_marked(const cb_net_node *node, const bool *marked)
{
    for (size_t k = 0; k < node->input_count; k++)
        if (node->inputs[k] >= 0 && marked[node->inputs[k]])
            return true;
    return false;
}

/* Whether integers depend on what a node makes. `marked`: of each value, false. */
static bool reaches_integers(const cb_network *net, size_t from, bool *marked)
{
    marked[cb_network_node(net, from)->output] = true;
    for (size_t i = from + 1; i < cb_network_nodes(net); i++) {
        const cb_net_node *node = cb_network_node(net, i);
        if (node->folded || !reads_marked(node, marked))
            continue;
        if (makes_integers(net, node))
            return true;
        marked[node->output] = true;
    }
    return false;
}

static cb_status check_followers(const cb_network *net, size_t node, cb_error *err)
{
    bool *marked = calloc(cb_network_values(net) + 1, sizeof *marked);
    if (!marked)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    bool reaches = reaches_integers(net, node, marked);
    free(marked);
    return reaches ? refuse(err, "integers behind it would depend on how float32 sums are rounded")
                   : CB_OK;
}

static bool all_finite(const float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(numbers[i]))
            return false;
    return true;
}

static cb_status read_numbers(const cb_network *net, cb_layer_plan *layer, cb_error *err)
{
    const cb_net_node *node = cb_network_node(net, layer->public.node);
    const cb_net_value *x = cb_network_value(net, node->inputs[0]);
    const cb_net_value *w = cb_network_value(net, node->inputs[1]);
    if (x->width.kind != CB_NET_FLOAT || x->constant || x->shape.type != CB_NET_F32)
        return refuse(err, "its inputs are integers, and no integer kernel covers it");
    if (!w->constant || w->shape.type != CB_NET_F32 || !all_finite(w->constant, w->shape.count))
        return refuse(err, "its weights are not constant float32 numbers");
    layer->constant = w->constant;
    layer->weights.depth = w->shape.count / layer->g.cout;
    if (layer->weights.depth != cb_geometry_depth(&layer->g))
        return refuse(err, "its weights are not one matrix");
    cb_status status = check_followers(net, layer->public.node, err);
    return status == CB_OK ? cb_tail_read(net, layer, err) : status;
}

cb_status cb_float32_new(const cb_engine_options *options, size_t node, cb_error *err,
                         cb_layer_plan *layer)
{
    *layer = (cb_layer_plan){.public = {.node = node, .kernel = "-", .means = CB_MEANS_FLOAT32}};
    cb_status status = cb_geometry_read(options->network, node, &layer->g, err);
    if (status == CB_OK)
        status = read_numbers(options->network, layer, err);
    return status == CB_OK ? cb_means_float32.prepare(layer, options, err) : status;
}

/* ---- preparing ---- */

static cb_status layer_of(const cb_geometry *g, cb_error *err, cb_layer *shape)
{
    *shape = (cb_layer){.batch = 1,
                        .cin = g->cin,
                        .h = g->h,
                        .w = g->w,
                        .cout = g->cout,
                        .kh = g->kh,
                        .kw = g->kw,
                        .stride = g->stride_h,
                        .pad = g->pad_top,
                        .groups = g->groups,
                        .dilation = g->dilation_h};
    if (g->stride_w != g->stride_h || g->dilation_w != g->dilation_h || g->pad_left != g->pad_top ||
        cb_layer_check(shape, NULL) != CB_OK || cb_layer_out_h(shape) != g->out_h ||
        cb_layer_out_w(shape) != g->out_w)
        return refuse(err, "its window differs in height and width, or its padding by side");
    return CB_OK;
}

/* Depthwise layers have kernels of their own; the others are matrix products of the image. */
static const cb_conv_variant *variant_of(const cb_conv_problem *problem, cb_error *err)
{
    if (!cb_conv_depthwise.refuses(problem))
        return &cb_conv_depthwise;
    const char *why = cb_conv_indirect.refuses(problem);
    if (!why)
        return &cb_conv_indirect;
    refuse(err, why);
    return NULL;
}

static cb_status prepare_image(cb_layer_plan *layer, const cb_engine_options *options, work *w,
                               cb_error *err)
{
    cb_conv_info info = {0};
    cb_conv_problem problem = {.layout = CB_CONV_NCHW,
                               .threads = 1,
                               .machine = options->machine,
                               .cpu = options->cpu,
                               .isa = options->isa};
    cb_status status = layer_of(&layer->g, err, &problem.layer);
    if (status != CB_OK)
        return status;
    w->variant = variant_of(&problem, err);
    if (!w->variant)
        return CB_UNSUPPORTED;
    status = w->variant->prepare(&problem, layer->constant, err, &w->conv);
    if (status != CB_OK)
        return status;
    w->variant->info(w->conv, &info);
    layer->public.kernel = info.kernel;
    layer->public.isa = info.isa;
    layer->public.bytes = info.weights_bytes;
    if (options->kernel_glob && fnmatch(options->kernel_glob, info.kernel, 0) != 0)
        return refuse(err, "its float32 kernel is not one that is asked for");
    return CB_OK;
}

static cb_status prepare_matrix(cb_layer_plan *layer, const cb_engine_options *options, work *w,
                                cb_error *err)
{
    const cb_geometry *g = &layer->g;
    const size_t depth = layer->weights.depth;
    const cb_gemm_target target = {.machine = options->machine,
                                   .isa = options->isa,
                                   .kernel_glob = options->kernel_glob,
                                   .cpu = options->cpu};
    const cb_gemm_problem problem = {.dtype = "f32",
                                     .m = cb_geometry_places(g),
                                     .n = g->cout,
                                     .k = depth,
                                     .threads = 1,
                                     .a = CB_GEMM_MATRIX,
                                     .b = CB_GEMM_PACKED};
    const cb_gemm_operand b =
        cb_gemm_matrix(layer->constant, g->by_outputs ? depth : g->cout, g->by_outputs);
    cb_status status = cb_gemm_plan_make(&problem, &target, err, &w->plan);
    if (status == CB_OK)
        status = cb_gemm_pack_b(&w->plan, &b, err, &w->packed);
    if (status == CB_OK)
        status = cb_gemm_new(&w->plan, err, &w->gemm);
    if (status != CB_OK)
        return status;
    layer->public.kernel = w->plan.kernel->name;
    layer->public.isa = cb_isa_name(w->plan.kernel->isa);
    layer->public.bytes = cb_gemm_packed_bytes(w->packed);
    return CB_OK;
}

static cb_status prepare_float32(cb_layer_plan *layer, const cb_engine_options *options,
                                 cb_error *err)
{
    work *w = calloc(1, sizeof *w);
    layer->work = w;
    if (!w)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    return (layer->g.is_conv ? prepare_image : prepare_matrix)(layer, options, w, err);
}

/* ---- running ---- */

static void stage_plane(const cb_stage *stage, size_t channel, size_t n, float *y)
{
    const float by = stage->by ? stage->by[channel] : 0.0f;
    for (size_t p = 0; p < n; p++)
        switch (stage->op) {
        case CB_STAGE_RELU:
            y[p] = y[p] < 0 ? 0.0f : y[p];
            break;
        case CB_STAGE_ADD:
            y[p] = y[p] + by;
            break;
        case CB_STAGE_SUB:
            y[p] = y[p] - by;
            break;
        case CB_STAGE_MUL:
            y[p] = y[p] * by;
            break;
        case CB_STAGE_DIV:
            y[p] = y[p] / by;
            break;
        }
}

static void finish_planes(cb_layer_plan *layer)
{
    const cb_tail *tail = &layer->tail;
    const size_t places = cb_geometry_places(&layer->g);
    const cb_stage bias = {CB_STAGE_ADD, tail->bias};
    for (size_t c = 0; c < layer->g.cout; c++) {
        float *plane = layer->floats + c * places;
        if (tail->bias)
            stage_plane(&bias, c, places, plane);
        for (size_t i = 0; i < tail->stage_count; i++)
            stage_plane(&tail->stages[i], c, places, plane);
    }
}

static void finish_rows(cb_layer_plan *layer)
{
    const size_t n = layer->g.cout;
    for (size_t row = 0; row < cb_geometry_places(&layer->g); row++) {
        float *y = layer->floats + row * n;
        for (size_t j = 0; layer->tail.bias && j < n; j++)
            y[j] += layer->tail.bias[j];
        cb_tail_follow(&layer->tail, 0, n, y);
    }
}

static void run_float32(cb_layer_plan *layer)
{
    work *w = layer->work;
    if (w->conv) {
        w->variant->run(w->conv, layer->in_floats, layer->floats, 0);
        finish_planes(layer);
        return;
    }
    const cb_gemm_args args = {.a = cb_gemm_matrix(layer->in_floats, layer->weights.depth, false),
                               .b = cb_gemm_packed_operand(w->packed),
                               .c = layer->floats,
                               .c_ld = layer->g.cout,
                               .alpha = 1};
    cb_gemm_call_one(w->gemm, &args);
    finish_rows(layer);
}

static void release_float32(cb_layer_plan *layer)
{
    work *w = layer->work;
    if (!w)
        return;
    if (w->conv)
        w->variant->free(w->conv);
    cb_gemm_packed_free(w->packed);
    cb_gemm_free(w->gemm);
    free(w);
}

const cb_means_row cb_means_float32 = {prepare_float32, run_float32, release_float32};
