#include "models/accel/estimate.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_CORES = 1024 };

/* Cores that a tile has work for, however many there are. */
static int saturation(const cb_accel_platform *p, const cb_accel_layer *layer,
                      const cb_accel_plan *plan)
{
    cb_accel_platform wide = *p;
    cb_accel_layer part = cb_accel_part(layer, plan->l2_channels);
    wide.cores = MOST_CORES;
    return cb_accel_busy(&wide, &part, &plan->tile);
}

static cb_status one_layer(const cb_accel_platform *p, const cb_accel_layer *layer,
                           cb_accel_tiler tiler, cb_error *err, cb_accel_result *result)
{
    cb_status status = cb_accel_plan_layer(p, layer, tiler, err, &result->plan);
    if (status == CB_OK)
        status = cb_accel_time_layer(p, layer, &result->plan, err, &result->time);
    if (status == CB_OK)
        status = cb_accel_simulate(p, layer, &result->plan, err, &result->simulation);
    if (status != CB_OK)
        return status;
    result->decoration = cb_accel_decorate(layer, p->cores);
    result->saturates_at = saturation(p, layer, &result->plan);
    return CB_OK;
}

/* The first layer that is like layer `i`; `i` when there is none before. */
static size_t first_alike(const cb_accel_model *model, size_t i)
{
    size_t first = 0;
    while (first < i && !cb_accel_layers_alike(&model->layers[first], &model->layers[i]))
        first++;
    return first;
}

static void add_up(cb_accel_estimate *e, const cb_accel_result *result)
{
    e->cycles += result->time.cycles;
    e->bound_cycles += result->time.bound_cycles;
    e->simulated_cycles += result->simulation.cycles;
    e->spread_cycles += result->time.cycles * result->time.spread;
    e->l1_bytes = fmax(e->l1_bytes, result->plan.l1_bytes);
    e->l2_bytes = fmax(e->l2_bytes, result->plan.l2_bytes);
}

void cb_accel_estimate_free(cb_accel_estimate *estimate)
{
    free(estimate->results);
    estimate->results = NULL;
}

cb_status cb_accel_estimate_network(const cb_accel_platform *p, const cb_accel_model *model,
                                    cb_accel_tiler tiler, cb_error *err,
                                    cb_accel_estimate *estimate)
{
    cb_accel_estimate e = {.count = model->count};
    cb_status status = cb_accel_platform_check(p, err);
    if (status != CB_OK)
        return status;
    e.results = calloc(model->count + 1, sizeof *e.results);
    if (!e.results)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the estimate of %zu layers", model->count);
    for (size_t i = 0; status == CB_OK && i < model->count; i++) {
        size_t alike = first_alike(model, i);
        if (alike < i)
            e.results[i] = e.results[alike];
        else
            status = one_layer(p, &model->layers[i], tiler, err, &e.results[i]);
        if (status == CB_OK)
            add_up(&e, &e.results[i]);
    }
    if (status == CB_OK)
        *estimate = e;
    else
        cb_accel_estimate_free(&e);
    return status;
}
