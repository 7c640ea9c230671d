#include "bench/gemm/predict.h"

#include "bench/gemm/direct.h"
#include "bench/gemm/panels.h"
#include "bench/gemm/split.h"

#include <math.h>
#include <string.h>

/* ---- the core ---- */

bool cb_gemm_core_is_in_order(const cb_core_kind *kind)
{
    static const struct {
        unsigned implementer, part;
    } in_order[] = {
        {0x41, 0xc05}, {0x41, 0xc07}, {0x41, 0xc08}, {0x41, 0xd01}, {0x41, 0xd02},
        {0x41, 0xd04}, {0x41, 0xd03}, {0x41, 0xd05}, {0x41, 0xd46}, {0x41, 0xd80},
        {0x51, 0x801}, {0x51, 0x803}, {0x51, 0x805},
    };
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++)
        if (kind->midr >> 24 == in_order[i].implementer &&
            (kind->midr >> 4 & 0xfff) == in_order[i].part)
            return true;
    return false;
}

static double cpus_that_share(const cb_machine *m, int level, int cpu)
{
    for (size_t i = 0; i < m->cache_count; i++) {
        const cb_cache *c = &m->caches[i];
        if (c->level == level && c->type != 'i' && c->shared_by > 0 &&
            c->bytes == cb_machine_cache_bytes(m, level, cpu))
            return c->shared_by;
    }
    return 1;
}

/* A level's bytes, divided among the threads that use it. */
static double share_of_cache(const cb_machine *m, int level, int cpu, int threads)
{
    double bytes = (double)cb_machine_cache_bytes(m, level, cpu);
    return bytes / fmin(cpus_that_share(m, level, cpu), threads);
}

cb_gemm_core_rates cb_gemm_rates_of(const cb_machine *machine, int cpu, int threads)
{
    static const double bytes_per_cycle[CB_GEMM_LEVELS] = {32, 16, 6, 2};
    static const double fall_back_bytes[CB_GEMM_LEVELS] = {32768, 524288, 0, INFINITY};
    int kind = 0;
    for (size_t i = 0; i < machine->cpu_count; i++)
        if (machine->cpus[i].cpu == cpu)
            kind = machine->cpus[i].kind;
    const cb_core_kind *core = &machine->kinds[kind];
    double fma = cb_core_limit(core, "fma_128");
    cb_gemm_core_rates r = {.fma_per_cycle = fma > 0 ? fmin(fma, 2) : 1,
                            .load_per_cycle = fma > 1 ? 2 : 1,
                            .fma_latency_cycles = 4,
                            .barrier_cycles = 900,
                            .clock_hz = 1e9,
                            .in_order = cb_gemm_core_is_in_order(core)};
    /* A second level gives about three eighths of what a core can load from the first one (Golden
     * Cove: 48 of 128 bytes a cycle). */
    double loads = cb_core_limit(core, "load_bytes_per_cycle");
    for (int l = 0; l < CB_GEMM_LEVELS; l++) {
        double bytes = l < 3 ? share_of_cache(machine, l + 1, cpu, threads) : INFINITY;
        r.cache_bytes[l] = bytes > 0 ? bytes : fall_back_bytes[l];
        r.bytes_per_cycle[l] = bytes_per_cycle[l];
    }
    r.bytes_per_cycle[1] = fmax(r.bytes_per_cycle[1], 0.375 * loads);
    return r;
}

/* ---- arithmetic ---- */

static double vector_bytes(const cb_gemm_kernel *k)
{
    switch (k->isa) {
    case CB_ISA_AVX512:
    case CB_ISA_VNNI:
    case CB_ISA_VPOPCNT:
    case CB_ISA_AMX:
        return 64;
    case CB_ISA_AVX2:
    case CB_ISA_AVXVNNI:
        return 32;
    case CB_ISA_SCALAR:
        return 1; /* one element at a time */
    default:
        return 16;
    }
}

typedef struct {
    double lanes; /* of C in one vector */
    double kr;
    double load_cycles; /* that one load costs even where multiply-adds bind */
    const cb_gemm_core_rates *rates;
    bool tiles;                            /* AMX */
    double end_cycles, end_cycles_per_sum; /* of getting into a tile and out of it */
} unit;

