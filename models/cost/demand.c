#include "models/cost/demand.h"

#include "models/rows.h"

#include <math.h>
#include <string.h>

/* ---- tiles ---- */

/* A dimension in panels: `count[i]` of `length[i]`. A short rest of an even dimension shares its
 * length with the panel before it (bench/gemm/panels.h). */
typedef struct {
    double count[3], length[3];
    double panels;
} panels;

static panels panels_of(double length, double width, bool even)
{
    double count = ceil(length / width), rest = length - (count - 1) * width;
    panels p = {.count = {count - 1, 1, 0}, .length = {width, rest, 0}, .panels = count};
    if (even && count > 1 && rest < width && 2 * rest < width) {
        double last = floor((width + rest) / 2);
        p.count[0] = count - 2;
        p.length[1] = last;
        p.count[2] = 1;
        p.length[2] = width + rest - last;
    }
    return p;
}

static void add_kind(cb_demand *d, double steps, double products)
{
    if (steps > 0 && products > 0 && d->tile_kinds < CB_DEMAND_TILES)
        d->tile[d->tile_kinds++] = (cb_demand_tiles){steps, products};
}

static bool is_amx(const cb_demand *d)
{
    return d->isa && strcmp(d->isa, "amx") == 0;
}

/* An AMX instruction takes up to 16 rows at once and as many cycles, for 52 of latency: four of
 * them are enough to keep the unit busy, where `chain` counts vector instructions of two units. A
 * whole one counts as two of these. */
enum { AMX_ROWS = 16, AMX_AS_VECTORS = 2, AMX_GROUP = 4 /* bytes of k, as B lies */ };

/* Cycles by Intel's optimization manual, "AMX instruction throughput and latency". */
static const double amx_latency = 52, amx_store = 16, amx_configuration = 204;

/* Multiply-adds of one step of a tile. */
static double products_of(const cb_demand *d, double rows, double columns, double lanes)
{
    return (is_amx(d) ? AMX_AS_VECTORS * rows / AMX_ROWS : rows) * ceil(columns / lanes);
}

/* Tiles stay configured until one of another size comes, from call to call too: along a line of
 * equal panels twice where the last panel differs, and for each block of k. */
static double configurations(const panels *m, const panels *n)
{
    bool uneven_m = m->length[1] != m->length[0] && m->count[0] > 0;
    bool uneven_n = n->length[1] != n->length[0] && n->count[0] > 0;
    return (uneven_m ? 2 * n->panels : 0) + (uneven_n ? 2 * m->panels : 0);
}

void cb_demand_add_amx(const cb_gemm_loops *g, double k_bytes, double k_blocks, cb_demand *d)
{
    enum { STEP_BYTES = 64, CLEARED = 32, OF_A_GROUP = 2 };
    if (!is_amx(d))
        return;
    panels m = panels_of(g->m, g->mr, true), n = panels_of(g->n, g->nr, false);
    double tiles = m.panels * n.panels * d->share;
    double units = fmin(g->mr, g->m) / AMX_ROWS * fmin(g->nr, g->n) / AMX_ROWS;
    d->waits_for_l2 = true;
    d->tile_cycles += k_blocks * tiles * (amx_latency + ceil(units) * amx_store) +
                      configurations(&m, &n) * k_blocks * d->share * amx_configuration;
    /* A rest of k is one more step, on copies of A's lines and B's groups: a store a cycle. */
    double rest = fmod(k_bytes, STEP_BYTES);
    if (rest > 0)
        d->tile_cycles += tiles * (g->m / m.panels + CLEARED + OF_A_GROUP * ceil(rest / AMX_GROUP));
}

void cb_demand_add_tiles(cb_demand *d, const cb_gemm_loops *g, double lanes, double steps)
{
    panels m = panels_of(g->m, g->mr, true), n = panels_of(g->n, g->nr, false);
    double tiles = 0, sums = 0;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            double count = m.count[i] * n.count[j];
            double products = count > 0 ? products_of(d, m.length[i], n.length[j], lanes) : 0;
            add_kind(d, count * steps * d->share, products);
            tiles += count;
            sums += count * products;
        }
    d->tile_sums = is_amx(d) ? CB_DEMAND_TILE_SUMS : sums / tiles;
}

