#include "models/cost/time.h"

#include <math.h>
#include <string.h>

const cb_cost_info cb_cost_terms[CB_COST_COUNT] = {
#define CB_COST_TERM(id, name, unit, start, least, most, what)                                     \
    {name, unit, start, least, most, what},
#include "models/cost/terms.inc"
#undef CB_COST_TERM
};

static const char *const part_names[CB_PART_COUNT] = {
    "compute",     "L1 loads", "L2-L1 traffic", "L3-L2 traffic",
    "RAM traffic", "packing",  "calls",         "threads",
};

const char *cb_part_name(cb_part part)
{
    return part_names[part];
}

cb_costs cb_costs_start(void)
{
    cb_costs costs = {.kernels = 0};
    for (size_t i = 0; i < CB_COST_COUNT; i++)
        costs.of[i] = cb_cost_terms[i].start;
    return costs;
}

double cb_costs_kernel(const cb_costs *costs, const char *kernel)
{
    for (size_t i = 0; kernel && i < costs->kernels; i++)
        if (strcmp(costs->kernel[i].name, kernel) == 0)
            return costs->kernel[i].times;
    return 1;
}

/* Tiles with fewer multiply-adds than the units' pipelines hold take as long as full ones. */
static double arithmetic_ops(const cb_demand *d, const cb_costs *costs)
{
    double products = 0;
    for (size_t i = 0; i < d->tile_kinds; i++)
        products += d->tile[i].steps * fmax(d->tile[i].products, costs->of[CB_COST_CHAIN]);
    return products * d->product_ops;
}

/* The part and the stretch of the level that a boundary leads to. */
static cb_part part_of_level(const char *name)
{
    if (strcmp(name, "L2") == 0)
        return CB_PART_L2;
    return strcmp(name, "RAM") == 0 ? CB_PART_RAM : CB_PART_L3;
}

static void add_levels(const cb_demand *d, const cb_hardware *h, const cb_costs *costs,
                       double *alone)
{
    static const cb_cost_term stretch[] = {
        [CB_PART_L2] = CB_COST_L2, [CB_PART_L3] = CB_COST_L3, [CB_PART_RAM] = CB_COST_RAM};
    double l1 = cb_hardware_read(h, 0, d->threads);
    alone[CB_PART_L1] = l1 > 0 ? costs->of[CB_COST_L1] * d->load_bytes / l1 : 0;
    for (size_t i = 0; i < d->boundaries; i++) {
        cb_part part = part_of_level(h->level[i + 1].name);
        double rate = cb_hardware_read(h, i + 1, d->threads);
        alone[part] += rate > 0 ? costs->of[stretch[part]] * d->level_bytes[i] / rate : 0;
    }
}

static double packing_cycles(const cb_demand *d, const cb_costs *costs)
{
    static const cb_cost_term term[CB_MOVE_COUNT] = {[CB_MOVE_COPY] = CB_COST_COPY,
                                                     [CB_MOVE_TRANSPOSE] = CB_COST_TRANSPOSE,
                                                     [CB_MOVE_INTERLEAVE] = CB_COST_INTERLEAVE,
                                                     [CB_MOVE_GATHER] = CB_COST_GATHER,
                                                     [CB_MOVE_STRIDED] = CB_COST_STRIDED,
                                                     [CB_MOVE_TRANSFORM] = CB_COST_TRANSFORM,
                                                     [CB_MOVE_BITS] = CB_COST_BITS};
    double cycles = 0;
    for (size_t i = 0; i < CB_MOVE_COUNT; i++)
        cycles += d->move[i] * costs->of[term[i]];
    return cycles;
}

/* Limits that overlap: the norm with the exponent `overlap`. */
static void join(const cb_costs *costs, cb_time *t)
{
    double e = costs->of[CB_COST_OVERLAP], longest = 0, sum = 0, joined;
    for (int i = 0; i < CB_PART_JOINED; i++)
        longest = fmax(longest, t->alone_s[i]);
    for (int i = 0; i < CB_PART_JOINED && longest > 0; i++)
        sum += pow(t->alone_s[i] / longest, e);
    joined = longest > 0 ? longest * pow(sum, 1 / e) : 0;
    t->time_s = joined;
    for (int i = CB_PART_JOINED; i < CB_PART_COUNT; i++)
        t->time_s += t->alone_s[i];
    for (int i = 0; i < CB_PART_COUNT; i++) {
        bool joins = i < CB_PART_JOINED;
        double own =
            joins && sum > 0 ? joined * pow(t->alone_s[i] / longest, e) / sum : t->alone_s[i];
        t->share[i] = own / t->time_s;
        if (t->share[i] > t->share[t->binding])
            t->binding = (cb_part)i;
    }
}

double cb_time_undisturbed(double time_s, double state, const cb_costs *costs)
{
    return time_s * pow(state, costs->of[CB_COST_NEIGHBOUR]);
}

bool cb_time_predict(const cb_demand *d, const cb_hardware *h, const cb_costs *costs, cb_time *time)
{
    cb_time t = {.binding = CB_PART_COMPUTE};
    double peak = cb_hardware_ops(h, d->dtype, d->isa, d->threads);
    double cycle_s = 1 / h->clock_hz;
    if (!(peak > 0))
        return false;
    t.alone_s[CB_PART_COMPUTE] = arithmetic_ops(d, costs) / peak * costs->of[CB_COST_ARITHMETIC] *
                                     cb_costs_kernel(costs, d->kernel) +
                                 d->tiles * costs->of[CB_COST_TILE] * cycle_s;
    add_levels(d, h, costs, t.alone_s);
    t.alone_s[CB_PART_PACKING] = packing_cycles(d, costs) * cycle_s;
    t.alone_s[CB_PART_CALL] = d->calls * costs->of[CB_COST_CALL] * cycle_s;
    t.alone_s[CB_PART_THREADS] = d->meetings * costs->of[CB_COST_MEETING] * cycle_s;
    join(costs, &t);
    if (!(t.time_s > 0))
        return false;
    *time = t;
    return true;
}
