#include "models/cost/explain.h"

#include "models/cost/advice.h"
#include "models/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 2000, FITTED_ROWS = 200 };

/* Nothing measured: the figures are known to a factor of two, and so is the time, nearly. */
static const double starting_spread = 0.35;

/* ---- the figures ---- */

static cb_status fit_rows(const cb_observed *observed, cb_error *err, cb_explainer *e)
{
    cb_fit fit;
    bool *use = calloc(observed->count + 1, sizeof *use);
    if (!use)
        return cb_fail(err, CB_NO_MEMORY, "no memory to fit %zu rows", observed->count);
    size_t step = observed->count / FITTED_ROWS + 1;
    for (size_t i = 0; i < observed->count; i++)
        use[i] = i % step == 0;
    cb_status status = cb_fit_run(observed->rows, observed->count, use, err, &fit);
    if (status == CB_OK) {
        e->costs = fit.costs;
        e->spread = fit.spread;
        e->origin = CB_COST_FITTED;
        e->rows = (observed->count + step - 1) / step;
    }
    free(use);
    return status;
}

/* Too few rows, or no fitting in this build: the starting figures stay. */
static cb_status fit_document(const json_t *document, const char *kind, const cb_hardware *own,
                              cb_error *err, cb_explainer *e)
{
    cb_observed observed;
    cb_error why;
    cb_status status = own ? cb_observed_some(document, kind, own, MOST_ROWS, err, &observed)
                           : cb_observed_find(document, kind, err, &observed);
    if (status != CB_OK)
        return status;
    if (cb_fit_enough(&observed, &why) == CB_OK)
        status = fit_rows(&observed, err, e);
    cb_observed_free(&observed);
    return status == CB_UNSUPPORTED ? CB_OK : status;
}

cb_status cb_explainer_make(const json_t *document, const json_t *machine, const cb_cost_file *cost,
                            const char *core_kind, cb_error *err, cb_explainer *explainer)
{
    cb_levels levels;
    cb_explainer *e = explainer;
    const cb_cost_core *given = cost ? cb_cost_core_of(cost, core_kind) : NULL;
    const char *kind = core_kind;
    *e = (cb_explainer){
        .costs = cb_costs_start(), .spread = starting_spread, .origin = CB_COST_STARTING};
    e->what_if = machine != document;
    snprintf(e->kind, sizeof e->kind, "%s", core_kind ? core_kind : "");
    if (machine != document && !cb_rows_core_kinds(machine, &kind, 1))
        kind = NULL;
    cb_status status = cb_levels_find(machine, kind, err, &levels);
    if (status != CB_OK)
        return status;
    cb_hardware_of(machine, &levels, &e->hardware);
    cb_levels_free(&levels);
    if (!given)
        return fit_document(document, core_kind, machine == document ? &e->hardware : NULL, err, e);
    if (machine == document && !(cb_hardware_read(&e->hardware, 1, 1) > 0))
        e->hardware = given->hardware; /* a document of operators alone */
    e->costs = given->costs;
    e->spread = given->spread;
    e->origin = CB_COST_GIVEN;
    return CB_OK;
}

/* ---- one operator ---- */

/* A library's or a published product: loops as ours would be on these caches, or a compiler's. */
static bool assume(const cb_explainer *e, const cb_operator *op, cb_demand *d)
{
    cb_gemm_loops g;
    if (strcmp(op->family, "gemm") != 0 || !(op->m > 0) || !cb_demand_is_blocked(op))
        return false;
    cb_demand_assume(op, &e->hardware, &g);
    *d = (cb_demand){
        .kernel = op->kernel, .dtype = op->dtype, .threads = g.threads_m * g.threads_n, .share = 1};
    cb_demand_gemm(&g, 1, &e->hardware, d);
    if (cb_demand_is_compiled(op))
        cb_demand_leave_registers(op, d);
    return true;
}

static void hold_against(const cb_explainer *e, const cb_operator *op, cb_explanation *x)
{
    if (!(op->time_s > 0))
        return;
    x->measured_s = cb_time_undisturbed(cb_operator_least_s(op), x->state, &e->costs);
    x->error = x->time.time_s / x->measured_s - 1;
    x->disagrees = !e->what_if && fabs(log(x->time.time_s / x->measured_s)) > 2 * e->spread;
}

void cb_explain(const cb_explainer *e, const cb_operator *op, cb_explanation *explanation)
{
    cb_explanation x = {.state = 1};
    cb_demand demand;
    x.known = cb_demand_of(op, &e->hardware, &demand);
    if (!x.known)
        x.known = x.assumed = assume(e, op, &demand);
    if (x.known)
        x.known = cb_time_predict(&demand, &e->hardware, &e->costs, &x.time);
    if (x.known) {
        x.state = op->published || e->what_if ? 1 : cb_hardware_state(&e->hardware, op->row);
        hold_against(e, op, &x);
        if (!x.assumed) /* nobody can change blocks that are not ours */
            cb_advise(op, &demand, &e->hardware, &e->costs, &x.time, x.advice, sizeof x.advice,
                      &x.gain);
    }
    *explanation = x;
}
