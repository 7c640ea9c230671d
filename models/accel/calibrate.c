#include "models/accel/calibrate.h"

#include "base/stats.h"
#include "models/accel/impl.h"
#include "models/accel/trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that a calibration holds while it works. */
typedef struct {
    cb_accel_platform *platform;
    cb_accel_trace trace;
    cb_accel_model *models;            /* one a network */
    cb_accel_observation *rows, *some; /* all; a selection */
    double *errors;
    cb_error *err;
} work_of;

static void free_work(work_of *w)
{
    for (int g = 0; w->models && g < w->trace.groups; g++)
        cb_accel_model_free(&w->models[g]);
    free(w->models);
    free(w->rows);
    free(w->some);
    free(w->errors);
    cb_accel_trace_free(&w->trace);
}

void cb_accel_calibration_free(cb_accel_calibration *c)
{
    free(c->groups);
    c->groups = NULL;
}

static cb_status allocate(work_of *w, cb_accel_calibration *c)
{
    size_t count = w->trace.count, groups = (size_t)w->trace.groups;
    w->models = calloc(groups, sizeof *w->models);
    w->rows = calloc(count, sizeof *w->rows);
    w->some = calloc(count, sizeof *w->some);
    w->errors = calloc(count * CB_FIT_ROUNDS, sizeof *w->errors);
    c->groups = calloc(groups, sizeof *c->groups);
    if (!w->models || !w->rows || !w->some || !w->errors || !c->groups)
        return cb_fail(w->err, CB_NO_MEMORY, "no memory to calibrate with %zu rows", count);
    return CB_OK;
}

static cb_status read_models(work_of *w, const char *trace_path)
{
    for (size_t i = 0; i < w->trace.count; i++) {
        char path[4096];
        cb_accel_impl impl;
        const cb_accel_trace_row *row = &w->trace.rows[i];
        if (w->models[row->group].layers)
            continue;
        cb_status status = cb_accel_trace_impl(trace_path, row, w->err, path, sizeof path);
        if (status == CB_OK)
            status = cb_accel_impl_read(path, w->err, &impl);
        if (status != CB_OK)
            return status;
        status = cb_accel_model_of_impl(&impl, w->err, &w->models[row->group]);
        cb_accel_impl_free(&impl);
        if (status != CB_OK)
            return status;
    }
    return CB_OK;
}

static cb_status observe(work_of *w, cb_accel_calibration *c)
{
    cb_status status = CB_OK;
    for (size_t i = 0; status == CB_OK && i < w->trace.count; i++) {
        const cb_accel_trace_row *row = &w->trace.rows[i];
        bool same = false;
        status =
            cb_accel_observe(w->platform, &w->models[row->group], row, w->err, &w->rows[i], &same);
        c->same_tiles += same;
    }
    return status;
}

static cb_accel_errors summary_of(double *errors, size_t count)
{
    cb_accel_errors s = {.count = count};
    for (size_t i = 0; i < count; i++) {
        errors[i] = fabs(errors[i]);
        s.mean += errors[i] / (double)count;
        s.worst = fmax(s.worst, errors[i]);
    }
    s.p95 = cb_quantile(errors, count, 0.95);
    return s;
}

/* Each network, predicted from the rows of the others. */
static cb_status validate_groups(work_of *w, cb_accel_calibration *c)
{
    cb_status status = CB_OK;
    for (int g = 0; status == CB_OK && w->trace.groups > 1 && g < w->trace.groups; g++) {
        cb_accel_terms cycles;
        size_t others = 0, own = 0;
        for (size_t i = 0; i < w->trace.count; i++)
            if (w->rows[i].group != g)
                w->some[others++] = w->rows[i];
        status = cb_accel_fit(w->platform, w->some, others, w->err, &cycles);
        for (size_t i = 0; status == CB_OK && i < w->trace.count; i++) {
            if (w->rows[i].group != g)
                continue;
            snprintf(c->groups[g].name, sizeof c->groups[g].name, "%s", w->trace.rows[i].network);
            w->errors[own++] = cb_accel_error_of(&w->rows[i], &cycles);
        }
        if (status == CB_OK)
            c->groups[g].errors = summary_of(w->errors, own);
        c->group_count = g + 1;
    }
    return status;
}

static void check_bound(work_of *w, cb_accel_calibration *c)
{
    for (size_t i = 0; i < w->trace.count; i++) {
        const cb_accel_observation *row = &w->rows[i];
        double guard = w->platform->guard[row->family];
        double ratio = (1 + cb_accel_error_of(row, &w->platform->cycles)) * (1 + guard);
        w->errors[i] = ratio;
        c->bound_violations += ratio < 1;
        c->bound_largest = fmax(c->bound_largest, ratio);
    }
    c->bound_median = cb_quantile(w->errors, w->trace.count, 0.5);
}

static cb_status fit_all(work_of *w, cb_accel_calibration *c)
{
    cb_accel_terms cycles;
    size_t count = w->trace.count;
    cb_status status = validate_groups(w, c);
    if (status == CB_OK)
        status = cb_accel_fit(w->platform, w->rows, count, w->err, &cycles);
    if (status == CB_OK)
        status = cb_accel_cross_validate(w->platform, w->rows, count, w->err, w->errors);
    if (status != CB_OK)
        return status;
    cb_accel_calibrated(w->rows, count, w->errors, &cycles, w->platform);
    c->cross = summary_of(w->errors, count * CB_FIT_ROUNDS);
    c->cross.count = count;
    for (size_t i = 0; i < count; i++)
        w->errors[i] = cb_accel_error_of(&w->rows[i], &cycles);
    c->fit = summary_of(w->errors, count);
    check_bound(w, c);
    return CB_OK;
}

static void tell_origin(const work_of *w, const char *trace_path, const cb_accel_calibration *c)
{
    const char *slash = strrchr(trace_path, '/');
    snprintf(w->platform->origin, sizeof w->platform->origin,
             "fitted by cachebound calibrate to %zu rows of %.60s (up to %d cores); each row from "
             "the others, 5-fold: mean error %.2f %%, 95th percentile %.2f %%",
             w->trace.count, slash ? slash + 1 : trace_path, w->platform->calibrated_cores,
             100 * c->cross.mean, 100 * c->cross.p95);
}

cb_status cb_accel_calibrate(cb_accel_platform *platform, const char *trace_path, cb_error *err,
                             cb_accel_calibration *calibration)
{
    cb_accel_calibration c = {0};
    cb_accel_platform fitted = *platform;
    work_of w = {.platform = &fitted, .err = err};
    cb_status status = cb_accel_trace_read(trace_path, err, &w.trace);
    if (status == CB_OK)
        status = allocate(&w, &c);
    if (status == CB_OK)
        status = read_models(&w, trace_path);
    if (status == CB_OK)
        status = observe(&w, &c);
    if (status == CB_OK)
        status = fit_all(&w, &c);
    if (status == CB_OK) {
        tell_origin(&w, trace_path, &c);
        *platform = fitted;
        *calibration = c;
    } else {
        cb_accel_calibration_free(&c);
    }
    free_work(&w);
    return status;
}
