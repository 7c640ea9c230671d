/* Bytes that a tile takes, and the objective that DORY's constraint solver gives it. */
#include "models/accel/tile_parts.h"

enum {
    DORY_CORES = 8, /* buffers are laid out for so many cores, however many there are */
    SLACK_BYTES = 40,
    TABLE_ENTRY_BYTES = 4,
    COUNTED_ENTRY_BYTES = 32, /* as the traces count them: bits taken for bytes */
    BIAS_BYTES = 4,
    DEPTHWISE_BIASES = 16,
};

cb_accel_layer cb_accel_part(const cb_accel_layer *layer, int64_t channels)
{
    cb_accel_layer part = *layer;
    part.cout = channels;
    if (layer->kind == CB_ACCEL_POOL || cb_accel_depthwise(layer)) {
        part.groups = layer->kind == CB_ACCEL_POOL ? 1 : channels;
        part.cin = channels;
    }
    return part;
}

static bool own_channels(const cb_accel_layer *l)
{
    return l->kind == CB_ACCEL_POOL || cb_accel_depthwise(l);
}

static int64_t table_entries(const cb_accel_layer *l)
{
    return l->implementation == CB_ACCEL_LUT ? (int64_t)1 << (l->in_bits + l->weight_bits) : 0;
}

static int64_t input_bytes(const cb_accel_layer *l, const cb_accel_tile *t, int copies)
{
    int64_t channels = own_channels(l) ? t->n : l->cin;
    return copies * channels * t->in_h * t->in_w * l->in_bits / 8;
}

static int64_t output_bytes(const cb_accel_layer *l, const cb_accel_tile *t, int copies)
{
    return copies * t->n * t->h * t->w * l->out_bits / 8;
}

static int64_t weight_bytes(const cb_accel_layer *l, int64_t n, int copies)
{
    return l->kind == CB_ACCEL_POOL ? 0 : copies * n * cb_accel_depth(l) * l->weight_bits / 8;
}

static int64_t bias_bytes(const cb_accel_layer *l, int64_t n)
{
    if (l->kind == CB_ACCEL_POOL)
        return 0;
    return n * BIAS_BYTES * (cb_accel_depthwise(l) ? DEPTHWISE_BIASES : 1);
}

/* The im2col buffers of all cores. DORY takes a depthwise layer's once from its rows (does all of
 * it fit?) and once from its channels (how large may a tile be?). */
static int64_t im2col_bytes(const cb_accel_layer *l, int64_t rows_or_channels, bool packed)
{
    if (l->kind != CB_ACCEL_CONV)
        return 0;
    if (cb_accel_depthwise(l))
        return DORY_CORES * (l->kh * (rows_or_channels + l->top + l->bottom) + l->kh) *
               cb_accel_per_byte(l);
    return 2 * DORY_CORES * cb_accel_depth(l) * (packed ? l->in_bits : 8) / 8;
}

static int64_t unpacked_bytes(const cb_accel_layer *l, int copies)
{
    if (l->kind != CB_ACCEL_CONV || !cb_accel_depthwise(l) || l->weight_bits == 8)
        return 0;
    return copies * DORY_CORES * l->kh * l->kw * cb_accel_per_byte(l);
}

double cb_accel_tile_bytes(const cb_accel_layer *l, const cb_accel_tile *t, bool with_table)
{
    return (double)(input_bytes(l, t, 1) + weight_bytes(l, t->n, 1) + bias_bytes(l, t->n) +
                    output_bytes(l, t, 1) +
                    (with_table ? table_entries(l) * COUNTED_ENTRY_BYTES : 0));
}

cb_accel_tile cb_tile_whole(const cb_accel_layer *l)
{
    return (cb_accel_tile){l->cout, l->ho, l->wo, l->h, l->w};
}

int64_t cb_tile_at_once_bytes(const cb_accel_layer *l)
{
    cb_accel_tile all = cb_tile_whole(l);
    return input_bytes(l, &all, 1) + output_bytes(l, &all, 1) + weight_bytes(l, l->cout, 1) +
           bias_bytes(l, l->cout) + im2col_bytes(l, l->h, true) +
           table_entries(l) * TABLE_ENTRY_BYTES + unpacked_bytes(l, 1);
}

int64_t cb_tile_buffered_bytes(const cb_accel_layer *l, const cb_accel_tile *t)
{
    return bias_bytes(l, l->cout) + input_bytes(l, t, 2) + output_bytes(l, t, 2) +
           weight_bytes(l, t->n, 2) + im2col_bytes(l, t->n, false) +
           table_entries(l) * TABLE_ENTRY_BYTES + unpacked_bytes(l, 2 * DORY_CORES) + SLACK_BYTES;
}

