/* The kernels of PULP-NN (mixed precision, GAP8's instruction set), read off their sources:
 * a convolution copies the window of two pixels into a buffer and multiplies it with four channels
 * at once; a pixel that has no partner goes a slower way. A depthwise convolution takes the
 * channels that share a byte, column by column. Linear layers split output channels over cores.
 * Pools run on one core's time, whatever the number of cores. */
#include "models/accel/work.h"
#include "models/accel/packing.h"

#include <math.h>

double cb_accel_dot(const cb_accel_terms *counts, const cb_accel_terms *cycles)
{
    double sum = 0;
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        if (counts->of[i] > 0)
            sum += counts->of[i] * cycles->of[i];
    return sum;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int log2_of(int cores)
{
    int bits = 0;
    while (cores >>= 1)
        bits++;
    return bits;
}

/* Rows [chunk x core, chunk x (core + 1)) of h. */
static int64_t rows_of(int64_t h, int64_t chunk, int core)
{
    return least(chunk * (core + 1), h) - least(chunk * core, h);
}

static cb_accel_share pixels(int64_t rows, int64_t columns)
{
    return (cb_accel_share){rows, columns / 2, columns % 2};
}

/* When rows do not go into the cores, two cores take the halves of each row. */
static cb_accel_share pulp_nn_share(int64_t h, int64_t w, int cores, int core)
{
    bool halves = (h & (cores - 1)) != 0 && w > 1;
    int over = halves ? cores >> 1 : cores;
    int64_t chunk = (h >> log2_of(over)) + ((h & (over - 1)) != 0);
    if (!halves)
        return pixels(rows_of(h, chunk, core), w);
    return pixels(rows_of(h, chunk, core >> 1), core & 1 ? w - w / 2 : w / 2);
}

cb_accel_share cb_accel_share_of(cb_accel_split split, int64_t h, int64_t w, int cores, int core)
{
    if (split == CB_SPLIT_PULP_NN)
        return pulp_nn_share(h, w, cores, core);
    return pixels(rows_of(h, cb_accel_ceil(h, cores), core), w);
}

int64_t cb_accel_channels_of(cb_accel_split split, int64_t channels, int cores)
{
    if (split == CB_SPLIT_EVEN)
        return cb_accel_ceil(channels, cores);
    return least(channels, (channels >> log2_of(cores)) + ((channels & (cores - 1)) != 0));
}

int64_t cb_accel_per_byte(const cb_accel_layer *layer)
{
    int bits = layer->in_bits < layer->out_bits ? layer->in_bits : layer->out_bits;
    if (layer->kind != CB_ACCEL_POOL && layer->weight_bits < bits)
        bits = layer->weight_bits;
    return bits >= 8 ? 1 : 8 / bits;
}

cb_accel_family cb_accel_family_of(const cb_accel_layer *layer)
{
    if (layer->kind == CB_ACCEL_POOL)
        return CB_FAMILY_POOL;
    if (layer->implementation == CB_ACCEL_LUT)
        return CB_FAMILY_LUT;
    if (layer->kind == CB_ACCEL_LINEAR)
        return CB_FAMILY_LINEAR;
    return cb_accel_depthwise(layer) ? CB_FAMILY_DEPTHWISE : CB_FAMILY_CONV;
}

int cb_accel_busy(const cb_accel_platform *p, const cb_accel_layer *layer,
                  const cb_accel_tile *tile)
{
    int busy = 0;
    if (layer->kind == CB_ACCEL_POOL)
        return 1;
    if (layer->kind == CB_ACCEL_LINEAR || cb_accel_depthwise(layer)) {
        int64_t groups =
            layer->kind == CB_ACCEL_LINEAR ? tile->n : tile->n / cb_accel_per_byte(layer);
        int64_t each = cb_accel_channels_of(p->split, groups, p->cores);
        return each ? (int)least(p->cores, cb_accel_ceil(groups, each)) : 1;
    }
    for (int core = 0; core < p->cores; core++) {
        cb_accel_share share = cb_accel_share_of(p->split, tile->h, tile->w, p->cores, core);
        busy += share.rows * (2 * share.pairs + share.lone) > 0;
    }
    return busy;
}

static void depthwise_work(const cb_accel_layer *l, const cb_accel_tile *t, double groups,
                           double *of)
{
    double channels = groups * (double)cb_accel_per_byte(l);
    double rows = (double)(t->w * t->in_h), outputs = (double)(t->w * t->h);
    double window = (double)(l->kh * l->kw);
    of[CB_TERM_DW_GROUP] += groups;
    of[CB_TERM_DW_COLUMN] += groups * (double)t->w;
    of[CB_TERM_DW_CHANNEL] += channels * (double)t->w;
    of[CB_TERM_DW_ROW] += groups * rows;
    of[l->in_bits == 8 ? CB_TERM_DW_COPY : CB_TERM_DW_UNPACK] += channels * rows;
    of[CB_TERM_DW_OUTPUT] += channels * outputs;
    if (l->weight_bits < 8)
        of[CB_TERM_DW_WEIGHT] += channels * window;
    if (l->implementation == CB_ACCEL_LUT)
        of[CB_TERM_LUT_DW_LOOK] += channels * outputs * window;
}

/* Steps of the loop over products: what is left over costs a step for each byte of weights. */
static double steps_of(int64_t depth, int weight_bits)
{
    int64_t in_step = weight_bits > 4 ? 4 : weight_bits > 2 ? 8 : 16;
    return (double)(depth / in_step) + (double)(depth % in_step) * 4.0 / (double)in_step;
}

static void conv_work(const cb_accel_layer *l, const cb_accel_tile *t, cb_accel_share share,
                      double *of)
{
    int first = l->weight_bits > 4   ? CB_TERM_CONV8_STEP
                : l->weight_bits > 2 ? CB_TERM_CONV4_STEP
                                     : CB_TERM_CONV2_STEP;
    enum { STEP, OUTPUT, COPY, PAIR, LONE_STEP, LONE_OUTPUT };
    double pairs = (double)(share.rows * share.pairs), lone = (double)(share.rows * share.lone);
    double n = (double)t->n, depth = (double)cb_accel_depth(l);
    double steps = steps_of(cb_accel_depth(l), l->weight_bits);
    of[first + STEP] += pairs * steps * n / 4;
    of[first + OUTPUT] += pairs * n;
    of[first + COPY] += (2 * pairs + lone) * depth;
    of[first + PAIR] += pairs;
    of[first + LONE_STEP] += lone * steps * n;
    of[first + LONE_OUTPUT] += lone * n;
    if (l->kh * l->kw > 1)
        of[CB_TERM_CONV_WINDOW] += (2 * pairs + lone) * (double)(l->kh * l->kw);
}

/* Chance that two activations are the same one. */
static double alike(int bits)
{
    return 0.25 + 0.25 / (ldexp(1, bits) - 1);
}

double cb_accel_crowding(const cb_accel_platform *p, const cb_accel_layer *l)
{
    double places = fmin((double)p->l1_banks, ldexp(1, l->in_bits + l->weight_bits));
    return fmax(alike(l->in_bits), 1 / places) / alike(4);
}

static void looked_up(double looks, double outputs, double met, double *of)
{
    of[CB_TERM_LUT_LOOK] += looks;
    of[CB_TERM_LUT_CONFLICT] += looks * met;
    of[CB_TERM_LUT_OUTPUT] += outputs;
}

static void lut_conv_work(const cb_accel_layer *l, const cb_accel_tile *t, cb_accel_share share,
                          double met, double *of)
{
    double outputs = (double)(share.rows * (2 * share.pairs + share.lone) * t->n);
    looked_up(outputs * (double)cb_accel_depth(l), outputs, met, of);
}

static void linear_work(const cb_accel_layer *l, double outputs, double met, double *of)
{
    double products = outputs * (double)cb_accel_depth(l);
    if (l->implementation == CB_ACCEL_LUT) {
        looked_up(products, outputs, met, of);
        return;
    }
    of[CB_TERM_LINEAR_OUTPUT] += outputs;
    of[l->in_bits > 4 ? CB_TERM_LINEAR_STEP8 : CB_TERM_LINEAR_STEP4] += products;
}

/* Channels, or groups of them, that a tile splits over cores; 0 when it splits pixels. */
static int64_t split_channels(const cb_accel_layer *l, const cb_accel_tile *t)
{
    if (l->kind == CB_ACCEL_LINEAR)
        return t->n;
    return cb_accel_depthwise(l) ? cb_accel_ceil(t->n, cb_accel_per_byte(l)) : 0;
}

/* Bit planes, or several numbers in a lane: pixels are split over cores, or channels (`own`, or
 * groups of them) where the other kernels split channels. */
static void low_bit_work(const cb_accel_platform *p, const cb_accel_layer *l,
                         const cb_accel_tile *t, cb_accel_share share, double own, double *of)
{
    bool by_channel = split_channels(l, t) > 0;
    int64_t rows = by_channel ? t->h : share.rows;
    int64_t columns = by_channel ? t->w : 2 * share.pairs + share.lone, channels = t->n;
    if (l->kind == CB_ACCEL_LINEAR)
        channels = (int64_t)own;
    else if (by_channel)
        channels = least((int64_t)own * cb_accel_per_byte(l), t->n);
    if (l->implementation == CB_ACCEL_SLBC)
        cb_accel_packed_work(p, l, rows, columns, channels, of);
    else
        cb_accel_bit_serial_work(p, l, rows * columns, channels, of);
}

void cb_accel_core_work(const cb_accel_platform *p, const cb_accel_layer *l, const cb_accel_tile *t,
                        int core, cb_accel_terms *terms)
{
    double *of = terms->of;
    int64_t all = split_channels(l, t), each = cb_accel_channels_of(p->split, all, p->cores);
    double own = (double)rows_of(all, each, core);
    if (l->kind == CB_ACCEL_POOL) {
        if (core == 0)
            of[l->in_bits > 4 ? CB_TERM_POOL_INPUT8 : CB_TERM_POOL_INPUT4] +=
                (double)(t->n * t->h * t->w * l->kh * l->kw);
        return;
    }
    /* others at work, as often as they are met */
    double met = (cb_accel_busy(p, l, t) - 1) * cb_accel_crowding(p, l);
    cb_accel_share share = cb_accel_share_of(p->split, t->h, t->w, p->cores, core);
    if (l->implementation == CB_ACCEL_BIT_SERIAL || l->implementation == CB_ACCEL_SLBC)
        low_bit_work(p, l, t, share, own, of);
    else if (l->kind == CB_ACCEL_LINEAR)
        linear_work(l, own, met, of);
    else if (cb_accel_depthwise(l))
        depthwise_work(l, t, own, of);
    else if (l->implementation == CB_ACCEL_LUT)
        lut_conv_work(l, t, share, met, of);
    else
        conv_work(l, t, share, of);
}

/* Cores that may be the slowest: the first has most rows and channels; the second, when two share a
 * row, has the longer half. */
void cb_accel_tile_work(const cb_accel_platform *p, const cb_accel_layer *l, const cb_accel_tile *t,
                        cb_accel_terms *terms)
{
    cb_accel_terms first = {{0}}, second = {{0}};
    cb_accel_core_work(p, l, t, 0, &first);
    if (p->cores > 1)
        cb_accel_core_work(p, l, t, 1, &second);
    const cb_accel_terms *most =
        cb_accel_dot(&second, &p->cycles) > cb_accel_dot(&first, &p->cycles) ? &second : &first;
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        terms->of[i] += most->of[i];
}

/* Sizes along one dimension: whole ones and what is left. */
static int sizes_of(int64_t whole, int64_t size, int64_t sizes[2], int64_t times[2])
{
    int count = 0;
    if (whole / size) {
        sizes[count] = size;
        times[count++] = whole / size;
    }
    if (whole % size) {
        sizes[count] = whole % size;
        times[count++] = 1;
    }
    return count;
}

/* Input rows that a tile of `out` output rows reads, of at most `in`. */
static int64_t input_of(int64_t out, int64_t tile_out, int64_t tile_in, int64_t stride)
{
    int64_t less = tile_in - (tile_out - out) * stride;
    return less > 1 ? less : 1;
}

int cb_accel_tile_kinds(const cb_accel_layer *part, const cb_accel_tile *tile,
                        cb_accel_tile_kind kinds[CB_TILE_KINDS])
{
    int64_t n[2], h[2], w[2], n_times[2], h_times[2], w_times[2];
    int count = 0, ns = sizes_of(part->cout, tile->n, n, n_times);
    int hs = sizes_of(part->ho, tile->h, h, h_times);
    int ws = sizes_of(part->wo, tile->w, w, w_times);
    for (int i = 0; i < ns * hs * ws; i++) {
        int a = i / (hs * ws), b = i / ws % hs, c = i % ws;
        kinds[count++] =
            (cb_accel_tile_kind){{n[a], h[b], w[c], input_of(h[b], tile->h, tile->in_h, part->sh),
                                  input_of(w[c], tile->w, tile->in_w, part->sw)},
                                 n_times[a] * h_times[b] * w_times[c]};
    }
    return count;
}

/* What DMA moves before the first tile and behind the last one. */
static void exposed_bytes(const cb_accel_layer *l, const cb_accel_tile *first,
                          const cb_accel_tile *last, double *of)
{
    bool depthwise = cb_accel_depthwise(l);
    double weights = (double)(first->n * cb_accel_depth(l)) * l->weight_bits / 8;
    double out = (double)(last->n * last->h * last->w) * l->out_bits / 8;
    double in =
        (double)((depthwise ? first->n : l->cin) * first->in_h * first->in_w) * l->in_bits / 8;
    double biases = (double)(depthwise ? 64 * first->n : 4 * l->cout);
    if (l->kind == CB_ACCEL_POOL) /* its start and its inputs hold all of it */
        return;
    of[depthwise ? CB_TERM_DMA_SINGLE : CB_TERM_DMA_BYTE] += in;
    of[CB_TERM_DMA_BYTE] += weights + biases + out;
}

/* Start, further tiles, what nobody computes beside. */
static void part_ends(const cb_accel_layer *part, const cb_accel_tile_kind *kinds, int count,
                      double *of)
{
    int64_t tiles = 0;
    for (int i = 0; i < count; i++)
        tiles += kinds[i].times;
    of[part->kind == CB_ACCEL_POOL ? CB_TERM_POOL_START : CB_TERM_LAYER_START] += 1;
    of[CB_TERM_TILE_START] += (double)(tiles - 1);
    exposed_bytes(part, &kinds[0].tile, &kinds[count - 1].tile, of);
}

double cb_accel_part_ends(const cb_accel_platform *p, const cb_accel_layer *part,
                          const cb_accel_tile_kind *kinds, int count)
{
    cb_accel_terms ends = {{0}};
    part_ends(part, kinds, count, ends.of);
    return cb_accel_dot(&ends, &p->cycles);
}

void cb_accel_part_work(const cb_accel_platform *p, const cb_accel_layer *part,
                        const cb_accel_tile *tile, cb_accel_terms *terms)
{
    cb_accel_tile_kind kinds[CB_TILE_KINDS];
    int count = cb_accel_tile_kinds(part, tile, kinds);
    for (int i = 0; i < count; i++) {
        cb_accel_terms one = {{0}};
        cb_accel_tile_work(p, part, &kinds[i].tile, &one);
        for (int t = 0; t < CB_ACCEL_TERMS; t++)
            terms->of[t] += one.of[t] * (double)kinds[i].times;
    }
    part_ends(part, kinds, count, terms->of);
}

void cb_accel_layer_work(const cb_accel_platform *p, const cb_accel_layer *layer,
                         const cb_accel_plan *plan, cb_accel_terms *terms)
{
    int64_t rest = layer->cout - plan->l2_channels * (plan->parts - 1);
    cb_accel_layer part = cb_accel_part(layer, plan->l2_channels);
    if (plan->parts > 1) {
        cb_accel_terms whole = {{0}};
        cb_accel_part_work(p, &part, &plan->tile, &whole);
        for (int t = 0; t < CB_ACCEL_TERMS; t++)
            terms->of[t] += whole.of[t] * (double)(plan->parts - 1);
    }
    part = cb_accel_part(layer, rest);
    cb_accel_part_work(p, &part, &plan->last, terms);
}