/* ---- matrix multiply ---- */

static double of_threads(int threads)
{
    return threads > 1 ? threads : 1;
}

/* The part of a dimension that the busiest of `threads` has, in whole panels. */
static double part_of(double length, double width, double threads)
{
    double count = ceil(length / width);
    return ceil(count / threads) / count;
}

size_t cb_demand_caches(const cb_hardware *h, int threads, cb_traffic_cache *caches)
{
    size_t count = 0;
    for (size_t l = 0; l + 1 < h->level_count && count < CB_TRAFFIC_CACHES; l++)
        caches[count++] = (cb_traffic_cache){cb_hardware_share(h, l, threads), h->line_bytes};
    return count;
}

double cb_demand_lost(double bytes, double cache)
{
    return fmin(1, fmax(0, bytes / cache - 0.7));
}

/* Greatest common divisor, of whole numbers of bytes. */
static double divisor(double a, double b)
{
    while (b >= 1) {
        double rest = fmod(a, b);
        a = b;
        b = rest;
    }
    return a;
}

/* Columns that threads share out begin inside of a line where C's rows do not have whole lines. */
static double shared_lines(const cb_gemm_loops *g, double line)
{
    double across = of_threads(g->threads_n);
    return g->m / of_threads(g->threads_m) * (across - 1) / across * 2 *
           (1 - divisor(g->n * g->c_bytes, line) / line);
}

/* One operand that is packed: its elements in whole panels, how often. */
typedef struct {
    double lines, width, panels, k, element, kr; /* panels: their lines, empty ones too */
    double times, k_blocks;
    bool along_panel; /* its lines in memory run along a panel */
    bool sums;        /* of each line are taken too, panel by panel */
} packing;

/* Elements of 4 bytes and more are copied or transposed one by one, narrow ones in groups of kr.
 * What is left of k goes one by one; bytes step by step, each a short loop over a panel's lines. */
static void add_packed(const packing *p, cb_demand *d)
{
    enum { PIECES_OF_SUMS = 25, BYTES_AS_A_PIECE = 8 };
    double padded = p->panels * p->k * p->times, elements = p->lines * p->k * p->times;
    if (!p->along_panel)
        d->move[CB_MOVE_TRANSPOSE] += elements / p->kr;
    else
        d->move[p->kr > 1 ? CB_MOVE_INTERLEAVE : CB_MOVE_COPY] += padded * p->element;
    double rest = p->element == 1 ? p->panels / p->width + p->lines / BYTES_AS_A_PIECE : p->lines;
    d->move[CB_MOVE_SINGLE] += rest * fmod(p->k, p->kr) * p->times;
    double packed = p->panels / p->width * p->k_blocks * p->times;
    d->packed_panels += packed;
    if (p->sums)
        d->move[CB_MOVE_SINGLE] += PIECES_OF_SUMS * packed;
}

/* s8 on kernels for u8 by s8: A is flipped, and sums of B's lines make up for it. */
static bool flips(const cb_demand *d)
{
    return strcmp(d->dtype, "s8") == 0 && d->kernel && strstr(d->kernel, "_u8s8_");
}

