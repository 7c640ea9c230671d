#include "models/accel/time.h"

#include <math.h>

enum { TRANSFERS = 3 }; /* input, weights, output */

/* For kernels whose cycles were counted and never measured. */
static const double counted_spread = 0.15, counted_guard = 0.3;

double cb_accel_tile_dma(const cb_accel_platform *p, const cb_accel_layer *part,
                         const cb_accel_tile *tile)
{
    double bytes = cb_accel_tile_bytes(part, tile, false);
    return bytes / p->l2_l1.bytes_per_cycle + TRANSFERS * p->l2_l1.latency_cycles;
}

/* While a tile is computed, the next one comes and the one before goes. In the mean those are as
 * large as it is; at worst they are the largest. */
static double stalls_of(const cb_accel_platform *p, const cb_accel_layer *part,
                        const cb_accel_tile *tile, bool worst)
{
    cb_accel_tile_kind kinds[CB_TILE_KINDS];
    int count = cb_accel_tile_kinds(part, tile, kinds);
    double sum = 0, largest = 0;
    if (count == 1 && kinds[0].times == 1)
        return 0;
    for (int i = 0; i < count; i++)
        largest = fmax(largest, cb_accel_tile_dma(p, part, &kinds[i].tile));
    for (int i = 0; i < count; i++) {
        cb_accel_terms work = {{0}};
        cb_accel_tile_work(p, part, &kinds[i].tile, &work);
        double dma = worst ? largest : cb_accel_tile_dma(p, part, &kinds[i].tile);
        sum += fmax(0, dma - cb_accel_dot(&work, &p->cycles)) * (double)kinds[i].times;
    }
    return sum;
}

double cb_accel_part_cycles(const cb_accel_platform *p, const cb_accel_layer *part,
                            const cb_accel_tile *tile)
{
    cb_accel_terms work = {{0}};
    cb_accel_part_work(p, part, tile, &work);
    return cb_accel_dot(&work, &p->cycles) + stalls_of(p, part, tile, false);
}

static double layer_stalls(const cb_accel_platform *p, const cb_accel_layer *layer,
                           const cb_accel_plan *plan, bool worst)
{
    cb_accel_layer part = cb_accel_part(layer, plan->l2_channels);
    cb_accel_layer last = cb_accel_part(layer, layer->cout - part.cout * (plan->parts - 1));
    double sum = stalls_of(p, &last, &plan->last, worst);
    if (plan->parts > 1)
        sum += stalls_of(p, &part, &plan->tile, worst) * (double)(plan->parts - 1);
    return sum;
}

/* Weights of the parts behind the first come from L3 while the part before is computed. */
static double far_of(const cb_accel_platform *p, const cb_accel_layer *layer,
                     const cb_accel_plan *plan)
{
    if (plan->parts == 1)
        return 0;
    cb_accel_layer part = cb_accel_part(layer, plan->l2_channels);
    double bytes = (double)(part.cout * cb_accel_depth(&part)) * part.weight_bits / 8;
    double move = bytes / p->l3_l2.bytes_per_cycle + p->l3_l2.latency_cycles;
    double compute = cb_accel_part_cycles(p, &part, &plan->tile);
    return fmax(0, move - compute) * (double)(plan->parts - 1);
}

static cb_status check_kernels(const cb_accel_platform *p, const cb_accel_layer *layer,
                               const cb_accel_terms *counts, cb_error *err)
{
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        if (counts->of[i] > 0 && p->cycles.of[i] < 0)
            return cb_fail(err, CB_UNSUPPORTED, "%s: platform %s has no kernel for it: no '%s'",
                           layer->name, p->name, cb_accel_term_name(i));
    return CB_OK;
}

/* Whether some of the cycles come from no trace. */
static bool is_counted(const cb_accel_platform *p, const cb_accel_terms *counts)
{
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        if (counts->of[i] > 0 && p->rows[i] == 0)
            return true;
    return false;
}

/* The traces look up in tables of 4 by 4 bits. How often cores meet in one bank of another table,
 * nobody has seen: at worst each look-up waits a cycle for each other core. */
static double table_waits(const cb_accel_platform *p, const cb_accel_layer *layer,
                          const cb_accel_terms *counts, int busy)
{
    bool traced = layer->in_bits == 4 && layer->weight_bits == 4;
    double estimated = counts->of[CB_TERM_LUT_CONFLICT] * p->cycles.of[CB_TERM_LUT_CONFLICT];
    if (layer->implementation != CB_ACCEL_LUT || traced)
        return 0;
    double looks = counts->of[CB_TERM_LUT_LOOK] + counts->of[CB_TERM_LUT_DW_LOOK];
    return fmax(0, looks * (busy - 1) - estimated);
}

cb_status cb_accel_time_layer(const cb_accel_platform *p, const cb_accel_layer *layer,
                              const cb_accel_plan *plan, cb_error *err, cb_accel_time *out)
{
    cb_accel_time time = {0};
    cb_accel_family family = cb_accel_family_of(layer);
    cb_accel_layer part = cb_accel_part(layer, plan->l2_channels);
    cb_accel_layer_work(p, layer, plan, &time.counts);
    cb_status status = check_kernels(p, layer, &time.counts, err);
    if (status != CB_OK)
        return status;
    time.compute_cycles = cb_accel_dot(&time.counts, &p->cycles);
    time.stall_cycles = layer_stalls(p, layer, plan, false);
    time.far_cycles = far_of(p, layer, plan);
    time.cycles = time.compute_cycles + time.stall_cycles + time.far_cycles;
    time.busy_cores = cb_accel_busy(p, &part, &plan->tile);
    time.spread = p->spread[family];
    time.guard = p->guard[family];
    if (is_counted(p, &time.counts)) {
        time.spread += counted_spread;
        time.guard += counted_guard;
    }
    if (p->calibrated_cores && p->cores > p->calibrated_cores)
        time.guard += p->core_guard * (p->cores - p->calibrated_cores);
    time.bound_cycles =
        (time.compute_cycles + table_waits(p, layer, &time.counts, time.busy_cores) +
         layer_stalls(p, layer, plan, true) + time.far_cycles) *
        (1 + time.guard);
    *out = time;
    return CB_OK;
}
