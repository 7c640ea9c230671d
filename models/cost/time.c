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

/* Lines from beyond the L2 that no neighbour announced: each takes its latency, some at once. */
static double scattered_s(const cb_demand *d, const cb_hardware *h, const cb_costs *costs,
                          cb_phase phase)
{
    double lines = d->boundaries > 1 ? d->bytes[phase].scattered[1] / h->line_bytes : 0;
    return lines > 0 ? lines * cb_hardware_latency(h, d->far_bytes) / costs->of[CB_COST_SCATTER]
                     : 0;
}

/* The part and the stretch of the level that a boundary leads to. */
static cb_part part_of_level(const char *name)
{
    if (strcmp(name, "L2") == 0)
        return CB_PART_L2;
    return strcmp(name, "RAM") == 0 ? CB_PART_RAM : CB_PART_L3;
}

/* Times of one phase, each limit alone; lines that threads share are one of them. */
typedef struct {
    double of[CB_PART_COUNT];
    double of_c_s; /* of `L2`: C's lines, which a unit that waits for the L2 does not wait for */
} limits;

static void add_levels(const cb_demand *d, const cb_hardware *h, const cb_costs *costs,
                       cb_phase phase, limits *alone)
{
    static const cb_cost_term stretch[] = {
        [CB_PART_L2] = CB_COST_L2, [CB_PART_L3] = CB_COST_L3, [CB_PART_RAM] = CB_COST_RAM};
    const cb_demand_bytes *bytes = &d->bytes[phase];
    for (size_t i = 0; i < d->boundaries; i++) {
        cb_part part = part_of_level(h->level[i + 1].name);
        double rate = cb_hardware_read(h, i + 1, d->threads);
        if (!(rate > 0))
            continue;
        double seconds =
            bytes->in[i] / rate + bytes->out[i] * cb_hardware_back(h, i + 1, d->threads);
        alone->of[part] += costs->of[stretch[part]] * seconds;
        if (i == 1)
            alone->of[part] += scattered_s(d, h, costs, phase);
    }
}

/* `L2` is below 1 where panels are fetched ahead. C is not: its lines, a few of each row, take more
 * than as many of a stream (scripts/intervene; of 1, 1.3, 1.6 and 2). What a unit that waits for
 * the L2 loads is not fetched ahead either: it takes what reading takes. */
static const double of_c = 1.3, of_a_wait = 1;

static void add_c(const cb_demand *d, const cb_hardware *h, const cb_costs *costs, limits *alone)
{
    double rate = cb_hardware_read(h, 1, d->threads), stretch = costs->of[CB_COST_L2];
    if (d->boundaries < 1 || part_of_level(h->level[1].name) != CB_PART_L2 || !(rate > 0))
        return;
    double c_s = d->c_in / rate + d->c_out * cb_hardware_back(h, 1, d->threads);
    double others_s = fmax(0, alone->of[CB_PART_L2] / stretch - c_s);
    alone->of_c_s = of_c * c_s;
    alone->of[CB_PART_L2] = alone->of_c_s + (d->waits_for_l2 ? of_a_wait : stretch) * others_s;
}

static double moving_cycles(const cb_demand *d, const cb_costs *costs)
{
    static const cb_cost_term term[CB_MOVE_COUNT] = {
        [CB_MOVE_COPY] = CB_COST_COPY,
        [CB_MOVE_TRANSPOSE] = CB_COST_TRANSPOSE,
        [CB_MOVE_INTERLEAVE] = CB_COST_INTERLEAVE,
        [CB_MOVE_SINGLE] = CB_COST_SINGLE,
        [CB_MOVE_GATHER] = CB_COST_GATHER,
        [CB_MOVE_STRIDED] = CB_COST_STRIDED,
        [CB_MOVE_TRANSFORM] = CB_COST_TRANSFORM,
        [CB_MOVE_BITS] = CB_COST_BITS,
        [CB_MOVE_FINISH] = CB_COST_FINISH,
    };
    double cycles = d->packed_panels * costs->of[CB_COST_PANEL];
    for (size_t i = 0; i < CB_MOVE_COUNT; i++)
        cycles += d->move[i] * costs->of[term[i]];
    return cycles;
}

/* Adds a phase whose limits overlap: the norm with exponent e. Arithmetic of the moving phase is
 * what packing takes; for a unit that waits for the L2, what it loads from there is a part of its
 * arithmetic (C drains meanwhile), and its stores hold it up where they wait for lines of another
 * thread. */
