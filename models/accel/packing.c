#include "models/accel/packing.h"

enum { MOST_ROUNDS = 256 };

int cb_accel_field_bits(int in_bits, int weight_bits, int64_t products)
{
    int bits = in_bits + weight_bits;
    while ((int64_t)1 << (bits - in_bits - weight_bits) < products)
        bits++;
    return bits;
}

/* Cycles a product: the multiplication and its loads, and its share of taking sums out. */
static double cost_of(const cb_accel_platform *p, const cb_accel_packing *k)
{
    const double *of = p->cycles.of;
    double out = k->sums * (2 * of[CB_TERM_SLBC_BIT] + k->lanes * of[CB_TERM_SLBC_SCALAR]);
    double each = of[CB_TERM_SLBC_MULTIPLY] + 2 * of[CB_TERM_SLBC_SCALAR] + out / k->rounds;
    return each / k->products;
}

static void consider(const cb_accel_platform *p, const cb_accel_packing *candidate,
                     cb_accel_packing *best)
{
    if (best->products <= 0 || cost_of(p, candidate) < cost_of(p, best))
        *best = *candidate;
}

/* One sum of n products: the window has one column, or the layer none. */
static void consider_dots(const cb_accel_platform *p, const cb_accel_layer *l,
                          cb_accel_packing base, cb_accel_packing *best)
{
    for (int n = 1; n * (l->in_bits + l->weight_bits) <= base.lane_bits; n++) {
        cb_accel_packing k = base;
        k.field_bits = cb_accel_field_bits(l->in_bits, l->weight_bits, (int64_t)n * k.rounds);
        k.ns = k.nk = n;
        k.sums = 1;
        k.products = (double)(n * k.lanes);
        if (n * k.field_bits <= k.lane_bits)
            consider(p, &k, best);
    }
}

/* Pieces of a row by pieces of a window's row, eqs. (5) to (7). */
static void consider_rows(const cb_accel_platform *p, const cb_accel_layer *l,
                          cb_accel_packing base, cb_accel_packing *best)
{
    for (int nk = 1; nk <= l->kw; nk++)
        for (int ns = 1; (ns + nk - 1) * (l->in_bits + l->weight_bits) <= base.lane_bits; ns++) {
            cb_accel_packing k = base;
            int least = ns < nk ? ns : nk;
            k.field_bits =
                cb_accel_field_bits(l->in_bits, l->weight_bits, (int64_t)least * k.rounds);
            k.ns = ns;
            k.nk = nk;
            k.sums = ns + nk - 1;
            k.products = (double)(ns * nk * k.lanes);
            if (k.sums * k.field_bits <= k.lane_bits)
                consider(p, &k, best);
        }
}

/* Sums that meet in an output before the window moves on: input channels and rows of the window. */
static int64_t rounds_of(const cb_accel_layer *l)
{
    return l->kind == CB_ACCEL_LINEAR ? l->cin : l->cin / l->groups * l->kh;
}

cb_accel_packing cb_accel_pack(const cb_accel_platform *p, const cb_accel_layer *l)
{
    cb_accel_packing best = {.products = 0};
    for (int lane = 8; lane <= p->lane_bits && lane <= p->simd_bits; lane *= 2)
        for (int rounds = 1; rounds <= MOST_ROUNDS && rounds <= rounds_of(l); rounds *= 2) {
            cb_accel_packing base = {
                .lane_bits = lane, .lanes = (int)p->simd_bits / lane, .rounds = rounds};
            if (l->kw == 1)
                consider_dots(p, l, base, &best);
            else
                consider_rows(p, l, base, &best);
        }
    return best;
}

void cb_accel_packed_work(const cb_accel_platform *p, const cb_accel_layer *l, int64_t rows,
                          int64_t columns, int64_t channels, double *of)
{
    cb_accel_packing k = cb_accel_pack(p, l);
    double depth = (double)rounds_of(l), pixels = (double)(rows * columns), multiplications;
    if (k.products <= 0) /* no lane holds one product: nothing that this kernel can do */
        multiplications = pixels * (double)channels * (double)cb_accel_depth(l);
    else if (l->kw == 1)
        multiplications = pixels * (double)channels *
                          (double)cb_accel_ceil((int64_t)depth, (int64_t)k.ns * k.lanes);
    else
        multiplications =
            (double)(rows * channels) * depth *
            (double)(cb_accel_ceil(columns, (int64_t)k.ns * k.lanes) * cb_accel_ceil(l->kw, k.nk));
    double taken = k.products > 0 ? multiplications / k.rounds * k.sums : multiplications;
    double values = pixels * (double)(l->sh * l->sw * (l->cin / l->groups));
    of[CB_TERM_SLBC_MULTIPLY] += multiplications;
    of[CB_TERM_SLBC_BIT] += 2 * taken + 2 * values;
    of[CB_TERM_SLBC_SCALAR] += 2 * multiplications + taken * (k.lanes > 0 ? k.lanes : 1);
    of[CB_TERM_SLBC_OUTPUT] += pixels * (double)channels;
}

void cb_accel_bit_serial_work(const cb_accel_platform *p, const cb_accel_layer *l, int64_t pixels,
                              int64_t channels, double *of)
{
    double words = (double)cb_accel_ceil(cb_accel_depth(l), p->simd_bits);
    double outputs = (double)(pixels * channels);
    of[CB_TERM_BIT_WORD] += outputs * l->weight_bits * l->in_bits * words;
    of[CB_TERM_BIT_PACK] += (double)(pixels * cb_accel_depth(l)) * l->in_bits *
                            (cb_accel_depthwise(l) ? (double)channels : 1);
    of[CB_TERM_BIT_OUTPUT] += outputs;
}
