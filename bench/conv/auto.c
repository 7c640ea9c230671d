/* The implementation that a model takes to be fastest for a layer on this machine.
 *
 * Cycles of one thread are added up from arithmetic, from the activations whose layout changes, and
 * from weights that stream from beyond the second-level cache. The constants were fitted to
 * ResNet-18, MobileNetV1, V2 and VGG-16 on an AVX-512 core; what decides is their ratios. */
#include "bench/conv/blocked.h"
#include "bench/conv/lower.h"
#include "bench/conv/tiles.h"
#include "bench/conv/variants.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    const cb_conv_variant *variant;
    void *work;
} choice;

/* Floats a cycle: what the model reckons with. */
typedef struct {
    double ops;    /* of multiply-adds, each counted twice */
    double layout; /* elements whose layout changes */
    double copy;   /* elements packed or transformed in a cache */
    double far;    /* elements of weights from beyond the second-level cache, and */
    double ram;    /* from beyond the part of the third one that one core can count on */
    double l2_bytes, l3_bytes;
    double lanes;
    double direct_use;     /* part of a direct tile that is used */
    double direct_outputs; /* of a tile */
} rates;

static const cb_core_kind *kind_of(const cb_conv_problem *p)
{
    for (size_t i = 0; i < p->machine->cpu_count; i++)
        if (p->machine->cpus[i].cpu == p->cpu)
            return &p->machine->kinds[p->machine->cpus[i].kind];
    return NULL;
}

static double fma_a_cycle(const cb_conv_problem *p, int lanes)
{
    const cb_core_kind *kind = kind_of(p);
    const char *class_name = lanes >= 16 ? "fma_512" : lanes >= 8 ? "fma_256" : "fma_128";
    double rate = kind ? cb_core_limit(kind, class_name) : 0;
    return rate > 0 ? rate : 1;
}

static double part_used(size_t size, size_t tile)
{
    return (double)size / (double)((size + tile - 1) / tile * tile);
}

static rates rates_of(const cb_conv_problem *p)
{
    const cb_layer *l = &p->layer;
    cb_conv_tiles tiles;
    cb_conv_tiles_choose(p, cb_layer_out_w(l), l->cout / l->groups, &tiles);
    const cb_conv_kernel *direct = tiles.kernel;
    double lanes = direct->lanes;
    const double l3_share = 20 << 20;
    return (rates){.ops = 2 * lanes * fma_a_cycle(p, direct->lanes),
                   .layout = lanes / 8,
                   .copy = lanes / 4,
                   .far = 1.9,
                   .ram = 0.2,
                   .l2_bytes = (double)cb_conv_cache_bytes(p, 2, 256 << 10),
                   .l3_bytes = fmin(l3_share, (double)cb_conv_cache_bytes(p, 3, 0)),
                   .lanes = lanes,
                   .direct_outputs = direct->groups * direct->pixels * direct->channels,
                   .direct_use = part_used(cb_layer_out_w(l), (size_t)direct->pixels) *
                                 part_used(l->cout / l->groups, (size_t)direct->channels)};
}

/* ---- cycles of each implementation, all threads' work on one ---- */

static double ops_of(const cb_layer *l)
{
    return 2 * cb_layer_macs(l);
}

/* Weights that stream by while `compute` goes on. What comes from a third level is fetched ahead
 * and hidden; what comes from memory is not. */
static double with_stream(const rates *r, double compute, double weights)
{
    double bytes = weights * sizeof(float);
    if (bytes <= r->l2_bytes)
        return compute;
    double near = fmin(bytes, fmax(r->l2_bytes, r->l3_bytes));
    return fmax(compute, near / sizeof(float) / r->far) + (bytes - near) / sizeof(float) / r->ram;
}

static bool is_1x1(const cb_layer *l)
{
    return l->kh == 1 && l->kw == 1;
}

static double spatialpack_cycles(const cb_conv_problem *p, const rates *r)
{
    const cb_layer *l = &p->layer;
    double moved = 0, input = (double)cb_layer_input_elems(l);
    if (is_1x1(l)) /* only pixels that are read are copied */
        input /= (double)(l->stride * l->stride);
    if (p->layout == CB_CONV_NCHW)
        moved = input + (double)cb_layer_output_elems(l);
    else if (l->pad)
        moved = input / 2;
    double tiles = (double)cb_layer_output_elems(l) / (r->direct_outputs * r->direct_use);
    double compute = ops_of(l) / (r->ops * 0.92 * r->direct_use) + 100 * tiles; /* in, out */
    return with_stream(r, compute, (double)cb_layer_weight_elems(l)) + moved / r->layout;
}

/* A matrix product at `rate` of the peak; vectors lie along the pixels (NCHW) or the channels. */
static double product_cycles(const cb_conv_problem *p, const rates *r, double rate)
{
    const cb_layer *l = &p->layer;
    size_t across = p->layout == CB_CONV_NCHW ? cb_conv_lower_pixels(l) : l->cout / l->groups;
    return ops_of(l) / (r->ops * rate * part_used(across, (size_t)r->lanes));
}

/* Elements that are copied into panels, a tap of `width` pixels at a time. */
static double lowering_cycles(const cb_conv_problem *p, const rates *r, double width)
{
    const double tap_cycles = 80;
    const cb_layer *l = &p->layer;
    double images = (double)(l->batch * l->groups), pixels = (double)cb_conv_lower_pixels(l);
    double copied = (double)cb_conv_lower_k(l) * pixels;
    if (cb_conv_lower_is_plain(l))
        return 0;
    return images * (copied / (l->stride > 1 ? r->copy / 2 : r->copy) +
                     (double)(l->kh * l->kw) * ceil(pixels / width) * tap_cycles);
}

