#include "models/cost/demand.h"
#include "models/rows.h"

#include <math.h>
#include <string.h>

/* A layer, one image, one group, as its row tells. */
typedef struct {
    double images; /* times groups */
    double cin, cout, h, w, kh, kw, stride;
    double out_h, out_w, pixels;
    double k, element;
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

/* The matrix product that the row's plan was made for. */
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
    d->calls *= by;
    d->load_bytes *= by;
    for (size_t i = 0; i < d->boundaries; i++)
        d->level_bytes[i] *= by;
    for (size_t i = 0; i < CB_MOVE_COUNT; i++)
        d->move[i] *= by;
    d->meetings *= by;
}

/* How much of a working set a cache does not keep: none up to 0.75 of it, all beyond 1.25. */
static double lost(double bytes, double cache)
{
    return fmin(1, fmax(0, (bytes / cache - 0.75) / 0.5));
}

/* Bytes that each pass over all of the operator's data fetches where it does not fit. */
static void stream(const cb_hardware *h, double set, double bytes, cb_demand *d)
{
    cb_traffic_cache caches[CB_TRAFFIC_CACHES];
    size_t count = cb_demand_caches(h, d->threads, caches);
    for (size_t i = 0; i < count; i++)
        d->level_bytes[i] += bytes * lost(set, caches[i].bytes);
}

/* All data of one image: input, weights, output. */
static double data_of(const layer *l)
{
    return l->cin * l->h * l->w * l->element + l->cout * l->k * l->element +
           l->cout * l->pixels * 4;
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
    stream(h, data_of(l), (data_of(l) + l->cout * l->pixels * 4) / threads * l->images, d);
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
        cb_move from = l->nhwc ? CB_MOVE_TRANSPOSE : CB_MOVE_COPY;
        d->move[way_to_gather(l)] += d->move[from];
        d->move[from] = 0;
    }
    d->meetings += d->threads > 1 ? 1 : 0;
    times(d, l->images);
}

/* Direct, on blocked channels: rows of the product are pixels, in whole groups along an output row,
 * and a block of output channels stays. Neighbouring taps read the same pixels again. */
static void spatialpack(const cb_operator *op, const layer *l, const cb_hardware *h, cb_demand *d)
{
    double pair = number(op, "tile.mr", 0), pieces = ceil(l->out_w / (pair / 2));
    double pixels = l->out_h * pieces * pair / 2, nr = number(op, "tile.nr", 0);
    double reuse = fmax(1, l->kh * l->kw / (l->stride * l->stride));
    int threads = d->threads;
    cb_gemm_loops g = loops_of(op, l, pixels, l->cout, l->k);
    g.mc = pixels;
    g.nc = nr;
    cb_demand_gemm(&g, l->kr, h, d);
    double loads = d->load_bytes;
    cb_demand sparse = *d;
    g.a_bytes = l->element / reuse; /* distinct bytes, for the caches */
    sparse.tile_kinds = 0;
    cb_demand_gemm(&g, l->kr, h, &sparse);
    for (size_t i = 0; i < d->boundaries; i++)
        d->level_bytes[i] = sparse.level_bytes[i];
    d->load_bytes = loads;
    double tiles = ceil(l->cout / nr) * ceil(pixels / pair);
    times(d, l->images * ceil(tiles / threads) / tiles);
    double in = l->cin * l->h * l->w * l->element, out = ceil(l->cout / nr) * nr * pixels * 4;
    d->move[CB_MOVE_TRANSPOSE] += (l->nhwc ? 0 : in + out) * l->images / threads;
    d->meetings += threads > 1 ? 3 * l->images : 0;
}

/* Winograd: (m + 2)^2 products for each block of tiles, with transforms around them. */
static void winograd(const cb_operator *op, const layer *l, double m, const cb_hardware *h,
                     cb_demand *d)
{
    double tiles = ceil(l->out_h / m) * ceil(l->out_w / m), matrices = (m + 2) * (m + 2);
    double in_block = fmin(number(op, "blocking.tiles", tiles), tiles);
    double blocks = ceil(tiles / in_block);
    double cin = ceil(l->cin / 16) * 16, cout = ceil(l->cout / 16) * 16;
    double weights = matrices * cin * cout * l->element;
    double set = matrices * in_block * (cin + cout) * 4;
    int threads = d->threads;
    cb_gemm_loops g = loops_of(op, l, in_block, cout, cin);
    cb_traffic_cache caches[CB_TRAFFIC_CACHES];
    g.cold = true;
    cb_demand_gemm(&g, l->kr, h, d);
    times(d, blocks * l->images * ceil(matrices / threads));
    cb_demand_caches(h, threads, caches);
    for (size_t i = 1; i < d->boundaries; i++)
        d->level_bytes[i] = blocks * l->images *
                            ((weights * lost(weights + set, caches[i].bytes)) +
                             2 * set * lost(set, caches[i].bytes * threads)) /
                            threads;
    d->move[CB_MOVE_TRANSFORM] += matrices * tiles * (cin + cout) * 4 * l->images / threads;
    d->move[CB_MOVE_TRANSPOSE] +=
        (l->cin * l->h * l->w + l->cout * l->pixels) * 4 * l->images / threads;
    d->meetings += threads > 1 ? l->images * (2 + 3 * blocks) : 0;
}

bool cb_demand_conv(const cb_operator *op, const cb_hardware *h, cb_demand *d)
{
    layer l;
    const char *chosen = cb_row_text(op->row, "chosen");
    const char *variant = chosen ? chosen : op->variant ? op->variant : "";
    if (!read_layer(op, &l))
        return false;
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
