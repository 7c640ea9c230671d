/* A Conv, Gemm or MatMul with what follows it, as a layer of integers. */
#include "bench/network/inside.h"

#include <math.h>
#include <stdlib.h>

static const cb_means_row *const rows[] = {
    [CB_MEANS_INT8] = &cb_means_int8,
    [CB_MEANS_DEPTHWISE] = &cb_means_depthwise,
    [CB_MEANS_BITSERIAL] = &cb_means_bitserial,
    [CB_MEANS_FLOAT32] = &cb_means_float32,
};

static cb_status refuse(cb_error *err, const char *why)
{
    return cb_fail(err, CB_UNSUPPORTED, "%s", why);
}

/* ---- shapes ---- */

static cb_status conv_geometry(const cb_network *net, const cb_net_node *node, cb_geometry *g,
                               cb_error *err)
{
    const cb_net_shape *x = &cb_network_value(net, node->inputs[0])->shape;
    const cb_net_shape *y = &cb_network_value(net, node->output)->shape;
    const cb_net_window *w = &node->window;
    if (x->rank != 4 || x->dims[0] != 1 || w->pad_begin[0] < 0 || w->pad_begin[1] < 0)
        return refuse(err, "its input is not one image");
    *g = (cb_geometry){.cin = (size_t)x->dims[1],
                       .h = (size_t)x->dims[2],
                       .w = (size_t)x->dims[3],
                       .cout = (size_t)y->dims[1],
                       .kh = (size_t)w->kernel[0],
                       .kw = (size_t)w->kernel[1],
                       .groups = (size_t)w->groups,
                       .stride_h = (size_t)w->stride[0],
                       .stride_w = (size_t)w->stride[1],
                       .dilation_h = (size_t)w->dilation[0],
                       .dilation_w = (size_t)w->dilation[1],
                       .pad_top = (size_t)w->pad_begin[0],
                       .pad_left = (size_t)w->pad_begin[1],
                       .out_h = (size_t)y->dims[2],
                       .out_w = (size_t)y->dims[3],
                       .is_conv = true};
    return CB_OK;
}

static cb_status matrix_geometry(const cb_network *net, size_t i, cb_geometry *g, cb_error *err)
{
    const cb_net_node *node = cb_network_node(net, i);
    const cb_net_details d = cb_network_details(net, i);
    const cb_net_shape *y = &cb_network_value(net, node->output)->shape;
    const cb_net_shape *w = &cb_network_value(net, node->inputs[1])->shape;
    bool is_gemm = node->op == CB_NET_GEMM;
    if (is_gemm && (d.trans_a || d.alpha != 1 || d.beta != 1))
        return refuse(err, "a Gemm with transA, alpha or beta");
    if (w->rank != 2)
        return refuse(err, "its weights are not one matrix");
    size_t columns = (size_t)y->dims[y->rank - 1];
    *g = (cb_geometry){.cin = w->count / columns,
                       .h = 1,
                       .w = y->count / columns,
                       .cout = columns,
                       .kh = 1,
                       .kw = 1,
                       .groups = 1,
                       .stride_h = 1,
                       .stride_w = 1,
                       .dilation_h = 1,
                       .dilation_w = 1,
                       .out_h = 1,
                       .out_w = y->count / columns,
                       .by_outputs = is_gemm && d.trans_b};
    return CB_OK;
}

cb_status cb_geometry_read(const cb_network *net, size_t i, cb_geometry *g, cb_error *err)
{
    const cb_net_node *node = cb_network_node(net, i);
    return node->op == CB_NET_CONV ? conv_geometry(net, node, g, err)
                                   : matrix_geometry(net, i, g, err);
}

/* ---- numbers ---- */

/* An int32 holds every sum. */
static bool sums_fit(const cb_layer_plan *layer)
{
    return (double)layer->weights.depth * 255 * 128 < 2147483647.0;
}

static cb_status read_numbers(const cb_network *net, cb_layer_plan *layer, cb_error *err)
{
    const cb_net_node *node = cb_network_node(net, layer->public.node);
    bool determined = false;
    layer->in = cb_view_of(net, node->inputs[0]);
    if (!layer->in.known)
        return refuse(err, "its input is not known as integers of up to 8 bits and one scale");
    bool transposed = !layer->g.is_conv && !layer->g.by_outputs;
    if (!cb_weights_read(net, node->inputs[1], layer->g.cout, transposed, &layer->weights))
        return refuse(err, "its weights are not constant integers of up to 8 bits");
    if (layer->weights.depth != cb_geometry_depth(&layer->g) || !sums_fit(layer))
        return refuse(err, "its sums are too long");
    cb_status status = cb_tail_read(net, layer, err);
    if (status == CB_OK)
        status = cb_bound_make(layer, err, &determined);
    if (status == CB_OK && !determined)
        return refuse(err, "its float32 sums are no multiples of one number, and not quantized");
    layer->public.w_bits = layer->weights.bits;
    layer->public.a_bits = layer->in.bits;
    return status;
}

