#include "models/traffic.h"

#include <math.h>

/* The two operands by their part in the loops, so that "jpi" and "ipj" are one case. The outer one
 * (B in "jpi") is packed once for each of its blocks; the inner one for each block of both. */
typedef struct {
    double size;    /* of its own dimension (m or n), of one thread's part */
    double block;   /* of that */
    double width;   /* of a panel */
    double element; /* bytes */
    bool packed;
    bool along_k;    /* a line of the source runs along k */
    double ld_bytes; /* from line to line of the source */
    double sharers;  /* threads that pack one block together */
} side;

typedef struct {
    side outer, inner;
    double k, kc, outer_blocks, k_blocks, inner_blocks;
    double c_element, c_ld_bytes;
    bool b_outer, cold;
    cb_traffic_cache cache;
    /* What the cache above holds on to: all panels; an outer panel while it is in use. */
    bool outer_above, inner_above, outer_panel_above;
} loops;

/* Bytes of lines, where `loops` says what there is of each thing at a time. */
typedef struct {
    double outer_panel, inner_panel;   /* as the micro-kernel reads them */
    double outer_block, inner_block;   /* all panels of a block */
    double outer_source, inner_source; /* of a block, where it is packed; else 0 */
    double tile, strip, block;         /* of C: a tile, one outer panel against a whole inner block,
                                          both blocks */
} footprint;

static double at_most(double a, double b)
{
    return a < b ? a : b;
}

static double blocks_of(double size, double block)
{
    return ceil(size / block);
}

static double common_divisor(double a, double b)
{
    while (b >= 1) {
        double rest = fmod(a, b);
        a = b;
        b = rest;
    }
    return a;
}

/* Bytes of the lines that a piece of `bytes` touches, over the piece's own, on average over the
 * places where such pieces begin (multiples of what lengths and line have in common). */
static double line_factor(double bytes, double ld_bytes, double line)
{
    if (bytes >= ld_bytes) /* whole lines of the matrix lie behind each other */
        return 1;
    double step = common_divisor(common_divisor(bytes, ld_bytes), line);
    return 1 + (line - step) / bytes;
}

/* ---- what there is ---- */

static double padded(const side *s, double length)
{
    return s->packed ? ceil(length / s->width) * s->width : length;
}

/* Lines of `width` x kc elements of the operand where it lies. */
static double source_bytes(const loops *l, const side *s, double width)
{
    double piece = (s->along_k ? l->kc : width) * s->element;
    return width * l->kc * s->element * line_factor(piece, s->ld_bytes, l->cache.line);
}

static double panel_bytes(const loops *l, const side *s)
{
    double width = at_most(s->width, s->size);
    return s->packed ? s->width * l->kc * s->element : source_bytes(l, s, width);
}

static double block_bytes(const loops *l, const side *s)
{
    return s->packed ? padded(s, s->block) * l->kc * s->element : source_bytes(l, s, s->block);
}

/* Lines of C over `rows` rows and `columns` columns. */
static double c_bytes(const loops *l, double rows, double columns)
{
    double piece = columns * l->c_element;
    return rows * piece * line_factor(piece, l->c_ld_bytes, l->cache.line);
}

static double c_part(const loops *l, double outer, double inner)
{
    return l->b_outer ? c_bytes(l, inner, outer) : c_bytes(l, outer, inner);
}

static footprint footprint_of(const loops *l)
{
    const side *o = &l->outer, *i = &l->inner;
    double outer_width = at_most(o->width, o->size), inner_width = at_most(i->width, i->size);
    return (footprint){
        .outer_panel = l->outer_above ? 0 : panel_bytes(l, o),
        .inner_panel = l->inner_above ? 0 : panel_bytes(l, i),
        .outer_block = l->outer_above ? 0 : block_bytes(l, o),
        .inner_block = l->inner_above ? 0 : block_bytes(l, i),
        .outer_source = o->packed ? source_bytes(l, o, o->block) / o->sharers : 0,
        .inner_source = i->packed ? source_bytes(l, i, i->block) : 0,
        .tile = c_part(l, outer_width, inner_width),
        .strip = c_part(l, outer_width, i->block),
        .block = c_part(l, o->block, i->block),
    };
}

/* Distances: bytes of other lines touched between two uses of one line, where it varies over the
 * lines the two ends of the range. */
typedef struct {
    double low, high;
} distance;

static distance between(double base, double a, double b)
{
    return (distance){base + at_most(a, b), base + fmax(a, b)};
}

static distance exactly(double bytes)
{
    return (distance){bytes, bytes};
}

/* The share of lines that have gone when they are used again: those whose distance is larger than
 * the cache, the distances lying evenly in the range. */