static void add_phase(const limits *alone, double e, bool waits, cb_part arithmetic, cb_time *t)
{
    limits term = *alone;
    double longest = 0, sum = 0, joined, lines = waits ? term.of[CB_PART_THREADS] : 0;
    double loads = waits ? term.of[CB_PART_L2] - term.of_c_s : 0;
    if (waits) {
        term.of[CB_PART_COMPUTE] += loads;
        term.of[CB_PART_L2] = term.of_c_s;
        term.of[CB_PART_THREADS] = 0;
    }
    double busy = term.of[CB_PART_COMPUTE];
    for (int i = 0; i < CB_PART_COUNT; i++)
        longest = fmax(longest, term.of[i]);
    if (!(longest > 0))
        return;
    for (int i = 0; i < CB_PART_COUNT; i++)
        if (term.of[i] > 0)
            sum += term.of[i] = term.of[i] < longest ? pow(term.of[i] / longest, e) : 1;
    joined = sum > 1 ? longest * pow(sum, 1 / e) : longest;
    if (waits && busy > 0) {
        double waiting = term.of[CB_PART_COMPUTE] * loads / busy;
        term.of[CB_PART_L2] += waiting;
        term.of[CB_PART_COMPUTE] -= waiting;
    }
    t->time_s += joined + lines;
    t->share[CB_PART_THREADS] += lines;
    for (int i = 0; i < CB_PART_COUNT; i++) {
        cb_part part = i == CB_PART_COMPUTE ? arithmetic : (cb_part)i;
        t->alone_s[part] += alone->of[i];
        t->share[part] += joined * term.of[i] / sum;
    }
}

static void add_part(cb_part part, double seconds, cb_time *t)
{
    t->alone_s[part] += seconds;
    t->share[part] += seconds;
    t->time_s += seconds;
}

/* From seconds to shares. */
static void find_binding(cb_time *t)
{
    for (int i = 0; i < CB_PART_COUNT; i++) {
        t->share[i] /= t->time_s;
        if (t->share[i] > t->share[t->binding])
            t->binding = (cb_part)i;
    }
}

double cb_time_undisturbed(double time_s, double state, const cb_costs *costs)
{
    return time_s * pow(state, costs->of[CB_COST_NEIGHBOUR]);
}

/* A unit that cannot load ahead has its register loads in tile_cycles. */
static void multiply(const cb_demand *d, const cb_hardware *h, const cb_costs *costs, double peak,
                     limits *alone)
{
    double l1 = cb_hardware_read(h, 0, d->threads);
    double cycles =
        d->tiles * d->tile_sums / CB_DEMAND_TILE_SUMS * costs->of[CB_COST_TILE] + d->tile_cycles;
    alone->of[CB_PART_COMPUTE] = arithmetic_ops(d, costs) / peak * costs->of[CB_COST_ARITHMETIC] *
                                     cb_costs_kernel(costs, d->kernel) +
                                 cycles / h->clock_hz;
    if (l1 > 0 && !d->waits_for_l2)
        alone->of[CB_PART_L1] = costs->of[CB_COST_L1] * d->load_bytes / l1;
    alone->of[CB_PART_THREADS] =
        (d->shared_lines * costs->of[CB_COST_LINE] + d->handed_lines * costs->of[CB_COST_HANDED]) /
        h->clock_hz;
    add_levels(d, h, costs, CB_PHASE_MULTIPLY, alone);
    add_c(d, h, costs, alone);
}

bool cb_time_predict(const cb_demand *d, const cb_hardware *h, const cb_costs *costs, cb_time *time)
{
    cb_time t = {.binding = CB_PART_COMPUTE};
    limits multiplying = {.of_c_s = 0}, moving = {.of_c_s = 0};
    double e = costs->of[CB_COST_OVERLAP];
    double peak = d->peak > 0 ? d->peak : cb_hardware_ops(h, d->dtype, d->isa, d->threads);
    if (!(peak > 0))
        return false;
    multiply(d, h, costs, peak, &multiplying);
    moving.of[CB_PART_COMPUTE] = moving_cycles(d, costs) / h->clock_hz;
    add_levels(d, h, costs, CB_PHASE_MOVE, &moving);
    add_phase(&multiplying, e, d->waits_for_l2, CB_PART_COMPUTE, &t);
    add_phase(&moving, e, false, CB_PART_PACKING, &t);
    add_part(CB_PART_CALL, d->calls * costs->of[CB_COST_CALL] / h->clock_hz, &t);
    add_part(CB_PART_THREADS, d->meetings * costs->of[CB_COST_MEETING] / h->clock_hz, &t);
    if (!(t.time_s > 0))
        return false;
    find_binding(&t);
    *time = t;
    return true;
}