/* Whether operands lie in memory as a kernel may take them. */
static bool is_plain(const cb_gemm_problem *q)
{
    return q->a == CB_GEMM_MATRIX && q->b == CB_GEMM_MATRIX && !q->a_transposed &&
           !q->b_transposed && !q->scales;
}

/* Many tiles below each other, of one call of the kernel. */
static bool runs_on(const cb_gemm_plan *p, const cb_gemm_problem *q)
{
    return is_plain(q) && cb_gemm_is_direct(p) && p->order == CB_GEMM_B_OUTER &&
           p->kernel->direct & CB_GEMM_TILES;
}

static unit unit_of(const cb_gemm_plan *p, const cb_gemm_problem *q,
                    const cb_gemm_core_rates *rates)
{
    const cb_gemm_kernel *k = p->kernel;
    const cb_gemm_type *type = cb_gemm_type_of(k->dtype);
    /* 512-bit multiply-adds with more loads among them run at a lower clock. On a Golden Cove whose
     * registers alone gave 240 GFLOP/s, panels in the L1 gave 8x48 (11 loads for 24) 211 to 215,
     * 6x64 (10 for 24) 210, 14x32 (16 for 28) 208, 8x32 (10 for 16) 201, 24x16 (25 for 24) 184. */
    double load_cycles = vector_bytes(k) == 64 ? 0.1 : 0;
    /* int8 on AVX2: instructions of the exact sequence for each vector of sums and group of k, in
     * the time of two multiply-adds for three of them. */
    double work = type->is_integer && k->isa == CB_ISA_AVX2 ? 3 : 1;
    double lanes = fmax(1, vector_bytes(k) / (double)type->c_bytes);
    /* A vector that all columns do not fill holds several steps. */
    double columns = fmin(lanes, k->nr);
    unit u = {columns, k->kr_b * lanes / columns / work, load_cycles, rates, k->isa == CB_ISA_AMX,
              20,      4 / rates->load_per_cycle};
    /* Kernels that take several tiles store sums while the next ones are made (Golden Cove, 64 x 64
     * x 64: 8 cycles a tile, 16 where each is a call). */
    if (k->direct & CB_GEMM_TILES) {
        u.end_cycles = runs_on(p, q) ? 8 : 20;
        u.end_cycles_per_sum = runs_on(p, q) ? 0 : 0.5;
    }
    return u;
}

/* AMX multiplies 16 x 16 sums by 64 bytes of k in 16 cycles; getting C in and out is not hidden,
 * nor is copying a rest of k, nor another configuration for the edges of C. */
static double amx_cycles(double m, double n, double k, double kr)
{
    double tiles = ceil(m / 16) * ceil(n / 16), steps = ceil(k / (16 * kr));
    double rest = fmod(k, 16 * kr) > 0 ? 100 : 0, edge = m < 32 || n < 32 ? 80 : 0;
    return steps * 16 * tiles + 60 + 40 * tiles + rest + edge;
}

/* A tile of m x n: bound by multiply-adds, by how long one waits for the one before, or by loads;
 * and some cycles to get in, to get out, and for each vector of C. */
static double tile_cycles(const unit *u, double m, double n, double k)
{
    const cb_gemm_core_rates *r = u->rates;
    if (u->tiles)
        return amx_cycles(m, n, k, u->kr);
    double vectors = ceil(n / u->lanes), products = m * vectors;
    double step = fmax(products / r->fma_per_cycle, r->fma_latency_cycles);
    step = fmax(step + u->load_cycles * (m + vectors), (m + vectors) / r->load_per_cycle);
    return ceil(k / u->kr) * step + u->end_cycles + u->end_cycles_per_sum * products;
}

/* All tiles of a part of C, without `edge` last columns; the panels that are not whole are counted
 * for themselves. */
static double part_cycles(const unit *u, const cb_panels *m, cb_range rows, const cb_panels *n,
                          cb_range columns, size_t edge, double k)
{
    double cycles = 0;
    size_t whole_rows = rows.last - rows.first, whole_columns = columns.last - columns.first;
    size_t row_tail = whole_rows < 2 ? whole_rows : 2, column_tail = whole_columns ? 1 : 0;
    whole_rows -= row_tail;
    whole_columns -= column_tail;
    for (size_t i = 0; i <= row_tail; i++) {
        double times_m = i < row_tail ? 1 : (double)whole_rows;
        size_t length_m = i < row_tail ? cb_panel_length(m, rows.last - 1 - i) : m->width;
        for (size_t j = 0; j <= column_tail; j++) {
            double times_n = j < column_tail ? 1 : (double)whole_columns;
            size_t length_n =
                j < column_tail ? cb_panel_length(n, columns.last - 1) - edge : n->width;
            if (!length_n)
                continue;
            cycles += times_m * times_n * tile_cycles(u, (double)length_m, (double)length_n, k);
        }
    }
    return cycles;
}

