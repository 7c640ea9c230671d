#include "models/cost/advice.h"

#include "models/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double least_gain = 0.02;

/* One product with its loops, and the best change so far. */
typedef struct {
    const cb_hardware *hardware;
    const cb_costs *costs;
    const cb_demand *demand;
    const cb_time *time;
    cb_gemm_loops loops;
    double kr;
    double best_s;
    cb_time best;
    char change[48];
} search;

static void try_loops(search *s, const cb_gemm_loops *loops, const char *change)
{
    cb_time t;
    cb_demand d = {.kernel = s->demand->kernel,
                   .dtype = s->demand->dtype,
                   .isa = s->demand->isa,
                   .peak = s->demand->peak,
                   .threads = s->demand->threads};
    cb_demand_gemm(loops, s->kr, s->hardware, &d);
    if (!cb_time_predict(&d, s->hardware, s->costs, &t) || t.time_s >= s->best_s)
        return;
    s->best_s = t.time_s;
    s->best = t;
    snprintf(s->change, sizeof s->change, "%s", change);
}

static void try_block(search *s, const char *name, double now, double unit, double dimension,
                      size_t offset)
{
    static const double factors[] = {0.5, 2.0 / 3, 1.5, 2};
    char change[48];
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        double block = fmax(unit, round(now * factors[i] / unit) * unit);
        cb_gemm_loops loops = s->loops;
        block = block > dimension ? dimension : block;
        if (block == now)
            continue;
        memcpy((char *)&loops + offset, &block, sizeof block);
        snprintf(change, sizeof change, "%s %.0f -> %.0f", name, now, block);
        try_loops(s, &loops, change);
    }
}

static void try_blocks(search *s)
{
    const cb_gemm_loops *g = &s->loops;
    try_block(s, "kc", fmin(g->kc, g->k), 4 * s->kr, g->k, offsetof(cb_gemm_loops, kc));
    try_block(s, "mc", fmin(g->mc, g->m), g->mr, g->m, offsetof(cb_gemm_loops, mc));
    try_block(s, "nc", fmin(g->nc, g->n), g->nr, g->n, offsetof(cb_gemm_loops, nc));
}

/* Float operands may lie as they are (kr 1); narrow ones in groups have to be packed. */
static void try_packing(search *s)
{
    cb_gemm_loops loops = s->loops;
    if (s->kr > 1)
        return;
    loops.pack_a = !loops.pack_a;
    try_loops(s, &loops, loops.pack_a ? "packing A" : "A as it lies");
    loops = s->loops;
    loops.pack_b = !loops.pack_b;
    try_loops(s, &loops, loops.pack_b ? "packing B" : "B as it lies");
}

/* The part whose time the change cuts most. */
static cb_part most_cut(const cb_time *before, const cb_time *after)
{
    cb_part most = CB_PART_COMPUTE;
    double cut = -INFINITY;
    for (int i = 0; i < CB_PART_COUNT; i++) {
        double change = before->share[i] * before->time_s - after->share[i] * after->time_s;
        if (change <= cut)
            continue;
        cut = change;
        most = (cb_part)i;
    }
    return most;
}

static void tell(const search *s, char *text, size_t bytes, double *gain)
{
    double gained = 1 - s->best_s / s->time->time_s;
    if (gained < least_gain)
        return;
    *gain = gained;
    snprintf(text, bytes, "%s: %s predicts -%.0f %%", cb_part_name(most_cut(s->time, &s->best)),
             s->change, 100 * gained);
}

/* Where the loops cannot be changed one by one: what it would gain to be rid of packing. */
static void tell_packing(const cb_time *time, char *text, size_t bytes, double *gain)
{
    double share = time->share[CB_PART_PACKING];
    if (share < 0.1)
        return;
    *gain = share;
    snprintf(text, bytes, "packing: operands that lie packed already predict -%.0f %%",
             100 * share);
}

void cb_advise(const cb_operator *op, const cb_demand *demand, const cb_hardware *hardware,
               const cb_costs *costs, const cb_time *time, char *text, size_t bytes, double *gain)
{
    search s = {.hardware = hardware,
                .costs = costs,
                .demand = demand,
                .time = time,
                .best_s = time->time_s,
                .kr = cb_row_number(op->row, "tile.kr", 1)};
    text[0] = 0;
    *gain = 0;
    if (strcmp(op->family, "gemm") == 0 && cb_traffic_loops(op->row, &s.loops)) {
        try_blocks(&s);
        try_packing(&s);
        tell(&s, text, bytes, gain);
    }
    if (!(*gain > time->share[CB_PART_PACKING]))
        tell_packing(time, text, bytes, gain);
}
