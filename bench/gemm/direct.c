#include "bench/gemm/direct.h"

bool cb_gemm_is_direct(const cb_gemm_plan *plan)
{
    size_t rows = cb_ceil_div(plan->m, (size_t)plan->threads_m);
    size_t columns = cb_ceil_div(plan->n, (size_t)plan->threads_n);
    return !plan->packs && !plan->no_c && plan->kc >= plan->k && plan->mc >= rows &&
           plan->nc >= columns;
}

/* `lines` in `count` tiles whose heights differ by one at most. */
static void cut_evenly(size_t lines, size_t count, cb_gemm_tiles rows[2])
{
    size_t higher = count ? lines % count : 0, least = count ? lines / count : 0;
    rows[0] = (cb_gemm_tiles){least + 1, higher};
    rows[1] = (cb_gemm_tiles){least, count - higher};
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
    cut_evenly(last - first, row_panels, d.rows);
    d.column = cb_panel_first(&d.n, columns.first);
    return d;
}

/* Where a strip of C begins. What changes from call to call is kept here: a tile in memory would
 * have each address wait for the store of the last one. */
typedef struct {
    const char *a, *b;
    char *c;
} place;

/* Tiles of one height below each other, from `at` on; where they end. */
static inline place run_tiles(cb_gemm_direct *d, const cb_gemm_tiles *rows, place at)
{
    cb_gemm_tile *tile = &d->tile;
    size_t a_bytes = rows->m * tile->a_row_bytes, c_bytes = rows->m * tile->c_row_bytes;
    size_t at_once = d->takes_tiles ? rows->tiles : 1;
    tile->b = at.b;
    tile->m = rows->m;
    tile->tiles = at_once;
    tile->a_tile_bytes = a_bytes;
    for (size_t left = rows->tiles; left; left -= at_once) {
        tile->a = at.a;
        tile->c = at.c;
        d->run(tile);
        at.a += at_once * a_bytes;
        at.c += at_once * c_bytes;
    }
    return at;
}

static void run_down(cb_gemm_direct *d, place at)
{
    for (size_t j = d->columns.first; j < d->columns.last; j++) {
        size_t n = cb_panel_length(&d->n, j);
        d->tile.n = n;
        run_tiles(d, &d->rows[1], run_tiles(d, &d->rows[0], at));
        at.b += n * d->b_bytes;
        at.c += n * d->c_bytes;
    }
}

/* Tiles of one height, one after the other along N. */
static place run_strips(cb_gemm_direct *d, const cb_gemm_tiles *rows, place at)
{
    cb_gemm_tile *tile = &d->tile;
    tile->m = rows->m;
    tile->tiles = 1;
    for (size_t i = 0; i < rows->tiles; i++) {
        place along = at;
        tile->a = at.a;
        for (size_t j = d->columns.first; j < d->columns.last; j++) {
            size_t n = cb_panel_length(&d->n, j);
            tile->b = along.b;
            tile->c = along.c;
            tile->n = n;
            d->run(tile);
            along.b += n * d->b_bytes;
            along.c += n * d->c_bytes;
        }
        at.a += rows->m * tile->a_row_bytes;
        at.c += rows->m * tile->c_row_bytes;
    }
    return at;
}

void cb_gemm_direct_run(cb_gemm_direct *d, const cb_gemm_args *args)
{
    cb_gemm_tile *tile = &d->tile;
    size_t a_row = args->a.ld * d->a_bytes, c_row = args->c_ld * d->c_bytes;
    place at = {.a = (const char *)args->a.data + d->row * a_row,
                .b = (const char *)args->b.data + d->column * d->b_bytes,
                .c = (char *)args->c + d->row * c_row + d->column * d->c_bytes};
    tile->a_row_bytes = a_row;
    tile->b_step_bytes = args->b.ld * d->b_bytes;
    tile->c_row_bytes = c_row;
    tile->accumulate = args->beta != 0;
    if (d->down_columns)
        run_down(d, at);
    else
        run_strips(d, &d->rows[1], run_strips(d, &d->rows[0], at));
}
