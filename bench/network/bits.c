/* Convolutions and matrix products of few bits by bit planes. */
#include "bench/network/inside.h"

#include <stdlib.h>

typedef struct {
    cb_bits_conv *conv; /* of an image, or */
    cb_bits_weights *weights;
    cb_bits_work *work;
    int32_t *sums; /* all of the output */
} work;

/* The fewest bits that hold all numbers of a range. */
static int bits_of(int low, int high)
{
    int bits = 1;
    while (low < 0 ? low < -(1 << (bits - 1)) || high >= 1 << (bits - 1) : high >= 1 << bits)
        bits++;
    return bits;
}

static cb_bits_type input_type(const cb_view *in)
{
    return cb_bits_type_of(bits_of(in->low, in->high),
                           in->low < 0 ? CB_BITS_SIGNED : CB_BITS_UNSIGNED);
}

static cb_bits_type weight_type(const cb_weights *w)
{
    if (w->bipolar)
        return cb_bits_type_of(1, CB_BITS_BIPOLAR);
    return cb_bits_type_of(bits_of(w->low < 0 ? w->low : -1, w->high), CB_BITS_SIGNED);
}

/* Outputs by rows, in the order of the input; of two kinds of number one bit is left. */
static uint8_t *weight_codes(const cb_layer_plan *layer)
{
    const size_t depth = layer->weights.depth, count = depth * layer->g.cout;
    int8_t *codes = malloc(count);
    for (size_t o = 0; codes && o < layer->g.cout; o++)
        cb_weights_order(layer, o, codes + o * depth);
    for (size_t i = 0; codes && layer->weights.bipolar && i < count; i++)
        codes[i] = codes[i] > 0;
    return (uint8_t *)codes;
}

static cb_status prepare_image(cb_layer_plan *layer, const cb_bits_target *target,
                               const uint8_t *codes, work *w, cb_error *err)
{
    const cb_geometry *g = &layer->g;
    const cb_bits_type a = input_type(&layer->in), b = weight_type(&layer->weights);
    const cb_layer shape = {.batch = 1,
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
        cb_layer_check(&shape, NULL) != CB_OK || cb_layer_out_h(&shape) != g->out_h ||
        cb_layer_out_w(&shape) != g->out_w)
        return cb_fail(err, CB_UNSUPPORTED, "its window differs in height and width");
    cb_status status = cb_bits_conv_new(&shape, &a, &b, codes, target, 1, err, &w->conv);
    if (status != CB_OK)
        return status == CB_USAGE ? CB_UNSUPPORTED : status;
    layer->public.kernel = cb_bits_conv_plan(w->conv)->kernel->name;
    layer->public.isa = cb_isa_name(cb_bits_conv_plan(w->conv)->kernel->isa);
    layer->public.bytes += (size_t)cb_bits_packed_w_bytes(cb_bits_conv_plan(w->conv));
    return CB_OK;
}

static cb_status prepare_matrix(cb_layer_plan *layer, const cb_bits_target *target,
                                const uint8_t *codes, work *w, cb_error *err)
{
    cb_bits_plan plan;
    const cb_bits_matmul shape = {.m = cb_geometry_places(&layer->g),
                                  .n = layer->g.cout,
                                  .k = layer->weights.depth,
                                  .a = input_type(&layer->in),
                                  .w = weight_type(&layer->weights)};
    cb_status status = cb_bits_plan_make(&shape, 1, CB_BITS_FORM_AUTO, target, 1, err, &plan);
    if (status != CB_OK)
        return status == CB_USAGE ? CB_UNSUPPORTED : status;
    status = cb_bits_weights_new(&plan, codes, err, &w->weights);
    if (status == CB_OK)
        status = cb_bits_work_new(&plan, err, &w->work);
    layer->public.kernel = plan.kernel->name;
    layer->public.isa = cb_isa_name(plan.kernel->isa);
    layer->public.bytes += (size_t)cb_bits_packed_w_bytes(&plan);
    return status;
}

static cb_status prepare_bits(cb_layer_plan *layer, const cb_engine_options *options, cb_error *err)
{
    const cb_bits_target target = {.machine = options->machine,
                                   .isa = options->isa,
                                   .kernel_glob = options->kernel_glob,
                                   .cpu = options->cpu};
    work *w = calloc(1, sizeof *w);
    uint8_t *codes = weight_codes(layer);
    cb_status status = CB_NO_MEMORY;
    layer->work = w;
    if (w)
        w->sums = malloc(cb_geometry_places(&layer->g) * layer->g.cout * sizeof *w->sums);
    if (!w || !codes || !w->sums)
        cb_fail(err, status, "no memory for a layer");
    else
        status = (layer->g.is_conv ? prepare_image : prepare_matrix)(layer, &target, codes, w, err);
    free(codes);
    layer->public.counts.lines = (double)cb_geometry_places(&layer->g);
    layer->public.counts.tile_macs = (double)layer->public.w_bits * layer->public.a_bits *
                                     (double)cb_geometry_places(&layer->g) *
                                     (double)(layer->g.cout * layer->weights.depth);
    return status;
}

static void run_bits(cb_layer_plan *layer)
{
    const work *w = layer->work;
    const size_t channels = layer->g.cout;
    if (w->conv)
        cb_bits_conv_call(w->conv, layer->source, w->sums, 0);
    else
        cb_bits_gemm_call(w->work, w->weights, layer->source, w->sums, 0);
    cb_finish_sums(layer, 0, cb_geometry_places(&layer->g), 0, channels, w->sums, channels);
}

static void release_bits(cb_layer_plan *layer)
{
    work *w = layer->work;
    if (!w)
        return;
    cb_bits_conv_free(w->conv);
    cb_bits_weights_free(w->weights);
    cb_bits_work_free(w->work);
    free(w->sums);
    free(w);
}

const cb_means_row cb_means_bitserial = {prepare_bits, run_bits, release_bits};
