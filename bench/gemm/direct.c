#include "bench/gemm/direct.h"

bool cb_gemm_is_direct(const cb_gemm_plan *plan)
{
    size_t rows = cb_ceil_div(plan->m, (size_t)plan->threads_m);
    size_t columns = cb_ceil_div(plan->n, (size_t)plan->threads_n);
    return !plan->packs && !plan->no_c && plan->kc >= plan->k && plan->mc >= rows &&
           plan->nc >= columns;
}

static void run_down(const cb_gemm_direct *d, cb_gemm_tile tile)
{
    const char *a = tile.a;
    char *c = tile.c;
    for (size_t j = d->columns.first; j < d->columns.last; j++) {
        tile.n = cb_panel_length(&d->n, j);
        tile.a = a;
        tile.c = c;
        for (size_t i = d->rows.first; i < d->rows.last; i++) {
            tile.m = cb_panel_length(&d->m, i);
            d->run(&tile);
            tile.a = (const char *)tile.a + tile.m * tile.a_row_bytes;
            tile.c = (char *)tile.c + tile.m * tile.c_row_bytes;
        }
        tile.b = (const char *)tile.b + tile.n * d->b_bytes;
        c += tile.n * d->c_bytes;
    }
}

static void run_along(const cb_gemm_direct *d, cb_gemm_tile tile)
{
    const char *b = tile.b;
    char *c = tile.c;
    for (size_t i = d->rows.first; i < d->rows.last; i++) {
        tile.m = cb_panel_length(&d->m, i);
        tile.b = b;
        tile.c = c;
        for (size_t j = d->columns.first; j < d->columns.last; j++) {
            tile.n = cb_panel_length(&d->n, j);
            d->run(&tile);
            tile.b = (const char *)tile.b + tile.n * d->b_bytes;
            tile.c = (char *)tile.c + tile.n * d->c_bytes;
        }
        tile.a = (const char *)tile.a + tile.m * tile.a_row_bytes;
        c += tile.m * tile.c_row_bytes;
    }
}

void cb_gemm_direct_run(const cb_gemm_direct *d, const cb_gemm_args *args)
{
    size_t row = cb_panel_first(&d->m, d->rows.first);
    size_t column = cb_panel_first(&d->n, d->columns.first);
    size_t a_row = args->a.ld * d->a_bytes, c_row = args->c_ld * d->c_bytes;
    const cb_gemm_tile tile = {.a = (const char *)args->a.data + row * a_row,
                               .b = (const char *)args->b.data + column * d->b_bytes,
                               .c = (char *)args->c + row * c_row + column * d->c_bytes,
                               .k = d->k,
                               .a_row_bytes = a_row,
                               .a_step_bytes = d->a_bytes,
                               .b_step_bytes = args->b.ld * d->b_bytes,
                               .c_row_bytes = c_row,
                               .accumulate = args->beta != 0};
    if (d->down_columns)
        run_down(d, tile);
    else
        run_along(d, tile);
}