/* ---- means ---- */

static cb_status try_means(cb_layer_plan *layer, const cb_engine_options *options, cb_means means,
                           cb_error *err)
{
    layer->public.means = means;
    layer->public.bytes = 0;
    cb_status status = rows[means]->prepare(layer, options, err);
    if (status != CB_OK) {
        rows[means]->release(layer);
        layer->work = NULL;
    }
    return status;
}

/* The first that may be used and can do it. Bit-serial, which takes a pass for each pair of bits,
 * comes last, but for single bits first. */
static cb_status choose_means(cb_layer_plan *layer, const cb_engine_options *options, cb_error *err)
{
    const bool single = layer->public.w_bits * layer->public.a_bits == 1;
    const cb_means order[] = {single ? CB_MEANS_BITSERIAL : CB_MEANS_DEPTHWISE, CB_MEANS_INT8,
                              CB_MEANS_DEPTHWISE, CB_MEANS_BITSERIAL};
    cb_status status = cb_fail(err, CB_UNSUPPORTED, "no implementation that is asked for fits");
    for (size_t i = 0; i < sizeof order / sizeof *order && status == CB_UNSUPPORTED; i++)
        if (options->allowed & 1u << order[i])
            status = try_means(layer, options, order[i], err);
    return status;
}

void cb_product_free(cb_layer_plan *layer)
{
    if (layer->work)
        rows[layer->public.means]->release(layer);
    cb_weights_free(&layer->weights);
    cb_tail_free(&layer->tail);
    cb_bound_free(&layer->scaling);
    free(layer->nodes);
    free(layer->order);
    free(layer->row);
    free(layer->ends[0]);
    free(layer->ends[1]);
    free(layer->cell.codes);
    free(layer->own_input);
}

void *cb_line_alloc(size_t bytes)
{
    enum { LINE_BYTES = 64 };
    void *memory = NULL;
    return posix_memalign(&memory, LINE_BYTES, bytes ? bytes : 1) == 0 ? memory : NULL;
}

/* ---- joining ---- */

static size_t inputs_of(const cb_layer_plan *layer)
{
    return layer->g.cin * layer->g.h * layer->g.w;
}

static size_t outputs_of(const cb_layer_plan *layer)
{
    return layer->g.cout * cb_geometry_places(&layer->g);
}

/* Whether a layer's codes can be taken as another's input as they lie. */
static bool joins(const cb_layer_plan *from, const cb_layer_plan *to)
{
    const cb_geometry *g = &to->g;
    if (!from->tail.quantizes || outputs_of(from) != inputs_of(to))
        return false;
    if (g->is_conv)
        return from->g.is_conv && from->g.cout == g->cin;
    return !from->g.is_conv || g->w == 1;
}

/* Element k of the sum of a matrix product is that of a channel and place of an image. */
static cb_status set_order(cb_layer_plan *layer, const cb_geometry *from, cb_error *err)
{
    size_t places = cb_geometry_places(from), channels = from->cout;
    layer->order = malloc(layer->weights.depth * sizeof *layer->order);
    if (!layer->order)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    for (size_t k = 0; k < layer->weights.depth; k++)
        layer->order[k] = k % places * channels + k / places;
    return CB_OK;
}

static cb_status join(cb_layer_plan *layer, const cb_layer_plan *from, cb_error *err)
{
    layer->joined = from && joins(from, layer);
    if (!layer->joined || layer->g.is_conv || !from->g.is_conv || cb_geometry_places(&from->g) == 1)
        return CB_OK;
    return set_order(layer, &from->g, err);
}

cb_status cb_product_new(const cb_engine_options *options, size_t node, const cb_layer_plan *from,
                         cb_error *err, cb_layer_plan *layer)
{
    *layer = (cb_layer_plan){.public = {.node = node, .kernel = "-"}};
    cb_status status = cb_geometry_read(options->network, node, &layer->g, err);
    if (status == CB_OK)
        status = read_numbers(options->network, layer, err);
    if (status == CB_OK)
        status = join(layer, from, err);
    if (status == CB_OK)
        status = choose_means(layer, options, err);
    return status;
}

/* ---- running ---- */

/* Float32 numbers that are integers times the scale, channels last. */
static void take_floats(cb_layer_plan *layer)
{
    const cb_geometry *g = &layer->g;
    const size_t channels = g->is_conv ? g->cin : 1;
    const size_t places = inputs_of(layer) / channels;
    const float inverse = 1.0f / layer->in.scale;
    for (size_t c = 0; c < channels; c++)
        for (size_t p = 0; p < places; p++) {
            float code = layer->in_floats[c * places + p] * inverse;
            layer->own_input[p * channels + c] = (uint8_t)(int)(code + (code < 0 ? -0.5f : 0.5f));
        }
}

void cb_product_run(cb_layer_plan *layer)
{
    layer->public.summed_again = 0;
    if (layer->own_input)
        take_floats(layer);
    rows[layer->public.means]->run(layer);
}

