#include "models/cost/fit.h"

#include <cminpack.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIGURES_MAX = CB_COST_COUNT + CB_TIME_KERNELS, ROUNDS = 4, LEAST_ROWS_OF_KERNEL = 4 };

/* What is known before anything is measured, as a standard deviation of the logarithm: a figure to
 * a factor of two; what kernels take over the peak kernel, all of them and each, to 15 %. */
static const double prior_of_term = 0.7, prior_of_kernel = 0.15;

/* A row's scatter that no model follows. */
static const double noise = 0.08;

typedef struct {
    const cb_fit_row **rows;
    double *weight;
    size_t count;
    cb_costs costs; /* names of kernels; values are set by `unfold` */
    int figures;
} problem;

/* ---- figures and free numbers ---- */

/* Figure i between its bounds, on a logarithmic scale: free numbers run from -inf to +inf. */
static double bounded(int i, double free)
{
    if (i >= CB_COST_COUNT)
        return exp(free * prior_of_kernel);
    const cb_cost_info *t = &cb_cost_terms[i];
    double low = log(t->least), high = log(t->most);
    return exp(low + (high - low) / (1 + exp(-free)));
}

/* Never 0: differences are taken with steps in proportion to it. */
static double start_of(int i)
{
    const double least = 0.01;
    if (i >= CB_COST_COUNT)
        return 0;
    const cb_cost_info *t = &cb_cost_terms[i];
    double at = (log(t->start) - log(t->least)) / (log(t->most) - log(t->least));
    at = fmin(0.99, fmax(0.01, at));
    double free = log(at / (1 - at));
    return fabs(free) < least ? least : free;
}

static void unfold(problem *p, const double *x)
{
    for (int i = 0; i < CB_COST_COUNT; i++)
        p->costs.of[i] = bounded(i, x[i]);
    for (size_t k = 0; k < p->costs.kernels; k++)
        p->costs.kernel[k].times = bounded(CB_COST_COUNT + (int)k, x[CB_COST_COUNT + k]);
}

static double start_value(int i)
{
    return i < CB_COST_COUNT ? cb_cost_terms[i].start : 1;
}

static double prior_of(int i)
{
    return i < CB_COST_COUNT && i != CB_COST_ARITHMETIC ? prior_of_term : prior_of_kernel;
}

static double value_of(const problem *p, int i)
{
    return i < CB_COST_COUNT ? p->costs.of[i] : p->costs.kernel[i - CB_COST_COUNT].times;
}

/* ---- least squares ---- */

/* MINPACK's callback: weighted errors, then how far each figure went from its start. */
static int residuals(void *arg, int m, int n, const double *x, double *f, int flag)
{
    problem *p = arg;
    (void)m;
    (void)flag;
    unfold(p, x);
    for (size_t i = 0; i < p->count; i++)
        f[i] = p->weight[i] * cb_fit_log_error(p->rows[i], &p->costs) / noise;
    for (int i = 0; i < n; i++)
        f[p->count + (size_t)i] = log(value_of(p, i) / start_value(i)) / prior_of(i);
    return 0;
}

/* Huber's weights: rows beyond 1.5 robust standard deviations count less. Returns that deviation.
 */
static double reweigh(problem *p, double *work)
{
    for (size_t i = 0; i < p->count; i++)
        work[i] = fabs(cb_fit_log_error(p->rows[i], &p->costs));
    double spread = fmax(1.483 * cb_fit_quantile(work, p->count, 0.5), 1e-3);
    for (size_t i = 0; i < p->count; i++) {
        double e = fabs(cb_fit_log_error(p->rows[i], &p->costs));
        p->weight[i] = sqrt(fmin(1, 1.5 * fmax(spread, noise) / fmax(e, 1e-9)));
    }
    return spread;
}

typedef struct {
    double *x, *f, *jacobian, *wide; /* wide: m */
    double *n[5];                    /* n each */
    int *pivots;
} workspace;

static void free_workspace(workspace *w)
{
    free(w->x);
    free(w->f);
    free(w->jacobian);
    free(w->wide);
    for (size_t i = 0; i < 5; i++)
        free(w->n[i]);
    free(w->pivots);
}

static bool make_workspace(size_t m, size_t n, workspace *w)
{
    bool ok;
    *w = (workspace){.x = calloc(n, sizeof(double)),
                     .f = calloc(m, sizeof(double)),
                     .jacobian = calloc(m * n, sizeof(double)),
                     .wide = calloc(m, sizeof(double)),
                     .pivots = calloc(n, sizeof(int))};
    ok = w->x && w->f && w->jacobian && w->wide && w->pivots;
    for (size_t i = 0; i < 5; i++) {
        w->n[i] = calloc(n, sizeof(double));
        ok = ok && w->n[i];
    }
    if (!ok)
        free_workspace(w);
    return ok;
}

