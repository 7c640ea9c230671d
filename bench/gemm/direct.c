#include "bench/gemm/direct.h"

#include <string.h>

bool cb_gemm_is_direct(const cb_gemm_plan *plan)
{
    size_t rows = cb_ceil_div(plan->m, (size_t)plan->threads_m);
    size_t columns = cb_ceil_div(plan->n, (size_t)plan->threads_n);
    return !plan->packs && !plan->no_c && plan->kc >= plan->k && plan->mc >= rows &&
           plan->nc >= columns;
}

/* `lines` in as few tiles as there must be, whose heights differ by one at most. */
static void cut_rows(cb_gemm_direct *d, size_t lines, size_t highest)
{
    size_t count = cb_ceil_div(lines, highest), higher = count ? lines % count : 0;
    d->m = count ? cb_ceil_div(lines, count) : 0;
    d->tiles = higher ? higher : count;
    d->lower_tiles = count - d->tiles;
    d->tile.m = d->m;
    if (d->takes_tiles && d->down_columns) {
        d->tile.tiles = d->tiles;
        d->tile.lower_tiles = d->lower_tiles;
    }
}

static void cut_columns(cb_gemm_direct *d, size_t lines, size_t widest)
{
    d->strips = cb_ceil_div(lines, widest);
    d->n = widest;
    d->last_n = lines - (d->strips ? d->strips - 1 : 0) * widest;
    d->tile.n = d->last_n;
}

/* Lines of a wide B are too far apart for a core to look ahead to: where B comes from beyond the
 * second level, tiles of a strip share out what the next one reads. */
static size_t rows_to_fetch(const cb_gemm_direct *d, const cb_gemm_plan *plan)
{
    enum { FAR_BYTES = 1 << 20 };
    size_t tiles = d->tiles + d->lower_tiles;
    bool is_far = plan->k * plan->n * d->b_bytes >= FAR_BYTES;
    return is_far && d->takes_tiles && tiles > 1 ? cb_ceil_div(plan->k, tiles) : 0;
}

cb_gemm_direct cb_gemm_direct_of(const cb_gemm_plan *plan, cb_range rows, cb_range columns)
{
    const cb_gemm_type *type = cb_gemm_type_of(cb_gemm_plan_dtype(plan));
    const cb_gemm_kernel *k = plan->kernel;
    cb_gemm_direct d = {.run = k->run,
                        .tile = {.k = plan->k, .a_step_bytes = (size_t)k->kr_a * type->a_bytes},
                        .down_columns = plan->order == CB_GEMM_B_OUTER,
                        .takes_tiles = k->direct & CB_GEMM_TILES,
                        .row = rows.first,
                        .column = columns.first,
                        .a_bytes = type->a_bytes,
                        .b_bytes = type->b_bytes,
                        .c_bytes = type->c_bytes};
    cut_rows(&d, rows.last - rows.first, (size_t)k->mr);
    cut_columns(&d, columns.last - columns.first, (size_t)k->nr);
    if (!d.tiles) /* a kernel takes no tile for one of no rows */
        d.strips = 0;
    d.fetch_rows = rows_to_fetch(&d, plan);
    d.is_one_call = d.row + d.column == 0 && d.strips == 1 && d.tiles &&
                    (d.tile.tiles || d.tiles + d.lower_tiles == 1);
    return d;
}

/* ---- the last columns ---- */

static bool is_narrow_beside(const cb_gemm_kernel *narrow, const cb_gemm_kernel *kernel)
{
    const unsigned direct = CB_GEMM_DIRECT_A | CB_GEMM_DIRECT_B;
    return narrow->isa == kernel->isa && narrow->nr < kernel->nr && narrow->kr_a > 1 &&
           narrow->kr_b == 1 && kernel->kr_a == 1 && (narrow->direct & direct) == direct &&
           strcmp(narrow->dtype, kernel->dtype) == 0;
}