static double indirect_cycles(const cb_conv_problem *p, const rates *r)
{
    double compute = product_cycles(p, r, is_1x1(&p->layer) ? 0.88 : 0.72);
    return with_stream(r, compute, (double)cb_layer_weight_elems(&p->layer)) +
           lowering_cycles(p, r, 4 * r->lanes);
}

/* Channels that are multiplied where they lie, do not fit the second-level cache, and are so many
 * that their panels are worth packing. */
static bool is_far_plain(const cb_conv_problem *p, const rates *r)
{
    const cb_layer *l = &p->layer;
    double bytes = (double)cb_layer_input_elems(l) / (double)l->batch * sizeof(float);
    return p->layout == CB_CONV_NCHW && cb_conv_lower_is_plain(l) && cb_conv_lower_k(l) >= 64 &&
           bytes > r->l2_bytes / 2;
}

/* Wider panels than those of `indirect`, from a second-level cache. */
static double im2col_cycles(const cb_conv_problem *p, const rates *r)
{
    double rate = is_far_plain(p, r) ? 0.89 : is_1x1(&p->layer) ? 0.87 : 0.68;
    double compute = product_cycles(p, r, rate);
    return with_stream(r, compute, (double)cb_layer_weight_elems(&p->layer)) +
           lowering_cycles(p, r, 512);
}

static double winograd_cycles(const cb_conv_problem *p, const rates *r, size_t m)
{
    const cb_layer *l = &p->layer;
    double matrices = (double)((m + 2) * (m + 2));
    double tiles = (double)l->batch * (double)((cb_layer_out_h(l) + m - 1) / m) *
                   (double)((cb_layer_out_w(l) + m - 1) / m);
    double cin = (double)((l->cin + 15) / 16 * 16), cout = (double)((l->cout + 15) / 16 * 16);
    double moved = (double)cb_layer_input_elems(l) + (double)cb_layer_output_elems(l);
    double compute = 2 * matrices * tiles * cin * cout / (r->ops * 0.7);
    double few = tiles < 12 ? 12 / tiles : 1; /* a product of few rows leaves its tile half empty */
    return with_stream(r, compute * few, matrices * cin * cout) +
           matrices * tiles * (cin + cout) / r->copy + moved / r->layout;
}

static double winograd2_cycles(const cb_conv_problem *p, const rates *r)
{
    return winograd_cycles(p, r, 2);
}

static double winograd4_cycles(const cb_conv_problem *p, const rates *r)
{
    return winograd_cycles(p, r, 4);
}

static double depthwise_cycles(const cb_conv_problem *p, const rates *r)
{
    return ops_of(&p->layer) / (r->ops * 0.15);
}

/* Only where nothing else is for the layer. */
static double naive_cycles(const cb_conv_problem *p, const rates *r)
{
    (void)r;
    return 2 * ops_of(&p->layer);
}

static const cb_conv_variant *choose(const cb_conv_problem *p)
{
    static const struct {
        const cb_conv_variant *variant;
        double (*cycles)(const cb_conv_problem *p, const rates *r);
    } entrants[] = {
        {&cb_conv_spatialpack, spatialpack_cycles},
        {&cb_conv_indirect, indirect_cycles},
        {&cb_conv_im2col, im2col_cycles},
        {&cb_conv_winograd_2x2, winograd2_cycles},
        {&cb_conv_winograd_4x4, winograd4_cycles},
        {&cb_conv_depthwise, depthwise_cycles},
        {&cb_conv_naive, naive_cycles},
    };
    const cb_conv_variant *best = NULL;
    rates r = rates_of(p);
    double least = INFINITY;
    for (size_t i = 0; i < sizeof entrants / sizeof *entrants; i++) {
        if (entrants[i].variant->refuses(p))
            continue;
        double cycles = entrants[i].cycles(p, &r);
        if (cycles < least) {
            least = cycles;
            best = entrants[i].variant;
        }
    }
    return best;
}

/* ---- the variant ---- */

static const char *refuses(const cb_conv_problem *problem)
{
    (void)problem;
    return NULL;
}

static cb_status prepare(const cb_conv_problem *problem, const float *weights, cb_error *err,
                         void **work)
{
    choice *c = calloc(1, sizeof *c);
    if (!c)
        return cb_fail(err, CB_NO_MEMORY, "no memory to choose an implementation");
    c->variant = choose(problem);
    cb_status status = c->variant->prepare(problem, weights, err, &c->work);
    if (status != CB_OK) {
        free(c);
        return status;
    }
    *work = c;
    return CB_OK;
}

static void auto_free(void *work)
{
    choice *c = work;
    if (!c)
        return;
    c->variant->free(c->work);
    free(c);
}

static void info(const void *work, cb_conv_info *out)
{
    const choice *c = work;
    c->variant->info(c->work, out);
}

static void run(void *work, const float *input, float *output, int thread)
{
    const choice *c = work;
    c->variant->run(c->work, input, output, thread);
}

static void change_layout(void *work, const float *input, float *output, int thread)
{
    const choice *c = work;
    if (c->variant->change_layout)
        c->variant->change_layout(c->work, input, output, thread);
}

static void describe(const void *work, json_t *row)
{
    const choice *c = work;
    if (c->variant->describe)
        c->variant->describe(c->work, row);
    json_object_set_new(row, "chosen", json_string(c->variant->name));
}

const cb_conv_variant cb_conv_auto = {
    .name = "auto",
    .what = "the one that the model takes to be fastest",
    .refuses = refuses,
    .prepare = prepare,
    .free = auto_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
    .describe = describe,
};