static double lost(const loops *l, distance d)
{
    if (!(d.high > d.low))
        return d.high > l->cache.bytes;
    return at_most(1, fmax(0, (d.high - l->cache.bytes) / (d.high - d.low)));
}

/* Lines that one step of k touches of the outer block's source, and of all of the inner one's. */
static double outer_lines(const loops *l, const footprint *f)
{
    return l->outer.packed ? f->outer_source : f->outer_block;
}

static double inner_lines(const loops *l)
{
    return source_bytes(l, &l->inner, l->inner.size);
}

/* Of C: all that one outer block changes. */
static double c_lines(const loops *l)
{
    return c_part(l, l->outer.block, l->inner.size);
}

/* Panel buffers, which every step writes anew; a cache below the one that holds them never sees
 * them. */
static double buffers(const loops *l, const footprint *f)
{
    return (l->outer.packed ? f->outer_block : 0) + (l->inner.packed ? f->inner_block : 0);
}

/* From an outer panel's use by one inner panel to that by the next. */
static distance next_inner_panel(const footprint *f)
{
    return exactly(f->outer_panel + f->inner_panel + f->tile);
}

/* From an inner panel's use by one outer panel to that by the next. */
static distance next_outer_panel(const loops *l, const footprint *f)
{
    double outer_panels = l->inner.block > l->inner.width && !l->outer_panel_above ? 2 : 1;
    return exactly(f->inner_block + outer_panels * f->outer_panel + f->strip);
}

/* From an outer panel's use by one inner block to that by the next. */
static distance next_inner_block(const loops *l, const footprint *f)
{
    double inner = l->inner.packed ? f->inner_source + f->inner_block : 2 * f->inner_block;
    return exactly(f->outer_block + inner + f->block);
}

/* From a tile of C's use in one step of k to that in the next. */
static distance next_step(const loops *l, const footprint *f)
{
    double outer = l->outer.packed || l->inner_blocks < 2 ? outer_lines(l, f) : 2 * f->outer_block;
    double inner = inner_lines(l) + (l->inner.packed ? 0 : f->inner_block);
    return exactly(outer + inner + buffers(l, f) + c_lines(l));
}

/* From the inner source's use for one outer block to that for the next, or in the next call. */
static distance next_outer_block(const loops *l, const footprint *f)
{
    double c = c_lines(l) * (2 - 1 / l->k_blocks);
    double outer = outer_lines(l, f) * (l->k_blocks + (l->outer.packed ? 0 : 1));
    return exactly(inner_lines(l) * l->k_blocks + outer + buffers(l, f) + c);
}

/* From one call to the next: the outer source, and C where there is more than one outer block. */
static distance next_call(const loops *l, const footprint *f)
{
    const side *o = &l->outer, *i = &l->inner;
    return exactly((o->size * o->element + i->size * i->element) * l->k +
                   o->size * i->size * l->c_element + buffers(l, f));
}

static double lost_at_call(const loops *l, distance d)
{
    return l->cold ? 1 : lost(l, d);
}

/* ---- what moves ---- */

/* Lines over bytes of what is read in pieces: neighbouring pieces share a line, which is fetched
 * once if it stays from the one to the other. `whole` bytes are all pieces of a row. */
static double piece_factor(const loops *l, double piece, double whole, double ld_bytes,
                           distance apart)
{
    double joined = line_factor(whole, ld_bytes, l->cache.line);
    return joined + (line_factor(piece, ld_bytes, l->cache.line) - joined) * lost(l, apart);
}

/* The same of an operand's block: pieces of a step of k, or of a panel's width. */
static double sharing_factor(const loops *l, const footprint *f, const side *s, distance apart)
{
    if (s->along_k)
        return piece_factor(l, l->kc * s->element, l->k * s->element, s->ld_bytes, next_step(l, f));
    return piece_factor(l, at_most(s->width, s->block) * s->element, s->block * s->element,
                        s->ld_bytes, apart);
}

static double packing_factor(const loops *l, const footprint *f, const side *s)
{
    double piece = s->width * s->element;
    double lines = l->kc * piece * line_factor(piece, s->ld_bytes, l->cache.line);
    return sharing_factor(l, f, s, exactly(lines + l->kc * piece));
}

static double elements_bytes(const loops *l, const side *s)
{
    return (s->packed ? padded(s, s->size) : s->size) * l->k * s->element;
}

