#include "models/cost/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double cb_fit_quantile(double *values, size_t count, double q)
{
    if (!count)
        return 0;
    qsort(values, count, sizeof *values, by_value);
    double at = q * (double)(count - 1);
    size_t low = (size_t)at, high = low + 1 < count ? low + 1 : low;
    return values[low] + (values[high] - values[low]) * (at - (double)low);
}

cb_fit_errors cb_fit_errors_of(double *errors, size_t count)
{
    cb_fit_errors e = {.rows = count};
    if (!count)
        return e;
    for (size_t i = 0; i < count; i++)
        errors[i] = fabs(errors[i]);
    e.median = cb_fit_quantile(errors, count, 0.5);
    e.p95 = cb_fit_quantile(errors, count, 0.95);
    e.worst = errors[count - 1];
    return e;
}

double cb_fit_log_error(const cb_fit_row *row, const cb_costs *costs)
{
    cb_time t;
    if (!cb_time_predict(&row->demand, row->hardware, costs, &t))
        return 0;
    return log(t.time_s / cb_time_undisturbed(row->time_s, row->state, costs));
}

/* predicted / measured - 1. */
static double error_of(const cb_fit_row *row, const cb_costs *costs)
{
    return exp(cb_fit_log_error(row, costs)) - 1;
}

typedef struct {
    const cb_fit_row *rows;
    size_t count;
    bool *use;       /* rows that are fitted to */
    double *errors;  /* of the rows that are not, one behind the other */
    double *by_row;  /* NULL, or their place */
    size_t held_out; /* how many errors there are */
} part;

/* Fits to the rows in use and predicts the others. */
static cb_status predict_rest(part *p, cb_error *err)
{
    cb_fit fit;
    cb_status status = cb_fit_run(p->rows, p->count, p->use, err, &fit);
    for (size_t i = 0; i < p->count && status == CB_OK; i++) {
        if (p->use[i])
            continue;
        double error = error_of(&p->rows[i], &fit.costs);
        p->errors[p->held_out++] = error;
        if (p->by_row)
            p->by_row[i] = error;
    }
    return status;
}

/* Shapes go to folds by a hash of their number, the same way in every run. */
static int fold_of(int shape)
{
    unsigned x = (unsigned)shape * 2654435761u;
    return (int)((x >> 16) % CB_TIME_FOLDS);
}

static cb_status run_folds(part *p, cb_error *err)
{
    cb_status status = CB_OK;
    p->held_out = 0;
    for (int fold = 0; fold < CB_TIME_FOLDS && status == CB_OK; fold++) {
        for (size_t i = 0; i < p->count; i++)
            p->use[i] = fold_of(p->rows[i].shape) != fold;
        status = predict_rest(p, err);
    }
    return status;
}

static bool is_conv(const cb_fit_row *r)
{
    return strcmp(r->op.family, "conv") == 0;
}

static bool is_int8(const cb_fit_row *r)
{
    return strcmp(r->op.dtype, "s8") == 0 || strcmp(r->op.dtype, "u8s8") == 0;
}

static bool is_bitserial(const cb_fit_row *r)
{
    return strcmp(r->op.family, "bitserial") == 0;
}

static const struct {
    const char *name;
    bool (*has)(const cb_fit_row *row);
} families[] = {{"conv", is_conv}, {"int8", is_int8}, {"bitserial", is_bitserial}};

static cb_status leave_out(part *p, size_t family, cb_error *err, cb_fit_validation *v)
{
    size_t out = 0;
    for (size_t i = 0; i < p->count; i++) {
        p->use[i] = !families[family].has(&p->rows[i]);
        out += !p->use[i];
    }
    if (!out || out == p->count)
        return CB_OK;
    p->held_out = 0;
    cb_status status = predict_rest(p, err);
    if (status != CB_OK)
        return status;
    v->without[v->families].name = families[family].name;
    v->without[v->families++].errors = cb_fit_errors_of(p->errors, p->held_out);
    return CB_OK;
}

cb_status cb_fit_validate(const cb_fit_row *rows, size_t count, const cb_fit *fit, cb_error *err,
                          double *errors, cb_fit_validation *validation)
{
    cb_fit_validation v = {.families = 0};
    part p = {.rows = rows,
              .count = count,
              .use = calloc(count + 1, sizeof *p.use),
              .errors = calloc(count + 1, sizeof *p.errors),
              .by_row = errors};
    cb_status status = CB_OK;
    if (!p.use || !p.errors)
        status = cb_fail(err, CB_NO_MEMORY, "no memory to validate %zu rows", count);
    for (size_t i = 0; i < count && status == CB_OK; i++)
        p.errors[i] = error_of(&rows[i], &fit->costs);
    if (status == CB_OK) {
        v.own = cb_fit_errors_of(p.errors, count);
        status = run_folds(&p, err);
    }
    if (status == CB_OK)
        v.folds = cb_fit_errors_of(p.errors, p.held_out);
    p.by_row = NULL;
    for (size_t f = 0; f < sizeof families / sizeof *families && status == CB_OK; f++)
        status = leave_out(&p, f, err, &v);
    if (status == CB_OK)
        *validation = v;
    free(p.use);
    free(p.errors);
    return status;
}