static void add_packing(const cb_gemm_loops *g, double kr, cb_demand *d)
{
    double down = of_threads(g->threads_m), across = of_threads(g->threads_n);
    double blocks_n = ceil(g->n / across / g->nc), blocks_m = ceil(g->m / down / g->mc);
    double k_blocks = ceil(g->k / g->kc), unit = is_amx(d) ? AMX_GROUP : kr;
    packing a = {.lines = g->m,
                 .width = g->mr,
                 .panels = ceil(g->m / g->mr) * g->mr,
                 .k = g->k,
                 .element = g->a_bytes,
                 .kr = kr,
                 .k_blocks = k_blocks,
                 .times = g->b_outer ? blocks_n / down : 1 / (down * across),
                 .along_panel = g->a_transposed,
                 .sums = flips(d)};
    packing b = {.lines = g->n,
                 .width = g->nr,
                 .panels = ceil(g->n / g->nr) * g->nr,
                 .k = g->k,
                 .element = g->b_bytes,
                 .kr = unit,
                 .k_blocks = k_blocks,
                 .times = g->b_outer ? 1 / (down * across) : blocks_m / across,
                 .along_panel = !g->b_transposed,
                 .sums = flips(d)};
    if (g->pack_a)
        add_packed(&a, d);
    if (g->pack_b)
        add_packed(&b, d);
    if (down * across > 1)
        d->meetings +=
            1 + (g->pack_a || g->pack_b ? 2 * k_blocks * (g->b_outer ? blocks_n : blocks_m) : 0);
}

/* Elements of C that one instruction sums into. */
static double lanes_of(const cb_demand *d, const cb_gemm_loops *g)
{
    if (is_amx(d))
        return 16;
    double lanes = g->vector_bytes > 0 ? g->vector_bytes / g->c_bytes : 1;
    /* Where all columns do not fill a vector, steps of k lie in it beside each other. */
    return g->nr > 0 ? fmin(lanes, g->nr) : lanes;
}

/* What of B, where it lies, comes in lines far from each other: a step of k needs a few columns.
 * The second line of a piece comes with the first, and so on. */
static double scatter_of(const cb_gemm_loops *g, double line)
{
    enum { FAR_LINES = 8 };
    double lines = fmin(g->nr, g->n) * g->b_bytes / line;
    bool far = g->n * g->b_bytes > FAR_LINES * line;
    return g->b_transposed || !far ? 0 : 1 / fmax(1, lines);
}

/* Sources of packed operands are read while packing; all else is multiplying's. */
static void add_bytes(const cb_gemm_loops *g, const cb_traffic *t, double share, double line,
                      cb_demand *d)
{
    cb_phase reads_b = g->pack_b ? CB_PHASE_MOVE : CB_PHASE_MULTIPLY;
    double scatter = scatter_of(g, line);
    for (size_t i = 0; i < d->boundaries; i++) {
        const cb_traffic_boundary *b = &t->boundary[i];
        double sources = (g->pack_a ? b->a : 0) + (g->pack_b ? b->b : 0);
        d->bytes[CB_PHASE_MOVE].in[i] += sources * share;
        d->bytes[CB_PHASE_MULTIPLY].in[i] += (b->in - sources) * share;
        d->bytes[CB_PHASE_MULTIPLY].out[i] += b->out * share;
        d->c_in += i ? 0 : b->c * share;
        d->c_out += i ? 0 : b->c * share;
        d->bytes[reads_b].scattered[i] += i ? b->b * scatter * share : 0;
    }
}

void cb_demand_gemm(const cb_gemm_loops *g, double kr, const cb_hardware *h, cb_demand *d)
{
    cb_traffic_cache caches[CB_TRAFFIC_CACHES];
    cb_traffic t;
    double parts = of_threads(g->threads_k);
    double grid = of_threads(g->threads_m) * of_threads(g->threads_n) * parts;
    size_t count = cb_demand_caches(h, d->threads, caches);
    d->share = part_of(g->m, g->mr, of_threads(g->threads_m)) *
               part_of(g->n, g->nr, of_threads(g->threads_n)) / parts;
    d->product_ops = 2 * lanes_of(d, g) * kr * (is_amx(d) ? AMX_ROWS / AMX_AS_VECTORS : 1);
    cb_demand_add_tiles(d, g, lanes_of(d, g), ceil(g->k / kr));
    cb_demand_add_amx(g, g->k * g->a_bytes, ceil(g->k / g->kc), d);
    cb_traffic_gemm(g, caches, count, &t);
    d->tiles = t.tiles * d->share;
    d->calls = 1;
    d->load_bytes =
        d->share * (t.load_instructions > 0 ? t.load_instructions * g->vector_bytes : t.load_bytes);
    d->boundaries = count;
    d->far_bytes = g->m * g->k * g->a_bytes + g->n * g->k * g->b_bytes + g->m * g->n * g->c_bytes;
    d->shared_lines = shared_lines(g, h->line_bytes);
    if (parts > 1) { /* each thread sums up a part of C, of which others have just written theirs */
        d->meetings += 1;
        d->handed_lines += g->m * g->n * g->c_bytes / h->line_bytes * (parts - 1) / parts;
    }
    add_bytes(g, &t, fmax(d->share, 1 / grid), h->line_bytes, d);
    add_packing(g, kr, d);
}

