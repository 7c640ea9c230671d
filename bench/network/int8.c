/* Convolutions and matrix products of bytes as matrix multiply: places x depth times depth x
 * channels, weights packed once, sums finished while they are in the cache. */
#include "bench/network/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_gemm_plan plan;
    cb_gemm *gemm;
    cb_gemm_packed **packed; /* of each group */
    uint8_t *rows;           /* what windows cover, one group; NULL: the input is that */
    size_t group;            /* at work */
} work;

size_t cb_geometry_places(const cb_geometry *g)
{
    return g->out_h * g->out_w;
}

size_t cb_geometry_depth(const cb_geometry *g)
{
    return g->kh * g->kw * (g->cin / g->groups);
}

/* ---- windows as rows ---- */

/* One line of a window: kw taps, or zeros. */
static uint8_t *copy_taps(const cb_geometry *g, const uint8_t *line, size_t x0, size_t channels,
                          uint8_t *to)
{
    for (size_t j = 0; j < g->kw; j++, to += channels) {
        size_t x = x0 + j * g->dilation_w; /* below 0 it wraps around */
        if (line && x < g->w)
            memcpy(to, line + x * g->cin, channels);
        else
            memset(to, 0, channels);
    }
    return to;
}

/* Taps [left, right) of kw lie inside the image. */
typedef struct {
    size_t left, right;
} inside;

static inside inside_of(const cb_geometry *g, size_t ox)
{
    const size_t x = ox * g->stride_w, end = g->w + g->pad_left;
    size_t left = x < g->pad_left ? g->pad_left - x : 0;
    size_t right = x + g->kw > end ? (x < end ? end - x : 0) : g->kw;
    left = left < g->kw ? left : g->kw;
    return (inside){left, right > left ? right : left};
}

/* Taps that lie beside each other in memory: zeros, all that is inside, zeros. */
static uint8_t *copy_run(const cb_geometry *g, const uint8_t *line, size_t ox, uint8_t *to)
{
    const inside taps = line ? inside_of(g, ox) : (inside){g->kw, g->kw};
    if (taps.left)
        memset(to, 0, taps.left * g->cin);
    if (taps.right > taps.left)
        memcpy(to + taps.left * g->cin,
               line + (ox * g->stride_w + taps.left - g->pad_left) * g->cin,
               (taps.right - taps.left) * g->cin);
    if (taps.right < g->kw)
        memset(to + taps.right * g->cin, 0, (g->kw - taps.right) * g->cin);
    return to + g->kw * g->cin;
}

static bool copies_runs(const cb_geometry *g)
{
    return g->groups == 1 && g->dilation_w == 1;
}

void cb_im2col(const cb_geometry *g, const uint8_t *codes, size_t group, uint8_t *to)
{
    const size_t channels = g->cin / g->groups;
    for (size_t oy = 0; oy < g->out_h; oy++)
        for (size_t ox = 0; ox < g->out_w; ox++)
            for (size_t i = 0; i < g->kh; i++) {
                size_t y = oy * g->stride_h + i * g->dilation_h - g->pad_top;
                const uint8_t *line =
                    y < g->h ? codes + y * g->w * g->cin + group * channels : NULL;
                to = copies_runs(g)
                         ? copy_run(g, line, ox, to)
                         : copy_taps(g, line, ox * g->stride_w - g->pad_left, channels, to);
            }
}

/* How many pieces cb_im2col copies or fills, all groups. */
static double count_pieces(const cb_geometry *g)
{
    double a_row = 0, rows = (double)(cb_geometry_places(g) * g->kh);
    if (!copies_runs(g))
        return rows * (double)(g->kw * g->groups);
    for (size_t ox = 0; ox < g->out_w; ox++) {
        inside taps = inside_of(g, ox);
        a_row += (taps.left > 0) + (taps.right > taps.left) + (taps.right < g->kw);
    }
    return rows * a_row / (double)g->out_w; /* lines outside of the image as if they were inside */
}

static void order_taps(const cb_geometry *g, const int8_t *from, int8_t *to)
{
    const size_t channels = g->cin / g->groups, taps = g->kh * g->kw;
    for (size_t t = 0; t < taps; t++)
        for (size_t c = 0; c < channels; c++)
            *to++ = from[c * taps + t];
}

void cb_weights_order(const cb_layer_plan *layer, size_t output, int8_t *to)
{
    const size_t depth = layer->weights.depth;
    const int8_t *from = layer->weights.codes + output * depth;
    if (layer->g.is_conv)
        order_taps(&layer->g, from, to);
    else
        for (size_t k = 0; k < depth; k++)
            to[layer->order ? layer->order[k] : k] = from[k];
}

static bool is_pointwise(const cb_geometry *g)
{
    return g->kh == 1 && g->kw == 1 && g->stride_h == 1 && g->stride_w == 1 && !g->pad_top &&
           !g->pad_left && g->out_h == g->h && g->out_w == g->w;
}

/* ---- preparing ---- */

