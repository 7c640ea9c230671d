#include "bench/gemm/direct.h"

bool cb_gemm_is_direct(const cb_gemm_plan *plan)
{
    size_t rows = cb_ceil_div(plan->m, (size_t)plan->threads_m);
    size_t columns = cb_ceil_div(plan->n, (size_t)plan->threads_n);
    return !plan->packs && !plan->no_c && plan->kc >= plan->k && plan->mc >= rows &&
           plan->nc >= columns;
}

static bool is_one(cb_range range)
{
    return range.last - range.first == 1;
}

cb_gemm_direct cb_gemm_direct_of(const cb_gemm_plan *plan, cb_range rows, cb_range columns)
{
    const cb_gemm_type *type = cb_gemm_type_of(cb_gemm_plan_dtype(plan));
    const cb_gemm_kernel *k = plan->kernel;
    cb_gemm_direct d = {.run = k->run,
                        .tile = {.k = plan->k, .a_step_bytes = (size_t)k->kr_a * type->a_bytes},
                        .is_one_tile = is_one(rows) && is_one(columns),
                        .down_columns = plan->order == CB_GEMM_B_OUTER,
                        .a_bytes = type->a_bytes,
                        .b_bytes = type->b_bytes,
                        .c_bytes = type->c_bytes,
                        .m = cb_panels_of(plan->m, (size_t)k->mr, true),
                        .n = cb_panels_of(plan->n, (size_t)k->nr, false),
                        .rows = rows,
                        .columns = columns};
    d.row = cb_panel_first(&d.m, rows.first);
    d.column = cb_panel_first(&d.n, columns.first);
    d.tile.m = cb_panel_length(&d.m, rows.first);
    d.tile.n = cb_panel_length(&d.n, columns.first);
    return d;
}

static void run_down(cb_gemm_direct *d)
{
    cb_gemm_tile *tile = &d->tile;
    const char *a = tile->a;
    char *c = tile->c;
    for (size_t j = d->columns.first; j < d->columns.last; j++) {
        tile->n = cb_panel_length(&d->n, j);
        tile->a = a;
        tile->c = c;
        for (size_t i = d->rows.first; i < d->rows.last; i++) {
            tile->m = cb_panel_length(&d->m, i);
            d->run(tile);
            tile->a = (const char *)tile->a + tile->m * tile->a_row_bytes;
            tile->c = (char *)tile->c + tile->m * tile->c_row_bytes;
        }
        tile->b = (const char *)tile->b + tile->n * d->b_bytes;
        c += tile->n * d->c_bytes;
    }
}

static void run_along(cb_gemm_direct *d)
{
    cb_gemm_tile *tile = &d->tile;
    const char *b = tile->b;
    char *c = tile->c;
    for (size_t i = d->rows.first; i < d->rows.last; i++) {
        tile->m = cb_panel_length(&d->m, i);
        tile->b = b;
        tile->c = c;
        for (size_t j = d->columns.first; j < d->columns.last; j++) {
            tile->n = cb_panel_length(&d->n, j);
            d->run(tile);
            tile->b = (const char *)tile->b + tile->n * d->b_bytes;
            tile->c = (char *)tile->c + tile->n * d->c_bytes;
        }
        tile->a = (const char *)tile->a + tile->m * tile->a_row_bytes;
        c += tile->m * tile->c_row_bytes;
    }
}

void cb_gemm_direct_run(cb_gemm_direct *d, const cb_gemm_args *args)
{
    cb_gemm_tile *tile = &d->tile;
    size_t a_row = args->a.ld * d->a_bytes, c_row = args->c_ld * d->c_bytes;
    tile->a = (const char *)args->a.data + d->row * a_row;
    tile->b = (const char *)args->b.data + d->column * d->b_bytes;
    tile->c = (char *)args->c + d->row * c_row + d->column * d->c_bytes;
    tile->a_row_bytes = a_row;
    tile->b_step_bytes = args->b.ld * d->b_bytes;
    tile->c_row_bytes = c_row;
    tile->accumulate = args->beta != 0;
    if (d->is_one_tile)
        d->run(tile);
    else if (d->down_columns)
        run_down(d);
    else
        run_along(d);
}