/* The outer operand: packed once, read by each inner block, and by each panel of that. */
static void move_outer(const loops *l, const footprint *f, cb_traffic_boundary *b, double *source)
{
    const side *o = &l->outer;
    double bytes = elements_bytes(l, o), panels = blocks_of(l->inner.size, l->inner.width);
    double by_block = lost(l, next_inner_block(l, f)), at_call = lost_at_call(l, next_call(l, f));
    double reads = (l->inner_blocks - 1) * by_block +
                   (panels - l->inner_blocks) * lost(l, next_inner_panel(f));
    if (!o->packed) {
        *source += bytes * (at_call + reads) * sharing_factor(l, f, o, next_outer_panel(l, f));
        return;
    }
    double other_panels = o->block > o->width ? f->inner_block : 0; /* use the inner one too */
    double packed_first = l->inner.packed ? f->inner_source + f->inner_block : other_panels;
    distance first = between(f->outer_block + packed_first, f->outer_source, f->block);
    distance again = between(f->outer_block + other_panels, f->outer_source, f->block);
    double first_lost = lost(l, first), again_lost = lost(l, again);
    bool is_first = l->cold && l->k_blocks * l->outer_blocks < 2;
    *source += o->size * l->k * o->element * packing_factor(l, f, o) * at_call / o->sharers;
    b->packed += bytes * ((is_first ? 1 : again_lost) / o->sharers + first_lost + reads);
    b->out +=
        bytes * fmax(again_lost, fmax(first_lost, l->inner_blocks > 1 ? by_block : 0)) / o->sharers;
}

/* The inner operand: packed for each block of both, read by each outer panel. */
static void move_inner(const loops *l, const footprint *f, cb_traffic_boundary *b, double *source)
{
    const side *i = &l->inner;
    double bytes = elements_bytes(l, i), panels = blocks_of(l->outer.size, l->outer.width);
    double by_panel = lost(l, next_outer_panel(l, f)), by_outer = lost(l, next_outer_block(l, f));
    double reads = (panels - l->outer_blocks) * by_panel;
    double passes = (l->outer_blocks - 1) * by_outer + lost_at_call(l, next_outer_block(l, f));
    if (!i->packed) {
        *source += bytes * (passes + reads) * sharing_factor(l, f, i, next_inner_panel(f));
        return;
    }
    distance first = between(f->inner_block + f->outer_panel, f->inner_source, f->strip);
    distance again = first, next_k = first;
    double outer = f->outer_source + (l->outer.packed ? f->outer_block : 0);
    next_k.low += outer;
    next_k.high += outer;
    double first_lost = lost(l, first);
    double again_lost =
        ((l->inner_blocks - 1) * lost(l, again) + lost(l, next_k)) / l->inner_blocks;
    *source += i->size * l->k * i->element * packing_factor(l, f, i) * passes;
    b->packed += bytes * (l->outer_blocks * (again_lost + first_lost) + reads);
    b->out += bytes * l->outer_blocks *
              fmax(again_lost, fmax(first_lost, panels > l->outer_blocks ? by_panel : 0));
}

/* C is fetched in each step of k, and goes back. */
static void move_c(const loops *l, const footprint *f, cb_traffic_boundary *b)
{
    /* Tiles that share lines follow each other after a whole column of tiles, or directly. */
    distance apart = l->b_outer ? next_outer_panel(l, f) : next_inner_panel(f);
    const side *columns = l->b_outer ? &l->outer : &l->inner;
    distance blocks = l->b_outer ? next_outer_block(l, f) : next_inner_block(l, f);
    double own = l->outer.size * l->inner.size * l->c_element;
    double block = columns->block * l->c_element;
    double whole = piece_factor(l, block, columns->size * l->c_element, l->c_ld_bytes, blocks);
    double shared = piece_factor(l, at_most(columns->width, columns->block) * l->c_element, block,
                                 l->c_ld_bytes, apart) -
                    line_factor(block, l->c_ld_bytes, l->cache.line);
    double at_call = lost_at_call(l, l->outer_blocks > 1 ? next_call(l, f) : next_step(l, f));
    double passes = at_call + (l->k_blocks - 1) * lost(l, next_step(l, f));
    double lines = own * (whole * passes + shared * l->k_blocks);
    b->c += lines;
    b->out += lines;
}

static void move(loops *l, cb_traffic_boundary *boundary)
{
    cb_traffic_boundary b = {0};
    footprint f = footprint_of(l);
    move_outer(l, &f, &b, l->b_outer ? &b.b : &b.a);
    bool outer_stays = l->outer.packed && b.packed == 0;
    double packed = b.packed;
    move_inner(l, &f, &b, l->b_outer ? &b.a : &b.b);
    l->inner_above = l->inner.packed && b.packed == packed;
    l->outer_above = outer_stays;
    l->outer_panel_above = lost(l, next_inner_panel(&f)) == 0;
    move_c(l, &f, &b);
    b.in = b.a + b.b + b.c + b.packed;
    *boundary = b;
}

/* ---- a call ---- */