/* The narrowest of those for so many columns. */
static const cb_gemm_kernel *narrow_kernel(const cb_gemm_kernel *kernel, size_t columns)
{
    const cb_gemm_kernel *best = NULL;
    for (size_t i = 0; i < cb_gemm_kernel_count; i++) {
        const cb_gemm_kernel *k = &cb_gemm_kernels[i];
        if (is_narrow_beside(k, kernel) && (size_t)k->nr >= columns && (!best || k->nr < best->nr))
            best = k;
    }
    return best;
}

size_t cb_gemm_edge_of(const cb_gemm_plan *plan, cb_gemm_plan *edge)
{
    enum {
        LANES = 16,            /* of a vector of the kernels that have such ones beside them */
        LEAST_PRODUCTS = 1024, /* of a column: below, another call costs what it saves */
        MOST_COLUMNS = 512     /* above, it is too little to matter */
    };
    size_t rest = plan->n % LANES;
    const cb_gemm_kernel *narrow = rest < plan->n ? narrow_kernel(plan->kernel, rest) : NULL;
    if (!rest || !narrow || plan->m * plan->k < LEAST_PRODUCTS || plan->n > MOST_COLUMNS ||
        plan->no_c)
        return 0;
    if (!cb_gemm_is_direct(plan) && plan->n % (size_t)plan->kernel->nr != rest)
        return 0;
    *edge = *plan;
    edge->kernel = narrow;
    edge->order = CB_GEMM_B_OUTER;
    return rest;
}

/* ---- running ---- */

static inline cb_gemm_place below(const cb_gemm_direct *d, cb_gemm_place at)
{
    at.a += d->tile.m * d->tile.a_row_bytes;
    at.c += d->tile.m * d->tile.c_row_bytes;
    return at;
}

static inline cb_gemm_place beside(const cb_gemm_direct *d, cb_gemm_place at)
{
    at.b += d->n * d->b_bytes;
    at.c += d->n * d->c_bytes;
    return at;
}

/* A strip, tile by tile. */
static void run_strip(cb_gemm_direct *d, cb_gemm_place at)
{
    d->tile.m = d->m;
    for (size_t i = 0; i < d->tiles; i++, at = below(d, at))
        cb_gemm_run_at(d, at);
    d->tile.m = d->m - 1;
    for (size_t i = 0; i < d->lower_tiles; i++, at = below(d, at))
        cb_gemm_run_at(d, at);
}

static void run_down(cb_gemm_direct *d, cb_gemm_place at)
{
    d->tile.fetch_step_bytes = d->tile.b_step_bytes;
    d->tile.n = d->n;
    for (size_t left = d->strips; left; left--, at = beside(d, at)) {
        if (left == 1)
            d->tile.n = d->last_n;
        d->tile.fetch = beside(d, at).b;
        d->tile.fetch_rows = left > 1 ? d->fetch_rows : 0;
        if (d->takes_tiles)
            cb_gemm_run_at(d, at);
        else
            run_strip(d, at);
    }
}

static void run_row(cb_gemm_direct *d, cb_gemm_place at)
{
    d->tile.n = d->n;
    for (size_t left = d->strips; left; left--, at = beside(d, at)) {
        if (left == 1)
            d->tile.n = d->last_n;
        cb_gemm_run_at(d, at);
    }
}

static void run_along(cb_gemm_direct *d, cb_gemm_place at)
{
    d->tile.m = d->m;
    for (size_t i = 0; i < d->tiles; i++, at = below(d, at))
        run_row(d, at);
    d->tile.m = d->m - 1;
    for (size_t i = 0; i < d->lower_tiles; i++, at = below(d, at))
        run_row(d, at);
}

void cb_gemm_direct_run_all(cb_gemm_direct *d, cb_gemm_place at)
{
    at.a += d->row * d->tile.a_row_bytes;
    at.b += d->column * d->b_bytes;
    at.c += d->row * d->tile.c_row_bytes + d->column * d->c_bytes;
    if (d->down_columns)
        run_down(d, at);
    else
        run_along(d, at);
}