static bool demand_product(const cb_operator *op, const cb_hardware *h, cb_demand *d)
{
    cb_gemm_loops loops;
    if (!cb_traffic_loops(op->row, &loops))
        return false;
    d->threads = (int)(of_threads(loops.threads_m) * of_threads(loops.threads_n) *
                       of_threads(loops.threads_k));
    cb_demand_gemm(&loops, cb_row_number(op->row, "tile.kr", 1), h, d);
    return true;
}

/* ---- rows that tell no loops ---- */

bool cb_demand_is_blocked(const cb_operator *op)
{
    static const char *const names[] = {"tuned",   "openblas",  "blis", "onednn",
                                        "libxsmm", "tvm-tuned", "acl",  "eigen"};
    const char *name = cb_operator_name(op);
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

bool cb_demand_is_compiled(const cb_operator *op)
{
    return strncmp(cb_operator_name(op), "tvm-", 4) == 0;
}

void cb_demand_leave_registers(const cb_operator *op, cb_demand *d)
{
    enum { ACCESSES = 3 };
    d->load_bytes = ACCESSES * op->macs * op->element_bytes * d->share;
    d->tiles = 0;
}

static bool has_long_vectors(const cb_hardware *h)
{
    for (size_t i = 0; i < h->peak_count; i++)
        if (h->peak[i].isa && strcmp(h->peak[i].isa, "avx512") == 0)
            return true;
    return false;
}

void cb_demand_assume(const cb_operator *op, const cb_hardware *h, cb_gemm_loops *loops)
{
    bool is_long = has_long_vectors(h);
    double l2 = h->level_count > 2 ? cb_hardware_share(h, 1, op->threads) : 0;
    cb_gemm_loops g = {.m = op->m,
                       .n = op->n,
                       .k = op->k,
                       .mr = 8,
                       .nr = is_long ? 48 : 12,
                       .kc = fmin(256, op->k),
                       .nc = op->n,
                       .b_outer = true,
                       .pack_a = op->m > 64,
                       .pack_b = op->m > 64,
                       .a_bytes = op->element_bytes,
                       .b_bytes = op->element_bytes,
                       .c_bytes = fmax(4, op->element_bytes),
                       .vector_bytes = is_long ? 64 : 16,
                       .broadcasts_a = is_long,
                       .threads_m = op->threads,
                       .threads_n = 1};
    double fit = l2 > 0 ? l2 / 2 / (g.kc * g.a_bytes) : 128;
    g.mc = fmin(op->m, fmax(g.mr, floor(fit / g.mr) * g.mr));
    *loops = g;
}

bool cb_demand_of(const cb_operator *op, const cb_hardware *h, cb_demand *demand)
{
    cb_demand d = {.kernel = op->kernel,
                   .dtype = op->dtype,
                   .isa = cb_row_text(op->row, "isa"),
                   .threads = op->threads,
                   .share = 1,
                   .calls = 1};
    bool known = false;
    if (strcmp(op->family, "gemm") == 0)
        known = demand_product(op, h, &d);
    else if (strcmp(op->family, "conv") == 0)
        known = cb_demand_conv(op, h, &d);
    else if (strcmp(op->family, "bitserial") == 0)
        known = cb_demand_bits(op, h, &d);
    if (!known)
        return false;
    d.peak = cb_hardware_ops(h, d.dtype, d.isa, d.threads);
    *demand = d;
    return true;
}