static side side_a(const cb_gemm_loops *g, double rows)
{
    return (side){.size = rows,
                  .block = at_most(g->mc, rows),
                  .width = g->mr,
                  .element = g->a_bytes,
                  .packed = g->pack_a,
                  .along_k = !g->a_transposed,
                  .ld_bytes = (g->a_transposed ? g->m : g->k) * g->a_bytes,
                  .sharers = 1};
}

static side side_b(const cb_gemm_loops *g, double columns)
{
    return (side){.size = columns,
                  .block = at_most(g->nc, columns),
                  .width = g->nr,
                  .element = g->b_bytes,
                  .packed = g->pack_b,
                  .along_k = g->b_transposed,
                  .ld_bytes = (g->b_transposed ? g->k : g->n) * g->b_bytes,
                  .sharers = 1};
}

static double threads_of(int threads)
{
    return threads > 1 ? threads : 1;
}

/* One thread's loops. Blocks of uneven lengths are taken at their mean. */
static loops loops_of(const cb_gemm_loops *g)
{
    double down = threads_of(g->threads_m), across = threads_of(g->threads_n);
    side a = side_a(g, g->m / down), b = side_b(g, g->n / across);
    if (g->b_outer)
        b.sharers = down;
    else
        a.sharers = across;
    loops l = {.outer = g->b_outer ? b : a,
               .inner = g->b_outer ? a : b,
               .k = g->k / threads_of(g->threads_k),
               .k_blocks = blocks_of(g->k / threads_of(g->threads_k),
                                     at_most(g->kc, g->k / threads_of(g->threads_k))),
               .c_element = g->c_bytes,
               .c_ld_bytes = g->n * g->c_bytes,
               .b_outer = g->b_outer,
               .cold = g->cold};
    l.outer_blocks = blocks_of(l.outer.size, l.outer.block);
    l.inner_blocks = blocks_of(l.inner.size, l.inner.block);
    l.kc = at_most(g->kc, l.k);
    return l;
}

static void scale(cb_traffic_boundary *b, double threads)
{
    b->a *= threads;
    b->b *= threads;
    b->c *= threads;
    b->packed *= threads;
    b->in *= threads;
    b->out *= threads;
}

static void count_work(const cb_gemm_loops *g, const loops *l, cb_traffic *t)
{
    double vectors = g->vector_bytes;
    double row_tiles = ceil(g->m / g->mr), column_tiles = ceil(g->n / g->nr);
    double a = g->m * column_tiles * g->k, b = g->n * row_tiles * g->k; /* elements loaded */
    double k_blocks = l->k_blocks * threads_of(g->threads_k);
    double c_passes = k_blocks - (g->reads_c ? 0 : 1);
    t->macs = g->m * g->n * g->k;
    t->ops = 2 * t->macs;
    t->tiles = row_tiles * column_tiles * k_blocks;
    t->load_bytes = a * g->a_bytes + b * g->b_bytes + g->m * g->n * g->c_bytes * c_passes;
    t->store_bytes = g->m * g->n * g->c_bytes * k_blocks;
    t->pack_bytes = (g->pack_a ? ceil(g->m / g->mr) * g->mr * g->k * g->a_bytes *
                                     (g->b_outer ? l->outer_blocks * threads_of(g->threads_n) : 1)
                               : 0) +
                    (g->pack_b ? ceil(g->n / g->nr) * g->nr * g->k * g->b_bytes *
                                     (g->b_outer ? 1 : l->outer_blocks * threads_of(g->threads_m))
                               : 0);
    if (!(vectors > 0))
        return;
    t->fma_instructions = t->macs * g->c_bytes / vectors;
    t->load_instructions = (g->broadcasts_a ? a : a * g->a_bytes / vectors) +
                           (b * g->b_bytes + g->m * g->n * g->c_bytes * c_passes) / vectors;
    t->store_instructions = t->store_bytes / vectors;
}

void cb_traffic_gemm(const cb_gemm_loops *g, const cb_traffic_cache *caches, size_t count,
                     cb_traffic *traffic)
{
    cb_traffic t = {.caches = count < CB_TRAFFIC_CACHES ? count : CB_TRAFFIC_CACHES};
    *traffic = t;
    if (!(g->m > 0 && g->n > 0 && g->k > 0))
        return;
    loops l = loops_of(g);
    count_work(g, &l, &t);
    for (size_t i = 0; i < t.caches; i++) {
        l.cache = caches[i];
        move(&l, &t.boundary[i]);
        scale(&t.boundary[i],
              threads_of(g->threads_m) * threads_of(g->threads_n) * threads_of(g->threads_k));
    }
    *traffic = t;
}

double cb_traffic_intensity(const cb_traffic *traffic, size_t boundary)
{
    const cb_traffic_boundary *b = &traffic->boundary[boundary];
    double bytes = b->in + b->out;
    return bytes > 0 ? traffic->ops / bytes : INFINITY;
}
