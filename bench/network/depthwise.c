/* Depthwise convolutions of bytes: each channel by its own weights, channels side by side. */
#include "bench/network/inside.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    int16_t *weights; /* [tap][channel] */
    int32_t *sums;    /* of one line of places */
} work;

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
    w->weights = malloc(taps * g->cin * sizeof *w->weights);
    w->sums = malloc(g->out_w * g->cin * sizeof *w->sums);
    if (!w->weights || !w->sums)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    for (size_t t = 0; t < taps; t++)
        for (size_t c = 0; c < g->cin; c++)
            w->weights[t * g->cin + c] = layer->weights.codes[c * taps + t];
    layer->public.bytes += taps * g->cin * sizeof *w->weights;
    layer->public.counts.taps = (double)(taps * cb_geometry_places(g));
    layer->public.counts.lines = (double)cb_geometry_places(g);
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