/* Chance that the ends of a sum's interval lead to different codes: as long as the interval is, of
 * the distance between two codes; no sum below zero counts where a Relu follows. */
static double chance_of_again(const cb_layer_plan *layer, size_t c)
{
    const cb_scaling *s = &layer->scaling;
    const bool relu = layer->tail.stage_count && layer->tail.stages[0].op == CB_STAGE_RELU;
    double length = s->direct ? 2 * (double)s->code_error[c]
                              : 2 * (double)s->error[c] / (double)layer->tail.scale;
    return fmin(1, length) * (relu ? 0.5 : 1);
}

static void count_finish(cb_layer_plan *layer)
{
    cb_engine_counts *c = &layer->public.counts;
    const cb_scaling *s = &layer->scaling;
    const double outputs = (double)outputs_of(layer),
                 places = (double)cb_geometry_places(&layer->g);
    const size_t lines = layer->public.means == CB_MEANS_INT8 ? layer->g.groups : 1;
    const size_t rest = layer->g.cout / lines % CB_ENGINE_LANES * lines;
    if (layer->public.means == CB_MEANS_FLOAT32)
        return;
    *(s->direct ? s->exact ? &c->rounded : &c->bounded : &c->followed) = outputs;
    c->finish_rest = places * (double)rest;
    for (size_t i = 0; !s->exact && layer->tail.quantizes && i < layer->g.cout; i++)
        c->again += places * chance_of_again(layer, i);
    c->again_macs = c->again * (double)layer->weights.depth;
    c->again_line = (double)(layer->g.cout / lines);
}

/* Floats of one place and its channels lie so many places apart: from here on each line of them
 * falls into the same few sets of a cache. */
enum { FAR_PLACES = 256 };

static void set_sizes(cb_layer_plan *layer)
{
    const size_t outputs = outputs_of(layer), inputs = inputs_of(layer);
    const bool floats = layer->public.means == CB_MEANS_FLOAT32;
    layer->public.elements = outputs;
    layer->public.m = cb_geometry_places(&layer->g);
    layer->public.n = layer->g.cout / layer->g.groups;
    layer->public.k = layer->weights.depth;
    layer->public.groups = layer->g.groups;
    layer->public.counts.weight_bytes = (double)layer->public.bytes;
    layer->public.counts.floats_taken = layer->joined ? 0 : (double)inputs;
    const bool far = layer->g.is_conv && cb_geometry_places(&layer->g) >= FAR_PLACES;
    *(far ? &layer->public.counts.floats_far : &layer->public.counts.floats_made) =
        layer->writes_floats ? (double)outputs : 0;
    count_finish(layer);
    layer->public.bytes += inputs * (floats ? sizeof(float) : 1) +
                           outputs * (layer->tail.quantizes ? 1 : sizeof(float));
}

static cb_status allocate_codes(cb_layer_plan *layer, const cb_layer_plan *from, cb_error *err)
{
    bool determined;
    const size_t outputs = outputs_of(layer), inputs = inputs_of(layer);
    cb_bound_free(&layer->scaling);
    cb_status status = cb_bound_make(layer, err, &determined);
    layer->ends[0] = malloc(layer->g.cout * sizeof(float));
    layer->ends[1] = malloc(layer->g.cout * sizeof(float));
    layer->own_input = layer->joined ? NULL : cb_line_alloc(inputs);
    layer->source = layer->joined ? from->cell.codes : layer->own_input;
    layer->cell = (cb_cell){cb_line_alloc(outputs), layer->g.cout, cb_geometry_places(&layer->g)};
    if (!layer->ends[0] || !layer->ends[1] || !layer->source || !layer->cell.codes)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    return status;
}

cb_status cb_product_allocate(cb_layer_plan *layer, const cb_layer_plan *from, cb_error *err)
{
    cb_status status = CB_OK;
    if (layer->public.means != CB_MEANS_FLOAT32)
        status = allocate_codes(layer, from, err);
    layer->row = malloc(layer->weights.depth * sizeof *layer->row);
    if (!layer->row)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    set_sizes(layer);
    return status;
}

double cb_product_distance(const cb_layer_plan *layer, const float *other)
{
    const cb_cell *cell = &layer->cell;
    const size_t places = layer->g.is_conv ? cell->places : 1;
    const size_t channels = outputs_of(layer) / places;
    double most = 0;
    for (size_t c = 0; c < channels; c++)
        for (size_t p = 0; p < places; p++) {
            size_t i = c * places + p;
            uint8_t stored = cell->codes[p * channels + c];
            int code = layer->tail.out.low < 0 ? (int8_t)stored : stored;
            float own = layer->tail.quantizes ? (float)code * layer->tail.scale : layer->floats[i];
            double distance = fabs((double)own - (double)other[i]);
            if (distance > most) /* not fmax: GCC 12 for aarch64 stumbles over such a loop */
                most = distance;
        }
    return most;
}