static bool minimize(problem *p, workspace *w)
{
    int m = (int)p->count + p->figures, calls = 0;
    int info = lmdif(residuals, p, m, p->figures, w->x, w->f, 1e-5, 1e-5, 0, 2000 * p->figures,
                     1e-9, w->n[0], 1, 100, 0, &calls, w->jacobian, m, w->pivots, w->n[1], w->n[2],
                     w->n[3], w->n[4], w->wide);
    return info >= 1 && info <= 8 && info != 5;
}

/* ---- uncertainty ---- */

/* d log(value) / d free number. */
static double log_slope(const problem *p, int i)
{
    if (i >= CB_COST_COUNT)
        return prior_of_kernel;
    const cb_cost_info *t = &cb_cost_terms[i];
    double range = log(t->most) - log(t->least);
    double at = (log(value_of(p, i)) - log(t->least)) / range;
    return range * at * (1 - at);
}

static cb_fit_figure figure_of(const problem *p, const workspace *w, int m, int i, double scale)
{
    double deviation = sqrt(fmax(0, w->jacobian[i + i * m])) * fabs(log_slope(p, i)) * scale;
    double value = value_of(p, i);
    return (cb_fit_figure){.value = value,
                           .low = value * exp(-1.96 * deviation),
                           .high = value * exp(1.96 * deviation),
                           .determined = deviation < 0.6 * prior_of(i)};
}

static void tell_figures(problem *p, workspace *w, cb_fit *fit)
{
    int m = (int)p->count + p->figures;
    double scale = fmax(1, fit->spread / noise);
    covar(p->figures, w->jacobian, m, w->pivots, 1e-12, w->n[1]);
    for (int i = 0; i < p->figures; i++) {
        cb_fit_figure f = figure_of(p, w, m, i, scale);
        if (i < CB_COST_COUNT)
            fit->term[i] = f;
        else
            fit->kernel[i - CB_COST_COUNT] = f;
    }
}

/* ---- the whole ---- */

static void count_kernels(problem *p, size_t *rows_of)
{
    for (size_t i = 0; i < p->count; i++) {
        size_t k = 0, count = 0;
        const char *name = p->rows[i]->demand.kernel;
        while (k < p->costs.kernels && strcmp(p->costs.kernel[k].name, name) != 0)
            k++;
        for (size_t j = 0; j < p->count && k == p->costs.kernels; j++)
            count += strcmp(p->rows[j]->demand.kernel, name) == 0;
        if (k < p->costs.kernels || count < LEAST_ROWS_OF_KERNEL || k == CB_TIME_KERNELS ||
            strlen(name) >= sizeof p->costs.kernel[k].name)
            continue;
        strcpy(p->costs.kernel[k].name, name);
        p->costs.kernel[k].times = 1;
        rows_of[k] = count;
        p->costs.kernels++;
    }
}

static cb_status fit_problem(problem *p, cb_error *err, cb_fit *fit)
{
    workspace w;
    bool ended = true;
    if (!make_workspace(p->count + (size_t)p->figures, (size_t)p->figures, &w))
        return cb_fail(err, CB_NO_MEMORY, "no memory to fit %zu rows", p->count);
    for (int i = 0; i < p->figures; i++)
        w.x[i] = start_of(i);
    for (size_t i = 0; i < p->count; i++)
        p->weight[i] = 1;
    for (int round = 0; round < ROUNDS && ended; round++) {
        ended = minimize(p, &w);
        unfold(p, w.x);
        fit->spread = reweigh(p, w.wide);
    }
    if (ended)
        tell_figures(p, &w, fit);
    fit->costs = p->costs;
    free_workspace(&w);
    return ended ? CB_OK : cb_fail(err, CB_FAILED, "the fit of %zu rows does not end", p->count);
}

cb_status cb_fit_run(const cb_fit_row *rows, size_t count, const bool *use, cb_error *err,
                     cb_fit *fit)
{
    cb_fit f = {.spread = 0};
    problem p = {.rows = calloc(count + 1, sizeof *p.rows),
                 .weight = calloc(count + 1, sizeof *p.weight),
                 .costs = cb_costs_start()};
    cb_status status = CB_OK;
    if (!p.rows || !p.weight)
        status = cb_fail(err, CB_NO_MEMORY, "no memory to fit %zu rows", count);
    for (size_t i = 0; i < count && status == CB_OK; i++)
        if (!use || use[i])
            p.rows[p.count++] = &rows[i];
    if (status == CB_OK) {
        count_kernels(&p, f.kernel_rows);
        p.figures = CB_COST_COUNT + (int)p.costs.kernels;
        status = fit_problem(&p, err, &f);
    }
    if (status == CB_OK)
        *fit = f;
    free(p.rows);
    free(p.weight);
    return status;
}