static int64_t conv_objective(const cb_accel_layer *l, const cb_accel_tile *t, int64_t bytes)
{
    int64_t border_n = (l->cout - 1) % t->n;
    return 2000000 * ((t->h - 1) % 8) + 3000000 * ((t->w - 1) % 2) + 1000000 * ((t->n - 1) % 4) +
           1000000 * (t->w * t->h >= 16) + bytes + 100000 * t->n + 10000 * border_n +
           10000 * (border_n % 4) + 20000 * ((l->ho - 1) % t->h % 8) +
           30000 * ((l->wo - 1) % t->w % 2);
}

static int64_t depthwise_objective(const cb_accel_layer *l, const cb_accel_tile *t, int64_t bytes)
{
    int64_t border_h = (l->ho - 1) % t->h;
    return 10000 * (t->n > 7) + 20000 * ((t->n - 1) % 16) + 10000 * (t->h % 4 == 0) + bytes +
           1000 * t->w + 1000 * t->h + 100 * border_h + 100 * ((l->wo - 1) % t->w) +
           100 * ((l->cout - 1) % t->n > 7) + 100 * (border_h % 4);
}

static int64_t pool_objective(const cb_accel_tile *t, int64_t bytes)
{
    return 10000 * bytes + 100 * t->in_w + t->in_h + 1000000 * t->n;
}

int64_t cb_tile_objective(const cb_accel_layer *l, const cb_accel_tile *t, int64_t bytes)
{
    if (l->kind == CB_ACCEL_POOL)
        return pool_objective(t, bytes);
    return cb_accel_depthwise(l) ? depthwise_objective(l, t, bytes) : conv_objective(l, t, bytes);
}

/* The input rows of `out` output rows: all of them for all, else without padding. */
static int64_t rows_in(int64_t out, int64_t all_out, int64_t all_in, int64_t kernel, int64_t stride)
{
    return out == all_out ? all_in : (out - 1) * stride + kernel;
}

/* Depthwise tiles have whole planes up to 32 x 32; the kernels cannot start inside one. */
static bool whole_planes(const cb_accel_layer *l)
{
    return cb_accel_depthwise(l) && l->h <= 32 && l->w <= 32;
}

void cb_tile_each(const cb_accel_layer *l, void (*look)(void *context, const cb_accel_tile *tile),
                  void *context)
{
    int64_t step = cb_accel_per_byte(l), first_h = whole_planes(l) ? l->ho : 1;
    int64_t first_w = cb_accel_depthwise(l) ? l->wo : 1;
    for (int64_t n = step; n <= l->cout; n += step)
        for (int64_t h = first_h; h <= l->ho; h++)
            for (int64_t w = first_w; w <= l->wo; w++) {
                cb_accel_tile tile = {n, h, w, rows_in(h, l->ho, l->h, l->kh, l->sh),
                                      rows_in(w, l->wo, l->w, l->kw, l->sw)};
                look(context, &tile);
            }
}

/* L1 without second buffers, as DORY asks it of a part of L2. */
static bool part_fits_l1(const cb_accel_platform *p, const cb_accel_layer *l, int64_t n)
{
    cb_accel_tile t = cb_tile_whole(l);
    int64_t bytes = input_bytes(l, &t, 1) + weight_bytes(l, n, 1) +
                    n * l->ho * l->wo * l->out_bits / 8 + im2col_bytes(l, l->cin, false) +
                    table_entries(l) * TABLE_ENTRY_BYTES + 20;
    return bytes < cb_accel_l1_data(p);
}

/* The channels whose weights share L2, twice, with the whole input and output; 0 when none do. */
int64_t cb_tile_l2_channels(const cb_accel_platform *p, const cb_accel_layer *l)
{
    cb_accel_tile all = cb_tile_whole(l);
    int64_t fixed = input_bytes(l, &all, 1) + output_bytes(l, &all, 1), chosen = 0, best = -1;
    if (fixed + weight_bytes(l, l->cout, 1) + bias_bytes(l, l->cout) <= cb_accel_l2_data(p))
        return l->cout;
    for (int64_t n = 1; n <= l->cout; n++) {
        int64_t each = cb_accel_depth(l) * l->weight_bits + 8 * BIAS_BYTES;
        int64_t bytes = fixed + 2 * n * each / 8;
        int64_t value = bytes + 100000000 * part_fits_l1(p, l, n) + 100000 * (n % 4 == 0) +
                        1000000 * (l->cout % n == 0) + 10000 * (n == l->cout);
        if (bytes > cb_accel_l2_data(p))
            break;
        if (value > best) {
            best = value;
            chosen = n;
        }
    }
    return chosen;
}