/* Last columns in a kernel that lays several steps of k into a vector (Golden Cove: 64 x 8 x 64 on
 * 28x8 in 0.73 of what one vector a row would take, 64 x 1 x 64 likewise; each column of 96x2 in
 * 0.24). */
static double edge_cycles(const cb_gemm_core_rates *r, const cb_gemm_kernel *narrow, double m,
                          double columns, double k)
{
    double vectors = narrow->kr_a > 2 ? 0.24 * columns : 0.73;
    return vectors * m * k / r->fma_per_cycle + 30;
}

/* ---- traffic ---- */

/* The nearest level that holds so many bytes with something to spare. */
static int level_of(const cb_gemm_core_rates *r, double bytes)
{
    int level = 0;
    while (level < CB_GEMM_LEVELS - 1 && bytes > 0.75 * r->cache_bytes[level])
        level++;
    return level;
}

static double read_cycles(const cb_gemm_core_rates *r, int level, double bytes)
{
    return level ? bytes / r->bytes_per_cycle[level] : 0; /* the L1 is in tile_cycles */
}

/* One operand: lines (rows of A, columns of B) of this thread's part, in bytes. */
typedef struct {
    double lines, k, element;
    double block_lines, panel_lines;
    double stride_bytes; /* between steps or lines where it lies as it is; 0: packed */
    bool packs;          /* in the call */
    bool lies;           /* where it lies in a matrix: not in panels, of this call or made before */
    bool fetched;        /* what the next strip reads of it, by the tiles of this one (direct.c) */
    bool collides;       /* its lines fall into one set */
    bool splits;         /* its vectors lie across two cache lines */
    int conflict_level;  /* its lines fall into so few sets that they come from this level or beyond
                          */
} stream;

/* Lines a multiple of a large power of two apart share few sets of a cache, and so many of them
 * stay as that power goes into the cache. */
static int conflict_level_of(const cb_gemm_core_rates *r, double stride_bytes, double lines)
{
    double power = 64;
    while (stride_bytes > 0 && fmod(stride_bytes, 2 * power) == 0)
        power *= 2;
    if (power >= 4096 && lines > r->cache_bytes[1] / 2 / power)
        return 2;
    return power >= 2048 && lines > 8;
}

/* Pages that an operand's steps lie in, as far as it lies as it is. */
static double pages_of(const stream *s)
{
    return s->lies ? fmin(1, s->stride_bytes / 4096) * s->k : 0;
}

static bool is_scattered(const stream *s)
{
    return pages_of(s) > 64;
}

/* Lines of a step and the next, as far apart as no core looks ahead to (64 x 3136 x 576 on a Golden
 * Cove, B fetched from the third level in time: 6x64, which reads most of the panel again, 140
 * GFLOP/s, 8x48 154, 14x32 163). */
static bool lies_apart(const stream *s)
{
    return s->lies && s->stride_bytes >= 2048;
}

/* Operands that lie as they are, a page for each step: translations are looked up anew. */
static double translation_cycles(const stream *s, double times)
{
    return is_scattered(s) ? 8 * pages_of(s) * times : 0;
}

/* Panels are written further out than the second level only if their block does not stay there. */
static double pack_cycles(const cb_gemm_core_rates *r, const stream *s, double bytes, int home,
                          int block)
{
    double written = block > 1 ? bytes : 0;
    return s->packs ? 60 + bytes / 12 + read_cycles(r, home, bytes + written) : 0;
}

/* Cycles of reading beyond the first level: from the second one, in an order that a core looks
 * ahead to or from lines too far apart for that, and from further away. */
typedef struct {
    double near, apart, far;
} reads;

static void add_read(reads *sum, const cb_gemm_core_rates *r, int level, double bytes)
{
    *(level > 1 ? &sum->far : &sum->near) += read_cycles(r, level, bytes);
}