static cb_status pack_group(cb_layer_plan *layer, work *w, size_t group, cb_error *err)
{
    const size_t depth = layer->weights.depth, outputs = layer->g.cout / layer->g.groups;
    int8_t *ordered = malloc(depth * outputs);
    if (!ordered)
        return cb_fail(err, CB_NO_MEMORY, "no memory for weights");
    for (size_t o = 0; o < outputs; o++)
        cb_weights_order(layer, group * outputs + o, ordered + o * depth);
    cb_gemm_operand b = cb_gemm_matrix(ordered, depth, true);
    cb_status status = cb_gemm_pack_b(&w->plan, &b, err, &w->packed[group]);
    free(ordered);
    if (status == CB_OK)
        layer->public.bytes += cb_gemm_packed_bytes(w->packed[group]);
    return status;
}

static cb_status make_plan(const cb_layer_plan *layer, const cb_engine_options *options, work *w,
                           cb_error *err)
{
    const cb_geometry *g = &layer->g;
    const size_t depth = layer->weights.depth;
    const cb_gemm_target target = {.machine = options->machine,
                                   .isa = options->isa,
                                   .kernel_glob = options->kernel_glob,
                                   .cpu = options->cpu};
    const cb_gemm_problem problem = {.dtype = layer->in.low < 0 ? "s8" : "u8s8",
                                     .m = cb_geometry_places(g),
                                     .n = g->cout / g->groups,
                                     .k = depth,
                                     .threads = 1,
                                     .a = CB_GEMM_MATRIX,
                                     .b = CB_GEMM_PACKED,
                                     .no_c = true};
    return cb_gemm_plan_make(&problem, &target, err, &w->plan);
}

static double round_up(size_t n, int step)
{
    return ceil((double)n / step) * step;
}

static void count_tiles(cb_layer_plan *layer, const cb_gemm_plan *plan)
{
    const cb_geometry *g = &layer->g;
    const cb_gemm_kernel *kernel = plan->kernel;
    const size_t depth = layer->weights.depth, places = cb_geometry_places(g);
    const int kr = kernel->kr_a > kernel->kr_b ? kernel->kr_a : kernel->kr_b;
    double m = round_up(places, kernel->mr), n = round_up(g->cout / g->groups, kernel->nr);
    cb_engine_counts *c = &layer->public.counts;
    c->tiles = (double)g->groups * m / kernel->mr * n / kernel->nr;
    c->edge_tiles = c->tiles - (double)(g->groups * (places / (size_t)kernel->mr) *
                                        (g->cout / g->groups / (size_t)kernel->nr));
    c->tile_macs = (double)g->groups * m * n * round_up(depth, kr);
    c->lines = (double)(g->groups * places) * n / kernel->nr;
    c->packed = (double)g->groups * cb_gemm_plan_packed_bytes(plan);
    if (is_pointwise(g) && g->groups == 1)
        return;
    c->gathered = (double)(g->groups * places * depth);
    c->pieces = count_pieces(g);
}

static cb_status prepare_int8(cb_layer_plan *layer, const cb_engine_options *options, cb_error *err)
{
    const cb_geometry *g = &layer->g;
    work *w = calloc(1, sizeof *w);
    layer->work = w;
    if (!w)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    cb_status status = make_plan(layer, options, w, err);
    if (status != CB_OK)
        return status;
    w->packed = calloc(g->groups, sizeof *w->packed);
    if (!is_pointwise(g) || g->groups > 1)
        w->rows = cb_line_alloc(cb_geometry_places(g) * layer->weights.depth);
    if (!w->packed || (!w->rows && (!is_pointwise(g) || g->groups > 1)))
        return cb_fail(err, CB_NO_MEMORY, "no memory for a layer");
    for (size_t i = 0; i < g->groups && status == CB_OK; i++)
        status = pack_group(layer, w, i, err);
    if (status == CB_OK)
        status = cb_gemm_new(&w->plan, err, &w->gemm);
    count_tiles(layer, &w->plan);
    layer->public.kernel = w->plan.kernel->name;
    layer->public.isa = cb_isa_name(w->plan.kernel->isa);
    return status;
}

/* ---- running ---- */

static void finish_part(void *arg, const cb_gemm_part *part)
{
    cb_layer_plan *layer = arg;
    const work *w = layer->work;
    size_t channel = w->group * (layer->g.cout / layer->g.groups) + part->column;
    cb_finish_sums(layer, part->row, part->m, channel, part->n, part->c, part->ld);
}

static void run_int8(cb_layer_plan *layer)
{
    work *w = layer->work;
    const size_t depth = layer->weights.depth;
    for (w->group = 0; w->group < layer->g.groups; w->group++) {
        if (w->rows)
            cb_im2col(&layer->g, layer->source, w->group, w->rows);
        const cb_gemm_args args = {
            .a = cb_gemm_matrix(w->rows ? w->rows : layer->source, depth, false),
            .b = cb_gemm_packed_operand(w->packed[w->group]),
            .alpha = 1,
            .epilogue = finish_part,
            .epilogue_arg = layer};
        cb_gemm_call_one(w->gemm, &args);
    }
}

static void release_int8(cb_layer_plan *layer)
{
    work *w = layer->work;
    if (!w)
        return;
    for (size_t i = 0; w->packed && i < layer->g.groups; i++)
        cb_gemm_packed_free(w->packed[i]);
    free(w->packed);
    cb_gemm_free(w->gemm);
    free(w->rows);
    free(w);
}

const cb_means_row cb_means_int8 = {prepare_int8, run_int8, release_int8};
