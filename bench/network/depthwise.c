/* Depthwise convolutions of bytes: each channel by its own weights, channels side by side. */
#include "bench/network/inside.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    int16_t *weights; /* [tap][channel] */
    int32_t *sums;    /* of one line of places */
} work;

/* Taps inside the image of all places along one side. */
static size_t taps_inside(size_t size, size_t kernel, size_t stride, size_t dilation, size_t pad,
                          size_t out)
{
    size_t count = 0;
    for (size_t o = 0; o < out; o++)
        for (size_t i = 0; i < kernel; i++)
            count += o * stride + i * dilation - pad < size; /* below 0 it wraps around */
    return count;
}

static void count_taps(const cb_geometry *g, cb_engine_counts *c)
{
    const double taps =
        (double)(taps_inside(g->h, g->kh, g->stride_h, g->dilation_h, g->pad_top, g->out_h) *
                 taps_inside(g->w, g->kw, g->stride_w, g->dilation_w, g->pad_left, g->out_w));
    c->taps = taps;
    c->tap_macs = taps * (double)g->cin;
    c->tap_rest = taps * (double)(g->cin % CB_ENGINE_LANES);
    c->lines = (double)cb_geometry_places(g);
}

static cb_status prepare_depthwise(cb_layer_plan *layer, const cb_engine_options *options,
                                   cb_error *err)
{
    const cb_geometry *g = &layer->g;
    const size_t taps = g->kh * g->kw;
    (void)options;
    if (!g->is_conv || g->groups != g->cin || g->groups != g->cout || g->groups == 1)
        return cb_fail(err, CB_UNSUPPORTED, "not one output channel of each input channel");
    work *w = calloc(1, sizeof *w);
    layer->work = w;
    if (!w)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    w->weights = cb_line_alloc(taps * g->cin * sizeof *w->weights);
    w->sums = cb_line_alloc(g->out_w * g->cin * sizeof *w->sums);
    if (!w->weights || !w->sums)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    for (size_t t = 0; t < taps; t++)
        for (size_t c = 0; c < g->cin; c++)
            w->weights[t * g->cin + c] = layer->weights.codes[c * taps + t];
    layer->public.bytes += taps * g->cin * sizeof *w->weights;
    count_taps(g, &layer->public.counts);
    layer->public.kernel = "depthwise";
    layer->public.isa = "scalar";
    return CB_OK;
}

static void add_unsigned(const uint8_t *restrict x, const int16_t *restrict w, size_t n,
                         int32_t *restrict sums)
{
    for (size_t c = 0; c < n; c++)
        sums[c] += (int16_t)x[c] * w[c];
}

static void add_signed(const uint8_t *restrict x, const int16_t *restrict w, size_t n,
                       int32_t *restrict sums)
{
    for (size_t c = 0; c < n; c++)
        sums[c] += (int16_t)(int8_t)x[c] * w[c];
}

static void sum_place(const cb_layer_plan *layer, size_t y0, size_t x0, int32_t *sums)
{
    const cb_geometry *g = &layer->g;
    const work *w = layer->work;
    memset(sums, 0, g->cin * sizeof *sums);
    for (size_t i = 0; i < g->kh; i++)
        for (size_t j = 0; j < g->kw; j++) {
            size_t y = y0 + i * g->dilation_h, x = x0 + j * g->dilation_w;
            if (y >= g->h || x >= g->w) /* below 0 they wrap around */
                continue;
            const uint8_t *from = layer->source + (y * g->w + x) * g->cin;
            const int16_t *weights = w->weights + (i * g->kw + j) * g->cin;
            (layer->in.low < 0 ? add_signed : add_unsigned)(from, weights, g->cin, sums);
        }
}

static void run_depthwise(cb_layer_plan *layer)
{
    const cb_geometry *g = &layer->g;
    const work *w = layer->work;
    for (size_t oy = 0; oy < g->out_h; oy++) {
        for (size_t ox = 0; ox < g->out_w; ox++)
            sum_place(layer, oy * g->stride_h - g->pad_top, ox * g->stride_w - g->pad_left,
                      w->sums + ox * g->cin);
        cb_finish_sums(layer, oy * g->out_w, g->out_w, 0, g->cout, w->sums, g->cin);
    }
}

static void release_depthwise(cb_layer_plan *layer)
{
    work *w = layer->work;
    if (!w)
        return;
    free(w->weights);
    free(w->sums);
    free(w);
}

const cb_means_row cb_means_depthwise = {prepare_depthwise, run_depthwise, release_depthwise};