/* What of reading shows beside arithmetic. A core that has many loads under way hides a second
 * level altogether (6x64 on a Golden Cove is as fast on panels in L2 as in L1), unless reading
 * alone would take longer; lines on their way into a second level and out of it do not wait for
 * each other. Where reading binds, less arithmetic still is a little faster. */
static double visible_cycles(const cb_gemm_core_rates *r, const reads *sum, double arithmetic)
{
    double near = r->in_order ? 0.6 : r->bytes_per_cycle[1] > 32 ? 0.04 : 0.25;
    double longest = fmax(sum->near + sum->apart, sum->far);
    return near * sum->near + fmax(near, 0.25) * sum->apart +
           (r->in_order ? 0.6 : 0.25) * sum->far +
           (r->in_order ? 0 : 0.9 * fmax(0, longest - arithmetic));
}

/* More rows of A than a set of a first-level cache has ways, a multiple of a page apart, are lost
 * before the next step: each line comes anew, and waits (1024 x 1024 x 1024 on a Golden Cove: six
 * cycles a line with 14 rows, none with 6). */
static double collision_cycles(const stream *s, double bytes)
{
    return s->collides ? 6 * bytes / 64 : 0;
}

/* A vector in two lines waits for both: a cycle more each time they come from a second level again
 * (255 x 255 x 255 on a Golden Cove: B where it lies 310 us, packed 259), and a part of one from
 * the first (8x48, 128 deep: 192 us, packed 180). */
static double split_cycles(const stream *s, int level, double bytes, double times)
{
    if (!s->splits)
        return 0;
    return level ? bytes / 64 * fmax(0, times - 1) : 0.35 * bytes / 64 * times;
}

/* The outer operand is read once from where it is, then once for each block of the inner one; the
 * inner one once for each pass over the outer one. */
static double traffic_cycles(const cb_gemm_core_rates *r, const stream *outer, const stream *inner,
                             double kc, double arithmetic)
{
    double outer_bytes = outer->lines * outer->k * outer->element;
    double inner_bytes = inner->lines * inner->k * inner->element;
    double outer_passes = ceil(outer->lines / outer->block_lines);
    double inner_passes = ceil(inner->lines / inner->block_lines);
    double outer_block = fmin(outer->block_lines, outer->lines) * kc * outer->element;
    double inner_block = fmin(inner->block_lines, inner->lines) * kc * inner->element;
    double outer_panel = outer->panel_lines * kc * outer->element;
    double inner_panel = inner->panel_lines * kc * inner->element;
    int outer_home = level_of(r, outer_bytes + inner_bytes);
    int block_level = level_of(r, outer_block + inner_block);
    int stream_level = level_of(r, inner_block + 2 * outer_panel);
    int panel_level = level_of(r, outer_panel + 2 * inner_panel);
    if (inner->lies && stream_level < inner->conflict_level)
        stream_level = inner->conflict_level;
    if (outer->lies && panel_level < outer->conflict_level)
        panel_level = outer->conflict_level;
    double panel_reads = inner->lines / inner->panel_lines;
    double stream_reads = outer->lines / outer->panel_lines;
    reads sum = {0, 0, 0};
    double waited_for = outer->fetched ? 0.4 : 1;
    add_read(&sum, r, outer_home, waited_for * outer_bytes + inner_bytes * outer_passes);
    add_read(&sum, r, block_level, outer_bytes * (inner_passes - 1));
    /* Lines that do not lie behind each other are not prefetched as well. */
    double again = (inner->lies ? 3 : 1) * inner_bytes * stream_reads;
    if (is_scattered(inner))
        sum.far += read_cycles(r, stream_level, again);
    else
        add_read(&sum, r, stream_level, again);
    if (lies_apart(outer) && panel_level == 1)
        sum.apart += read_cycles(r, 1, outer_bytes * panel_reads);
    else
        add_read(&sum, r, panel_level, outer_bytes * panel_reads);
    sum.far += translation_cycles(outer, stream_reads * panel_reads) +
               translation_cycles(inner, stream_reads * panel_reads);
    double waits = collision_cycles(outer, outer_bytes * panel_reads) +
                   collision_cycles(inner, inner_bytes * stream_reads) +
                   split_cycles(outer, panel_level, outer_bytes, panel_reads) +
                   split_cycles(inner, stream_level, inner_bytes, stream_reads);
    return waits + visible_cycles(r, &sum, arithmetic) +
           pack_cycles(r, outer, outer_bytes, outer_home, block_level) +
           pack_cycles(r, inner, inner_bytes * outer_passes, outer_home, stream_level);
}

