#include "models/cost/observed.h"

#include "models/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of one product or layer, whatever computes it, are of one shape: they leave together when
 * shapes are held out. A hash (FNV-1a) of its sizes stands for it. */
static int shape_of(const cb_operator *op)
{
    static const char *const keys[] = {"params.cin", "params.h",  "params.w",     "params.cout",
                                       "params.kh",  "params.kw", "params.stride"};
    double sizes[3 + sizeof keys / sizeof *keys] = {op->m, op->n, op->k};
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !(op->m > 0); i++)
        sizes[3 + i] = cb_row_number(op->row, keys[i], 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        hash = (hash ^ (unsigned)sizes[i]) * 16777619u;
    return (int)(hash & 0x7fffffff);
}

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static void count_shapes(cb_observed *s)
{
    int *shapes = calloc(s->count + 1, sizeof *shapes);
    for (size_t i = 0; shapes && i < s->count; i++)
        shapes[i] = s->rows[i].shape;
    if (shapes)
        qsort(shapes, s->count, sizeof *shapes, by_number);
    for (size_t i = 0; shapes && i < s->count; i++)
        s->shapes += i == 0 || shapes[i] != shapes[i - 1];
    free(shapes);
}

/* Beside a busier neighbour than this a row tells of him, not of the operator. */
static const double least_state = 0.8;

/* A row's least time counts: whatever disturbs it only adds. */
static void add_row(cb_observed *s, const cb_operator *op)
{
    cb_time time;
    cb_costs start = cb_costs_start();
    cb_fit_row *row = &s->rows[s->count];
    *row = (cb_fit_row){.op = *op,
                        .hardware = &s->hardware,
                        .time_s = cb_operator_least_s(op),
                        .state = cb_hardware_state(&s->hardware, op->row)};
    if (!(op->time_s > 0) || op->published || !cb_demand_of(op, &s->hardware, &row->demand) ||
        !cb_time_predict(&row->demand, &s->hardware, &start, &time)) {
        s->untold++;
        return;
    }
    if (row->state < least_state) {
        s->disturbed++;
        return;
    }
    row->shape = shape_of(op);
    s->count++;
}

cb_status cb_observed_some(const json_t *document, const char *core_kind,
                           const cb_hardware *hardware, size_t most, cb_error *err,
                           cb_observed *samples)
{
    cb_observed *s = samples;
    *s = (cb_observed){.core_kind = core_kind, .hardware = *hardware};
    s->rows = calloc(cb_results_count(document) + 1, sizeof *s->rows);
    if (!s->rows)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the rows of a document");
    size_t step = most ? cb_results_count(document) / most + 1 : 1;
    for (size_t i = 0; i < cb_results_count(document); i += step) {
        cb_operator op;
        const json_t *row = cb_results_row(document, i);
        if (cb_row_on_core(row, core_kind) && cb_operator_read(row, &op))
            add_row(s, &op);
    }
    count_shapes(s);
    return CB_OK;
}

cb_status cb_observed_find(const json_t *document, const char *core_kind, cb_error *err,
                           cb_observed *samples)
{
    cb_levels levels;
    cb_hardware hardware;
    cb_status status = cb_levels_find(document, core_kind, err, &levels);
    if (status != CB_OK)
        return status;
    cb_hardware_of(document, &levels, &hardware);
    cb_levels_free(&levels);
    return cb_observed_some(document, core_kind, &hardware, 0, err, samples);
}

cb_status cb_fit_enough(const cb_observed *s, cb_error *err)
{
    enum { LEAST_ROWS = 2 * CB_COST_COUNT, LEAST_SHAPES = 8 };
    const cb_hardware *h = &s->hardware;
    const char *kind = s->core_kind ? s->core_kind : "this core";
    int threads = h->thread_count ? h->threads[0] : 1;
    for (size_t l = 0; l < 2 && l < h->level_count; l++)
        if (!(cb_hardware_read(h, l, threads) > 0))
            return cb_fail(
                err, CB_UNSUPPORTED,
                "%s: no read bandwidth of %s is in the documents; add one of `cachebound "
                "membw` or `characterize`",
                kind, h->level[l].name);
    if (s->count < LEAST_ROWS || s->shapes < LEAST_SHAPES)
        return cb_fail(
            err, CB_UNSUPPORTED,
            "%s: %zu operators of %zu shapes cannot determine %d figures (at least %d "
            "of %d, with gemm, conv and bitserial among them); `cachebound characterize` "
            "measures enough",
            kind, s->count, s->shapes, CB_COST_COUNT, LEAST_ROWS, LEAST_SHAPES);
    return CB_OK;
}

void cb_observed_free(cb_observed *samples)
{
    free(samples->rows);
    samples->rows = NULL;
}
