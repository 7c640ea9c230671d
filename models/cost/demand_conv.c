#include "models/cost/demand.h"
#include "models/rows.h"

#include <math.h>
#include <string.h>

/* A layer, one image, one group, as its row tells. */
typedef struct {
    double images; /* times groups */
    double cin, cout, h, w, kh, kw, stride;
    double out_h, out_w, pixels;
    double k, element, out_element;
    double vector_bytes, kr;
    bool nhwc;
} layer;

static double number(const cb_operator *op, const char *path, double fallback)
{
    return cb_row_number(op->row, path, fallback);
}

static double out_size(double in, double kernel, double stride, double pad, double dilation)
{
    return floor((in + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1;
}

static bool read_layer(const cb_operator *op, layer *l)
{
    double groups = number(op, "params.groups", 1), pad = number(op, "params.pad", 0);
    double dilation = number(op, "params.dilation", 1);
    *l = (layer){.images = number(op, "params.batch", 1) * groups,
                 .cin = number(op, "params.cin", 0) / groups,
                 .cout = number(op, "params.cout", 0) / groups,
                 .h = number(op, "params.h", 0),
                 .w = number(op, "params.w", 0),
                 .kh = number(op, "params.kh", 0),
                 .kw = number(op, "params.kw", 0),
                 .stride = number(op, "params.stride", 1),
                 .element = op->element_bytes,
                 .out_element = 4,
                 .kr = number(op, "tile.kr", 1),
                 .vector_bytes = cb_traffic_vector_bytes(cb_row_text(op->row, "isa")),
                 .nhwc = cb_row_is(op->row, "params.layout", "nhwc")};
    l->out_h = out_size(l->h, l->kh, l->stride, pad, dilation);
    l->out_w = out_size(l->w, l->kw, l->stride, pad, dilation);
    l->pixels = l->out_h * l->out_w;
    l->k = l->cin * l->kh * l->kw;
    return l->pixels > 0 && l->k > 0 && l->cout > 0 && number(op, "tile.mr", 0) > 0 &&
           number(op, "tile.nr", 0) > 0;
}

static cb_move way_to_gather(const layer *l)
{
    return l->stride > 1 ? CB_MOVE_STRIDED : CB_MOVE_GATHER;
}

static bool is_plain(const layer *l)
{
    return l->kh * l->kw * l->stride == 1;
}

/* The matrix product that the row's plan was made for. Weights lie packed: for the traffic like
 * lines along k, each of which is read whole. */
static cb_gemm_loops loops_of(const cb_operator *op, const layer *l, double m, double n, double k)
{
    const char *order = cb_row_text(op->row, "blocking.order");
    cb_gemm_loops g = {
        .m = m,
        .n = n,
        .k = k,
        .mr = number(op, "tile.mr", 0),
        .nr = number(op, "tile.nr", 0),
        .mc = number(op, "blocking.mc", m),
        .kc = number(op, "blocking.kc", k),
        .nc = number(op, "blocking.nc", n),
        .b_outer = !order || strcmp(order, "ipj") != 0,
        .pack_a = json_is_true(json_object_get(json_object_get(op->row, "packing"), "a")),
        .pack_b = json_is_true(json_object_get(json_object_get(op->row, "packing"), "b")),
        .a_bytes = l->element,
        .b_bytes = l->element,
        .b_transposed = n == l->cout,
        .c_bytes = 4,
        .vector_bytes = l->vector_bytes,
        .broadcasts_a = l->vector_bytes > 16,
        .threads_m = 1,
        .threads_n = 1};
    return g;
}

static void times(cb_demand *d, double by)
{
    for (size_t i = 0; i < d->tile_kinds; i++)
        d->tile[i].steps *= by;
    d->tiles *= by;
    d->tile_cycles *= by;
    d->calls *= by;
    d->load_bytes *= by;
    d->c_in *= by;
    d->c_out *= by;
    for (size_t phase = 0; phase < CB_PHASE_COUNT; phase++)
        for (size_t i = 0; i < d->boundaries; i++) {
            d->bytes[phase].in[i] *= by;
            d->bytes[phase].out[i] *= by;
            d->bytes[phase].scattered[i] *= by;
        }
    for (size_t i = 0; i < CB_MOVE_COUNT; i++)
        d->move[i] *= by;
    d->packed_panels *= by;
    d->meetings *= by;
    d->shared_lines *= by;
    d->handed_lines *= by;
}

/* Bytes that are read (in) and written (which are read first) where a set does not fit. */
static void stream(const cb_hardware *h, cb_phase phase, double set, double read, double written,
                   cb_demand *d)
{
    cb_traffic_cache caches[CB_TRAFFIC_CACHES];
    size_t count = cb_demand_caches(h, d->threads, caches);
    for (size_t i = 0; i < count; i++) {
        double misses = cb_demand_lost(set, caches[i].bytes);
        d->bytes[phase].in[i] += (read + written) * misses;
        d->bytes[phase].out[i] += written * misses;
    }
}

static double in_bytes(const layer *l)
{
    return l->cin * l->h * l->w * l->element;
}

static double out_bytes(const layer *l)
{
    return l->cout * l->pixels * l->out_element;
}

/* All data of one image: input, weights, output. */
static double data_of(const layer *l)
{
    return in_bytes(l) + l->cout * l->k * l->element + out_bytes(l);
}

/* Each input byte is in so many patches. */
static double overlap_of(const layer *l)
{
    return fmax(1, l->kh * l->kw / (l->stride * l->stride));
}

/* What was counted as sources of packed panels is an image, which is smaller. */
static void read_image_once(const layer *l, cb_demand *d)
{
    cb_demand_bytes *bytes = &d->bytes[CB_PHASE_MOVE];
    for (size_t i = 0; i < d->boundaries; i++) {
        bytes->in[i] /= overlap_of(l);
        bytes->scattered[i] = 0;
    }
}

/* Panels of pixels, each a matrix and a product of its own, shared out among the threads. */
static void im2col(const cb_operator *op, const layer *l, const cb_hardware *h, cb_demand *d)
{
    double panel = fmin(number(op, "panel_pixels", l->pixels), l->pixels);
    double panels = l->pixels / panel * l->images;
    int threads = d->threads;
    cb_gemm_loops g =
        l->nhwc ? loops_of(op, l, panel, l->cout, l->k) : loops_of(op, l, l->cout, panel, l->k);
    g.pack_a &= l->nhwc;
    g.pack_b &= !l->nhwc;
    cb_demand_gemm(&g, l->kr, h, d);
    if (!is_plain(l))
        d->move[way_to_gather(l)] += panel * l->k * l->element;
    times(d, fmax(panels / threads, ceil(ceil(panels) / threads) * panels / ceil(panels)));
    stream(h, CB_PHASE_MOVE, data_of(l), in_bytes(l) / threads * l->images,
           is_plain(l) ? 0 : l->pixels * l->k * l->element / threads * l->images, d);
    stream(h, CB_PHASE_MULTIPLY, data_of(l), 0, out_bytes(l) / threads * l->images, d);
}

/* One product whose panels are filled from the image. */
static void indirect(const cb_operator *op, const layer *l, const cb_hardware *h, cb_demand *d)
{
    cb_gemm_loops g = l->nhwc ? loops_of(op, l, l->pixels, l->cout, l->k)
                              : loops_of(op, l, l->cout, l->pixels, l->k);
    g.threads_m = (int)number(op, "blocking.threads_m", 1);
    g.threads_n = (int)number(op, "blocking.threads_n", 1);
    cb_demand_gemm(&g, l->kr, h, d);
    if (!is_plain(l)) {
        bool packs = l->nhwc ? g.pack_a : g.pack_b;
        d->move[CB_MOVE_TRANSPOSE] = d->move[CB_MOVE_COPY] = 0;
        if (packs)
            d->move[way_to_gather(l)] +=
                number(op, "packing.bytes", l->pixels * l->k * l->element) / fmax(1, d->threads);
        read_image_once(l, d);
    }
    d->meetings += d->threads > 1 ? 1 : 0;
    times(d, l->images);
}

/* ---- direct, on blocked channels ---- */

/* Rows of output are cut into strips, which threads share out, or else blocks of output channels:
 * as bench/conv/spatialpack.c does. */
typedef struct {
    double strips, rows;
    double pixels;               /* of a strip, in whole groups */
    double blocks;               /* of output channels */
    double of_strips, of_blocks; /* the busiest thread's part */
} strips;

static double busiest(double units, double threads)
{
    return ceil(units / threads) / units;
}

/* Lines of the output that two threads write, where a border of theirs is in each row of pixels. */
static double shared_lines(double lines, double length, int threads)
{
    double bytes = fmod(length * 4, 64);
    return threads > 1 && bytes > 0 ? lines * (threads - 1) / threads : 0;
}

static strips strips_of(const cb_operator *op, const layer *l, const cb_hardware *h, int threads)
{
    double mr = number(op, "tile.mr", 0), nr = number(op, "tile.nr", 0);
    double group = strstr(op->kernel, "x1x") ? 1 : mr / 2;
    strips s = {.rows = fmin(number(op, "blocking.rows", l->out_h), l->out_h),
                .blocks = ceil(l->cout / nr)};
    s.strips = ceil(l->out_h / s.rows);
    s.pixels = s.rows * ceil(l->out_w / group) * group;
    double l2 = h->level_count > 1 ? h->level[1].bytes : 0;
    double by_strip = 1 / (threads * busiest(s.strips * l->images, threads));
    double by_block = 1 / (threads * busiest(s.blocks, threads));
    bool heavy = l->k * s.blocks * nr * l->element > l2 / 2;
    bool of_blocks = heavy ? by_block > 0.9 * by_strip : by_block > 1.1 * by_strip;
    s.of_strips = of_blocks ? 1 : busiest(s.strips * l->images, threads);
    s.of_blocks = of_blocks ? busiest(s.blocks, threads) : 1;
    return s;
}

/* The image into blocks of channels with its padding, results to where they belong. */
static void change_layout(const layer *l, const strips *s, const cb_hardware *h, cb_demand *d)
{
    double reach =
        l->kh == 1 ? l->out_h * l->out_w : s->strips * ((s->rows - 1) * l->stride + l->kh) * l->w;
    double in = l->cin * reach * l->images * s->of_strips;
    double out = l->cout * l->pixels * l->images * s->of_strips * s->of_blocks;
    bool plain_in = l->nhwc && is_plain(l);
    if (!l->nhwc)
        d->move[CB_MOVE_TRANSPOSE] += in + out;
    else
        d->move[CB_MOVE_COPY] += ((plain_in ? 0 : in) + 0.5 * out) * l->element;
    stream(h, CB_PHASE_MOVE, data_of(l), in * l->element, plain_in ? 0 : in * l->element, d);
    stream(h, CB_PHASE_MOVE, data_of(l), 0, out * 4, d);
}

/* A strip's pixels pass by each block of output channels, whose weights stay for so long.
 * Neighbouring taps read the same pixels again. */
static void spatialpack(const cb_operator *op, const layer *l, const cb_hardware *h, cb_demand *d)
{
    strips s = strips_of(op, l, h, d->threads);
    cb_gemm_loops g = loops_of(op, l, s.pixels, l->cout, l->k);
    g.mc = s.pixels;
    g.nc = g.nr;
    g.kc = fmin(g.kc, l->k);
    cb_demand_gemm(&g, l->kr, h, d);
    cb_demand sparse = *d;
    memset(sparse.bytes, 0, sizeof sparse.bytes);
    sparse.c_in = sparse.c_out = 0;
    g.a_bytes = l->element / overlap_of(l); /* distinct bytes, for the caches */
    cb_demand_gemm(&g, l->kr, h, &sparse);
    memcpy(d->bytes, sparse.bytes, sizeof d->bytes);
    d->c_in = sparse.c_in;
    d->c_out = sparse.c_out;
    times(d, s.strips * l->images * s.of_strips * s.of_blocks);
    d->calls = 1;
    if (s.of_blocks == 1 && !l->nhwc)
        d->shared_lines = shared_lines(l->cout * l->images, l->pixels / l->out_h, d->threads);
    change_layout(l, &s, h, d);
}

/* Winograd: (m + 2)^2 products for each block of tiles, with transforms around them: each matrix's
 * lines are written one by one and come back for the product, and the same way out. */
static void winograd(const cb_operator *op, const layer *l, double m, const cb_hardware *h,
                     cb_demand *d)
{
    double tiles = ceil(l->out_h / m) * ceil(l->out_w / m), matrices = (m + 2) * (m + 2);
    double in_block = fmin(number(op, "blocking.tiles", tiles), tiles);
    double blocks = ceil(tiles / in_block), nr = number(op, "tile.nr", 16);
    double cin = ceil(l->cin / 16) * 16, cout = ceil(l->cout / nr) * nr;
    double weights = matrices * cin * cout * l->element;
    double set = matrices * in_block * (cin + cout) * 4;
    double units = matrices * cout / nr, of = busiest(units, d->threads) * l->images;
    int threads = d->threads;
    cb_gemm_loops g = loops_of(op, l, in_block, cout, cin);
    g.mc = in_block;
    g.nc = nr;
    g.cold = true;
    cb_demand_gemm(&g, l->kr, h, d);
    times(d, blocks * matrices * of);
    d->calls = 1;
    cb_traffic_cache caches[CB_TRAFFIC_CACHES];
    cb_demand_caches(h, threads, caches);
    for (size_t i = 1; i < d->boundaries; i++) {
        double kept = cb_demand_lost(set, caches[i].bytes * threads);
        d->bytes[CB_PHASE_MULTIPLY].in[i] =
            (blocks * weights * cb_demand_lost(weights + set, caches[i].bytes) +
             2 * set * blocks * kept) *
            of;
        d->bytes[CB_PHASE_MULTIPLY].out[i] = set * blocks * kept * of;
    }
    double in = matrices * tiles * cin * 4 * l->images / threads;
    double out = matrices * tiles * cout * 4 * l->images / threads;
    double image = in_bytes(l) * l->images / threads, result = out_bytes(l) * l->images / threads;
    /* Tiles of the input overlap by two lines and columns. */
    double growth = (m + 2) * (m + 2) / (m * m);
    d->move[CB_MOVE_TRANSFORM] += in + image * growth + out + result;
    d->move[CB_MOVE_TRANSPOSE] += (image + result) / l->element;
    stream(h, CB_PHASE_MOVE, set, out, in, d);
    stream(h, CB_PHASE_MOVE, data_of(l) + image + result, 2 * image + result, image + 2 * result,
           d);
    d->meetings += threads > 1 ? l->images * (2 + 3 * blocks) : 0;
}

/* ---- 8-bit numbers ---- */

/* A padded copy of the image where there is padding, all of it NHWC; results are requantized. */
static void quantize(const cb_operator *op, const layer *l, double per_result, const cb_hardware *h,
                     cb_demand *d)
{
    double threads = d->threads;
    bool padded = number(op, "params.pad", 0) > 0;
    double image = in_bytes(l) * l->images / threads;
    double results = l->cout * l->pixels * l->images * fmax(d->share, 1 / threads);
    if (!l->nhwc)
        d->move[CB_MOVE_TRANSPOSE] += image + results;
    else if (padded)
        d->move[CB_MOVE_COPY] += image;
    if (!l->nhwc || padded)
        stream(h, CB_PHASE_MOVE, data_of(l), image, image, d);
    d->move[CB_MOVE_FINISH] += results * per_result;
}

/* Runs of neighbouring taps that end inside a group of k are cut into pieces. */
static double pieces_of(const cb_operator *op, const layer *l)
{
    double run = number(op, "params.dilation", 1) > 1 ? l->cin : l->kw * l->cin;
    if (fmod(run, l->kr) == 0)
        return 0;
    return l->pixels * (l->k / run + l->k / l->kr);
}

/* The product's rows are pixels in either layout; an epilogue goes over each strip of sums. */
static void quantized_indirect(const cb_operator *op, layer *l, const cb_hardware *h, cb_demand *d)
{
    enum { OF_A_STRIP = 4 };
    layer nhwc = *l;
    nhwc.nhwc = true;
    indirect(op, &nhwc, h, d);
    double pieces = pieces_of(op, l) * l->images * d->share;
    d->move[CB_MOVE_SINGLE] += pieces;
    if (pieces > 0)
        d->move[way_to_gather(l)] = 0;
    quantize(op, l, OF_A_STRIP, h, d);
}

/* Tiles of pixels in even pieces along each output row, weights that stay for all pixels of a
 * panel; sums are requantized in the kernel. */
static void quantized_direct(const cb_operator *op, layer *l, const cb_hardware *h, cb_demand *d)
{
    double mr = number(op, "tile.mr", 0), nr = number(op, "tile.nr", 0);
    double groups = strstr(op->kernel, "2x16x") ? 2 : mr, piece = mr / groups;
    bool joined = number(op, "params.dilation", 1) == 1;
    double span = joined ? l->kw * l->cin : l->cin;
    double k = ceil(span / l->kr) * l->kr * l->k / span;
    double line = is_plain(l) ? l->pixels : l->out_w;
    double pieces = ceil(line / piece) * (l->pixels / line), tiles = ceil(pieces / groups);
    cb_gemm_loops g = loops_of(op, l, l->pixels, l->cout, k);
    g.mr = groups * l->pixels / pieces;
    g.m = g.mc = tiles * g.mr;
    g.nc = nr;
    g.kc = k;
    cb_demand_gemm(&g, l->kr, h, d);
    cb_demand sparse = *d;
    memset(sparse.bytes, 0, sizeof sparse.bytes);
    sparse.c_in = sparse.c_out = 0;
    g.a_bytes = l->element / overlap_of(l);
    g.c_bytes = l->out_element;
    cb_demand_gemm(&g, l->kr, h, &sparse);
    memcpy(d->bytes, sparse.bytes, sizeof d->bytes);
    d->c_in = sparse.c_in;
    d->c_out = sparse.c_out;
    d->share = busiest(tiles * ceil(l->cout / nr), d->threads);
    times(d, l->images * d->share);
    d->calls = 1;
    quantize(op, l, 1, h, d);
    /* Threads copy rows of the image together, which all of them read. */
    if (!l->nhwc || number(op, "params.pad", 0) > 0)
        d->handed_lines += in_bytes(l) * l->images / 64 * (d->threads - 1) / d->threads;
    d->meetings += d->threads > 1 ? 2 : 0;
}

static bool is_narrow(const cb_operator *op)
{
    return strcmp(op->dtype, "s8") == 0 || strcmp(op->dtype, "u8s8") == 0;
}

static bool demand_narrow(const cb_operator *op, const char *variant, const cb_hardware *h,
                          layer *l, cb_demand *d)
{
    l->out_element = strcmp(cb_row_text(op->row, "requantization") ? "" : "none", "none") ? 1 : 4;
    if (strcmp(variant, "indirect") == 0)
        quantized_indirect(op, l, h, d);
    else if (strcmp(variant, "direct") == 0)
        quantized_direct(op, l, h, d);
    else
        return false;
    return true;
}

bool cb_demand_conv(const cb_operator *op, const cb_hardware *h, cb_demand *d)
{
    layer l;
    const char *chosen = cb_row_text(op->row, "chosen");
    const char *variant = chosen ? chosen : op->variant ? op->variant : "";
    if (!read_layer(op, &l))
        return false;
    if (is_narrow(op))
        return demand_narrow(op, variant, h, &l, d);
    if (strcmp(variant, "im2col") == 0)
        im2col(op, &l, h, d);
    else if (strcmp(variant, "indirect") == 0)
        indirect(op, &l, h, d);
    else if (strcmp(variant, "spatialpack") == 0)
        spatialpack(op, &l, h, d);
    else if (strcmp(variant, "winograd2") == 0)
        winograd(op, &l, 2, h, d);
    else if (strcmp(variant, "winograd4") == 0)
        winograd(op, &l, 4, h, d);
    else
        return false;
    return true;
}