static stream stream_a(const cb_gemm_plan *p, const cb_gemm_problem *q, const cb_gemm_core_rates *r,
                       double lines)
{
    double element = (double)cb_gemm_type_of(q->dtype)->a_bytes;
    double ld = (double)(q->a_ld ? q->a_ld : q->a_transposed ? q->m : q->k);
    stream s = {.lines = lines,
                .k = (double)q->k,
                .element = element,
                .block_lines = (double)p->mc,
                .panel_lines = p->kernel->mr,
                .stride_bytes = ld * element,
                .packs = p->packs & CB_GEMM_PACK_A,
                .lies = q->a == CB_GEMM_MATRIX && !(p->packs & CB_GEMM_PACK_A)};
    double beside = fmin(s.panel_lines, lines);
    s.conflict_level = conflict_level_of(r, s.stride_bytes, beside);
    s.collides = s.lies && beside > 8 && fmod(s.stride_bytes, 4096) == 0;
    s.stride_bytes = 0; /* along a line the steps lie beside each other */
    return s;
}

static stream stream_b(const cb_gemm_plan *p, const cb_gemm_problem *q, const cb_gemm_core_rates *r,
                       double lines)
{
    double element = (double)cb_gemm_type_of(q->dtype)->b_bytes;
    double ld = (double)(q->b_ld ? q->b_ld : q->b_transposed ? q->k : q->n);
    stream s = {.lines = lines,
                .k = (double)q->k,
                .element = element,
                .block_lines = (double)p->nc,
                .panel_lines = p->kernel->nr,
                .stride_bytes = ld * element,
                .packs = p->packs & CB_GEMM_PACK_B,
                .lies = q->b == CB_GEMM_MATRIX && !(p->packs & CB_GEMM_PACK_B)};
    s.conflict_level = conflict_level_of(r, s.stride_bytes, (double)p->kc);
    s.fetched = runs_on(p, q);
    /* Kernels for a column or two gather it, step by step; rows of half a line never split. */
    double width = p->kernel->nr * element;
    s.splits = s.lies && p->kernel->nr > 2 && fmod(s.stride_bytes, width == 32 ? 32 : 64) != 0;
    return s;
}

/* Down a column of tiles every tile starts rows of C that no core looks ahead to, in pages of their
 * own, where all operands' `bytes` are more than a second-level cache holds; along a row the next
 * tile's lines follow this one's (1024 x 1024 x 1024 on a Golden Cove: 70 cycles a row, at half a
 * page between rows half of it). */
static double new_rows_cycles(const cb_gemm_plan *p, const cb_gemm_problem *q,
                              const cb_gemm_core_rates *r, double lines_m, double lines_n,
                              double c_bytes, double bytes)
{
    double row_bytes = (double)p->n * c_bytes;
    double rows = lines_m * ceil(lines_n / p->kernel->nr);
    bool down = p->order == CB_GEMM_B_OUTER && lines_n > p->kernel->nr;
    bool is_far = level_of(r, bytes) > 1;
    double row = runs_on(p, q) ? 25 : 60; /* a tile starts while the last one is still written */
    return down && is_far ? row * fmin(1, row_bytes / 4096) * rows : 0;
}

/* Where threads share rows of C, what one's core fetches ahead along a row the other writes (256 x
 * 256 x 256 on two Golden Coves: 90 cycles a row, 384: 75). */
static double shared_rows_cycles(const cb_gemm_plan *p, double lines_m)
{
    return p->threads_n > 1 ? 40 * lines_m : 0;
}

/* Starting a block of the inner operand, and a strip of C in it. */
static double block_cycles(const cb_gemm_plan *p, const cb_gemm_problem *q, double lines_m,
                           double lines_n, double k_blocks)
{
    bool b_outer = p->order == CB_GEMM_B_OUTER;
    double blocks = ceil(lines_m / (double)p->mc) * ceil(lines_n / (double)p->nc);
    double strips = b_outer ? ceil(lines_m / (double)p->mc) * ceil(lines_n / p->kernel->nr)
                            : ceil(lines_n / (double)p->nc) * ceil(lines_m / p->kernel->mr);
    double each = runs_on(p, q) ? 15 : 40;
    return k_blocks * each * (blocks + strips);
}

