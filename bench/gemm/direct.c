#include "bench/gemm/direct.h"

bool cb_gemm_is_direct(const cb_gemm_plan *plan)
{
    size_t rows = cb_ceil_div(plan->m, (size_t)plan->threads_m);
    size_t columns = cb_ceil_div(plan->n, (size_t)plan->threads_n);
    return !plan->packs && !plan->no_c && plan->kc >= plan->k && plan->mc >= rows &&
           plan->nc >= columns;
}

/* `lines` in `count` tiles whose heights differ by one at most. */
static void cut_evenly(cb_gemm_direct *d, size_t lines, size_t count)
{
    size_t higher = count ? lines % count : 0;
    d->m = count ? cb_ceil_div(lines, count) : 0;
    d->tiles = higher ? higher : count;
    d->lower_tiles = count - d->tiles;
    if (d->takes_tiles && d->down_columns) {
        d->tile.tiles = d->tiles;
        d->tile.lower_tiles = d->lower_tiles;
    }
}

cb_gemm_direct cb_gemm_direct_of(const cb_gemm_plan *plan, cb_range rows, cb_range columns)
{
    const cb_gemm_type *type = cb_gemm_type_of(cb_gemm_plan_dtype(plan));
    const cb_gemm_kernel *k = plan->kernel;
    cb_panels m = cb_panels_of(plan->m, (size_t)k->mr, true);
    size_t first = cb_panel_first(&m, rows.first), last = cb_panel_first(&m, rows.last);
    size_t row_panels = rows.last - rows.first;
    cb_gemm_direct d = {.run = k->run,
                        .tile = {.k = plan->k, .a_step_bytes = (size_t)k->kr_a * type->a_bytes},
                        .down_columns = plan->order == CB_GEMM_B_OUTER,
                        .takes_tiles = k->direct & CB_GEMM_TILES,
                        .row = first,
                        .a_bytes = type->a_bytes,
                        .b_bytes = type->b_bytes,
                        .c_bytes = type->c_bytes,
                        .n = cb_panels_of(plan->n, (size_t)k->nr, false),
                        .columns = columns};
    cut_evenly(&d, last - first, row_panels);
    d.column = cb_panel_first(&d.n, columns.first);
    return d;
}

/* Tiles of m rows and their columns: the kernel is called for one after the other. */
typedef struct {
    const char *a, *b;
    char *c;
    size_t m;
} place;

static void run_one(cb_gemm_direct *d, const place *at)
{
    d->tile.a = at->a;
    d->tile.b = at->b;
    d->tile.c = at->c;
    d->tile.m = at->m;
    d->run(&d->tile);
}

static void go_down(const cb_gemm_direct *d, place *at)
{
    at->a += at->m * d->tile.a_row_bytes;
    at->c += at->m * d->tile.c_row_bytes;
}

/* A strip, tile by tile. */
static void run_strip(cb_gemm_direct *d, place at)
{
    for (size_t i = 0; i < d->tiles; i++, go_down(d, &at))
        run_one(d, &at);
    at.m--;
    for (size_t i = 0; i < d->lower_tiles; i++, go_down(d, &at))
        run_one(d, &at);
}

static void run_down(cb_gemm_direct *d, place at)
{
    for (size_t j = d->columns.first; j < d->columns.last; j++) {
        size_t n = cb_panel_length(&d->n, j);
        d->tile.n = n;
        if (d->takes_tiles)
            run_one(d, &at);
        else
            run_strip(d, at);
        at.b += n * d->b_bytes;
        at.c += n * d->c_bytes;
    }
}

static void run_row(cb_gemm_direct *d, place at)
{
    for (size_t j = d->columns.first; j < d->columns.last; j++) {
        size_t n = cb_panel_length(&d->n, j);
        d->tile.n = n;
        run_one(d, &at);
        at.b += n * d->b_bytes;
        at.c += n * d->c_bytes;
    }
}

static void run_along(cb_gemm_direct *d, place at)
{
    for (size_t i = 0; i < d->tiles; i++, go_down(d, &at))
        run_row(d, at);
    at.m--;
    for (size_t i = 0; i < d->lower_tiles; i++, go_down(d, &at))
        run_row(d, at);
}

void cb_gemm_direct_run(cb_gemm_direct *d, const cb_gemm_args *args)
{
    cb_gemm_tile *tile = &d->tile;
    size_t a_row = args->a.ld * d->a_bytes, c_row = args->c_ld * d->c_bytes;
    place at = {.a = (const char *)args->a.data + d->row * a_row,
                .b = (const char *)args->b.data + d->column * d->b_bytes,
                .c = (char *)args->c + d->row * c_row + d->column * d->c_bytes,
                .m = d->m};
    tile->a_row_bytes = a_row;
    tile->b_step_bytes = args->b.ld * d->b_bytes;
    tile->c_row_bytes = c_row;
    tile->accumulate = args->beta != 0;
    if (d->down_columns)
        run_down(d, at);
    else
        run_along(d, at);
}
