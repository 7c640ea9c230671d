#include "models/cost/demand.h"
#include "models/rows.h"

#include <math.h>
#include <string.h>

/* A product on bit planes (bench/bitserial): for each kc, for each mc rows, packed there, for each
 * panel of weights, for each pair of planes. */
typedef struct {
    double m, n, k; /* k in bits, filled up to words */
    double mr, nr, word, mc, kc;
    double a_bits, w_bits;
    double vector_bits;
    double codes; /* that are read */
    bool split_n, gathers;
} planes;

static double number(const cb_operator *op, const char *path)
{
    return cb_row_number(op->row, path, 0);
}

/* A layer's taps each start on a word of their own. */
static void size_of(const cb_operator *op, planes *p)
{
    double kh = number(op, "params.kh"), stride = fmax(1, number(op, "params.stride"));
    p->m = op->m;
    p->n = op->n;
    p->k = ceil(op->k / p->word) * p->word;
    p->codes = op->m * op->k;
    if (!(kh > 0))
        return;
    double groups = fmax(1, number(op, "params.groups")), pad = number(op, "params.pad");
    double dilation = fmax(1, number(op, "params.dilation")), kw = number(op, "params.kw");
    double h = floor((number(op, "params.h") + 2 * pad - dilation * (kh - 1) - 1) / stride) + 1;
    double w = floor((number(op, "params.w") + 2 * pad - dilation * (kw - 1) - 1) / stride) + 1;
    double batch = fmax(1, number(op, "params.batch"));
    p->m = batch * h * w * groups;
    p->n = number(op, "params.cout") / groups;
    double cin = number(op, "params.cin") / groups;
    p->gathers = !cb_row_is(op->row, "variant", "same-size-gemm");
    p->k = p->gathers ? kh * kw * ceil(cin / p->word) * p->word
                      : ceil(kh * kw * cin / p->word) * p->word;
    p->codes = p->gathers ? batch * number(op, "params.h") * number(op, "params.w") * cin * groups
                          : p->m * kh * kw * cin;
}

static double vector_bits_of(const char *isa, double word)
{
    static const struct {
        const char *isa;
        double bits;
    } vectors[] = {{"vpopcnt", 512}, {"avx512", 512}, {"avx2", 256},
                   {"neon", 128},    {"sve", 128},    {"armv7neon", 128}};
    for (size_t i = 0; isa && i < sizeof vectors / sizeof *vectors; i++)
        if (strcmp(vectors[i].isa, isa) == 0)
            return vectors[i].bits;
    return word;
}

static bool read_planes(const cb_operator *op, planes *p)
{
    *p = (planes){.mr = number(op, "tile.mr"),
                  .nr = number(op, "tile.nr"),
                  .word = number(op, "tile.kr"),
                  .mc = number(op, "blocking.mc"),
                  .kc = number(op, "blocking.kc"),
                  .a_bits = number(op, "params.a_bits"),
                  .w_bits = number(op, "params.w_bits"),
                  .split_n = cb_row_is(op->row, "blocking.threads_split", "n")};
    if (!(p->mr > 0 && p->nr > 0 && p->word > 0 && p->mc > 0 && p->kc > 0 && p->a_bits > 0 &&
          p->w_bits > 0))
        return false;
    p->vector_bits = vector_bits_of(cb_row_text(op->row, "isa"), p->word);
    size_of(op, p);
    return p->m > 0 && p->n > 0 && p->k > 0;
}

static void add_traffic(const planes *p, const cb_hardware *h, cb_demand *d)
{
    cb_traffic_cache caches[CB_TRAFFIC_CACHES];
    double m = p->split_n ? p->m : p->m * d->share, n = p->split_n ? p->n * d->share : p->n;
    double weights = n * p->k * p->w_bits / 8, codes = p->codes * (p->split_n ? 1 : d->share);
    double c = m * n * 4, passes = ceil(p->k / p->kc);
    double scratch = fmin(p->mc, m) * p->kc * p->a_bits / 8;
    double step = n * p->kc * p->w_bits / 8 + scratch, blocks = ceil(m / p->mc);
    d->boundaries = cb_demand_caches(h, d->threads, caches);
    for (size_t i = 0; i < d->boundaries; i++) {
        double again = cb_demand_lost(step, caches[i].bytes),
               all = cb_demand_lost(weights + codes + c, caches[i].bytes);
        d->bytes[CB_PHASE_MULTIPLY].in[i] =
            weights * ((blocks - 1) * again + all) + c * passes * all;
        d->bytes[CB_PHASE_MULTIPLY].out[i] = c * passes * all;
        d->bytes[CB_PHASE_MOVE].in[i] = codes * all;
    }
}

/* A layer's codes are packed once, a pixel after the other, and gathered from there for each tap,
 * a word at a time; those of a matrix go into panels at once. */
static void add_moves(const planes *p, cb_demand *d)
{
    const double of_a_piece = 0.5; /* a word's length is known */
    double share = p->split_n ? 1 : d->share;
    d->move[CB_MOVE_BITS] = p->codes * (1 + p->a_bits / 8) * share;
    if (p->gathers)
        d->move[CB_MOVE_SINGLE] = p->m * p->k / p->word * p->a_bits * share * of_a_piece;
}

bool cb_demand_bits(const cb_operator *op, const cb_hardware *h, cb_demand *d)
{
    planes p;
    const char *variant = op->variant ? op->variant : "";
    double twice = strcmp(variant, "two-popcount") == 0 ? 2 : 1;
    if (!read_planes(op, &p) || strcmp(variant, "lut") == 0)
        return false;
    double pairs = p.a_bits * p.w_bits,
           panels = ceil((p.split_n ? p.n : p.m) / (p.split_n ? p.nr : p.mr));
    cb_gemm_loops g = {.m = p.m, .n = p.n, .mr = p.mr, .nr = p.nr};
    d->dtype = "u1";
    d->threads = (int)fmin(op->threads, panels);
    d->share = ceil(panels / d->threads) / panels;
    d->product_ops = 2 * p.vector_bits;
    cb_demand_add_tiles(d, &g, p.vector_bits / p.word, ceil(p.k / p.word) * pairs * twice);
    d->tiles = ceil(p.m / p.mr) * ceil(p.n / p.nr) * ceil(p.k / p.kc) * pairs * d->share;
    d->load_bytes = number(op, "packing.loaded_bytes") * d->share;
    add_moves(&p, d);
    d->meetings = d->threads > 1 ? 1 : 0;
    add_traffic(&p, h, d);
    return true;
}