/* What the thread at (row, column) of the grid does. */
static double thread_cycles(const cb_gemm_plan *p, const cb_gemm_problem *q,
                            const cb_gemm_core_rates *rates, int row, int column)
{
    const cb_gemm_type *type = cb_gemm_type_of(q->dtype);
    unit u = unit_of(p, q, rates);
    cb_panels m = cb_panels_of(q->m, (size_t)p->kernel->mr, true);
    cb_panels n = cb_panels_of(q->n, (size_t)p->kernel->nr, false);
    cb_range rows = cb_range_of(m.count, row, p->threads_m);
    cb_range columns = cb_range_of(n.count, column, p->threads_n);
    double blocks = fmax(1, ceil((double)q->k / (double)p->kc));
    double kc = (double)q->k / blocks;
    cb_gemm_plan narrow;
    size_t edge = is_plain(q) && columns.last == n.count ? cb_gemm_edge_of(p, &narrow) : 0;
    double arithmetic = blocks * part_cycles(&u, &m, rows, &n, columns, edge, kc);
    double lines_m = (double)(cb_panel_first(&m, rows.last) - cb_panel_first(&m, rows.first));
    double lines_n = (double)(cb_panel_first(&n, columns.last) - cb_panel_first(&n, columns.first));
    if (lines_m <= 0 || lines_n <= 0)
        return 0;
    arithmetic += edge ? edge_cycles(rates, narrow.kernel, lines_m, (double)edge, (double)q->k) : 0;
    stream a = stream_a(p, q, rates, lines_m), b = stream_b(p, q, rates, lines_n);
    bool b_outer = p->order == CB_GEMM_B_OUTER;
    double traffic = b_outer ? traffic_cycles(rates, &b, &a, kc, arithmetic)
                             : traffic_cycles(rates, &a, &b, kc, arithmetic);
    double c_bytes = lines_m * lines_n * (double)type->c_bytes;
    double bytes =
        c_bytes + lines_m * (double)q->k * a.element + lines_n * (double)q->k * b.element;
    int c_level = level_of(rates, bytes);
    return arithmetic + traffic + block_cycles(p, q, lines_m, lines_n, blocks) +
           blocks * shared_rows_cycles(p, lines_m) +
           blocks * new_rows_cycles(p, q, rates, lines_m, lines_n, (double)type->c_bytes, bytes) +
           0.5 * read_cycles(rates, c_level, 2 * c_bytes * blocks);
}

static double whole_cycles(const cb_gemm_plan *p, const cb_gemm_problem *q,
                           const cb_gemm_core_rates *rates)
{
    /* The last thread has the panels that are not whole, the first ones may have one more. */
    double first = thread_cycles(p, q, rates, 0, 0);
    double last = thread_cycles(p, q, rates, p->threads_m - 1, p->threads_n - 1);
    double blocks = fmax(1, ceil((double)q->k / (double)p->kc));
    double meetings = cb_gemm_plan_threads(p) > 1 ? 1 + (p->packs ? blocks : 0) : 0;
    return fmax(first, last) + meetings * rates->barrier_cycles;
}

/* Sums of the other parts come from other cores, by way of what they share. */
static double adding_cycles(const cb_gemm_plan *p, const cb_gemm_problem *q,
                            const cb_gemm_core_rates *rates)
{
    double c_bytes = (double)q->m * (double)q->n * (double)cb_gemm_type_of(q->dtype)->c_bytes;
    double beside = cb_gemm_plan_parts(p) - 1;
    return 2 * rates->barrier_cycles +
           read_cycles(rates, 2, beside * c_bytes) / cb_gemm_plan_threads(p);
}

double cb_gemm_predict_cycles(const cb_gemm_plan *p, const cb_gemm_problem *q,
                              const cb_gemm_core_rates *rates)
{
    if (!q->m || !q->n)
        return 0;
    if (cb_gemm_plan_parts(p) == 1)
        return whole_cycles(p, q, rates);
    cb_gemm_problem part = *q;
    cb_gemm_plan plan = *p;
    part.k = plan.k = cb_gemm_part_steps(p);
    part.a_ld = q->a_ld ? q->a_ld : q->a_transposed ? q->m : q->k;
    part.b_ld = q->b_ld ? q->b_ld : q->b_transposed ? q->k : q->n;
    plan.threads_k = 1;
    return whole_cycles(&plan, &part, rates) + adding_cycles(p, q, rates);
}
