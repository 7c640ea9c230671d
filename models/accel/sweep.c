#include "models/accel/sweep.h"

#include "models/accel/frontier.h"
#include "models/accel/tile_parts.h"

#include <math.h>
#include <stdlib.h>

/* Cycles of a layer with one tiling. */
typedef struct {
    double cycles, spread_cycles, bound_cycles; /* cycles < 0: no kernel for it */
} layer_time;

typedef struct {
    int64_t channels;
    cb_accel_frontier frontier;
} part_tiles;

/* A layer that differs from all others. */
typedef struct {
    const cb_accel_layer *layer;
    double parameter_bytes;
    part_tiles *parts; /* tiles of each number of channels that L2 may hold */
    size_t part_count;
    cb_accel_plan *plans; /* that differ */
    size_t plan_count;
    int32_t *plan_of; /* of each combination of memory sizes; -1: it does not fit */
    size_t first;     /* of its plans' times among all */
    cb_status status;
} unit;

typedef struct {
    const cb_accel_sweep *sweep;
    size_t stride[CB_SWEEP_AXES];               /* points from one value of an axis to the next */
    size_t memories, moments, clocks, variants; /* combinations of axes of one effect */
    unit *units;
    size_t unit_count;
    uint32_t **unit_of; /* of each layer of each variant */
    size_t plans;       /* of all units */
    layer_time *times;  /* [moment of this round][plan] */
    cb_accel_point *points;
    cb_error *err;
} run;

/* ---- combinations ---- */

enum { MODEL_EFFECT = -1 };

static int effect_of(const cb_accel_axis *axis)
{
    return axis->kind == CB_AXIS_MODEL ? MODEL_EFFECT : (int)axis->effect;
}

static size_t combinations(const cb_accel_axis *axes, size_t count, int effect)
{
    size_t product = 1;
    for (size_t i = 0; i < count; i++)
        if (effect_of(&axes[i]) == effect)
            product = product > CB_SWEEP_POINTS ? product : product * axes[i].count;
    return product;
}

size_t cb_accel_sweep_variants(const cb_accel_axis *axes, size_t count)
{
    return combinations(axes, count, MODEL_EFFECT);
}

size_t cb_accel_sweep_points(const cb_accel_sweep *s)
{
    size_t product = 1;
    for (size_t i = 0; i < s->axis_count; i++)
        product = product > CB_SWEEP_POINTS ? product : product * s->axes[i].count;
    return product;
}

static size_t stride_of(const cb_accel_sweep *s, size_t axis)
{
    size_t stride = 1;
    for (size_t i = axis + 1; i < s->axis_count; i++)
        stride *= s->axes[i].count;
    return stride;
}

size_t cb_accel_sweep_value(const cb_accel_sweep *s, size_t point, size_t axis)
{
    return point / stride_of(s, axis) % s->axes[axis].count;
}

/* Sets the fields of one effect to their combination number `index`, and tells which point that is
 * when all other axes stand at their first values. */
static size_t set_fields(const run *r, int effect, size_t index, cb_accel_platform *p)
{
    size_t offset = 0;
    for (size_t i = r->sweep->axis_count; i-- > 0;) {
        const cb_accel_axis *axis = &r->sweep->axes[i];
        if (effect_of(axis) != effect)
            continue;
        size_t value = index % axis->count;
        index /= axis->count;
        offset += value * r->stride[i];
        if (effect != MODEL_EFFECT)
            cb_accel_field_set(axis->key, axis->values[value], NULL, p);
    }
    return offset;
}

cb_status cb_accel_sweep_at(const cb_accel_sweep *s, size_t point, cb_error *err,
                            cb_accel_platform *platform, size_t *variant)
{
    cb_status status = CB_OK;
    cb_accel_platform p = *s->platform;
    size_t number = 0;
    for (size_t i = 0; status == CB_OK && i < s->axis_count; i++) {
        size_t value = cb_accel_sweep_value(s, point, i);
        if (s->axes[i].kind == CB_AXIS_MODEL)
            number = number * s->axes[i].count + value;
        else
            status = cb_accel_field_set(s->axes[i].key, s->axes[i].values[value], err, &p);
    }
    if (status != CB_OK)
        return status;
    *platform = p;
    *variant = number;
    return CB_OK;
}

/* ---- layers that differ ---- */

static uint32_t hash_of(const cb_accel_key *key)
{
    uint32_t hash = 2166136261u;
    for (int i = 0; i < CB_ACCEL_KEY_NUMBERS; i++)
        hash = (hash ^ (uint32_t)key->of[i]) * 16777619u;
    return hash;
}

/* Room for a table of twice as many slots as there are layers; a power of two. */
static size_t slots_for(size_t layers)
{
    size_t slots = 16;
    while (slots < 2 * layers)
        slots *= 2;
    return slots;
}

static uint32_t find_unit(run *r, uint32_t *table, size_t slots, const cb_accel_layer *layer)
{
    cb_accel_key key;
    cb_accel_layer_key(layer, &key);
    size_t slot = hash_of(&key) & (slots - 1);
    for (; table[slot]; slot = (slot + 1) & (slots - 1))
        if (cb_accel_layers_alike(layer, r->units[table[slot] - 1].layer))
            return table[slot] - 1;
    cb_accel_decoration d = cb_accel_decorate(layer, 1);
    r->units[r->unit_count] = (unit){
        .layer = layer, .parameter_bytes = (d.parameter_bits + d.table_bits + d.quant_bits) / 8};
    table[slot] = (uint32_t)++r->unit_count;
    return table[slot] - 1;
}

static cb_status find_units(run *r)
{
    size_t layers = 0;
    for (size_t v = 0; v < r->variants; v++)
        layers += r->sweep->variants[v].model.count;
    size_t slots = slots_for(layers);
    uint32_t *table = calloc(slots, sizeof *table);
    r->units = calloc(layers + 1, sizeof *r->units);
    r->unit_of = calloc(r->variants + 1, sizeof *r->unit_of);
    bool complete = table && r->units && r->unit_of;
    for (size_t v = 0; complete && v < r->variants; v++) {
        const cb_accel_model *model = &r->sweep->variants[v].model;
        r->unit_of[v] = malloc((model->count + 1) * sizeof **r->unit_of);
        complete = r->unit_of[v] != NULL;
        for (size_t l = 0; complete && l < model->count; l++)
            r->unit_of[v][l] = find_unit(r, table, slots, &model->layers[l]);
    }
    free(table);
    return complete ? CB_OK : cb_fail(r->err, CB_NO_MEMORY, "no memory for the sweep's layers");
}

/* ---- tiles ---- */

static void forget_tiles(unit *u)
{
    for (size_t i = 0; i < u->part_count; i++)
        cb_accel_frontier_free(&u->parts[i].frontier);
    free(u->parts);
    free(u->plans);
    free(u->plan_of);
    u->parts = NULL;
    u->plans = NULL;
    u->plan_of = NULL;
    u->part_count = u->plan_count = 0;
}

static const cb_accel_frontier *tiles_of(unit *u, const cb_accel_platform *p, cb_accel_tiler tiler,
                                         int64_t channels)
{
    for (size_t i = 0; i < u->part_count; i++)
        if (u->parts[i].channels == channels)
            return &u->parts[i].frontier;
    part_tiles *grown = realloc(u->parts, (u->part_count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    u->parts = grown;
    part_tiles *made = &grown[u->part_count];
    cb_accel_layer part = cb_accel_part(u->layer, channels);
    made->channels = channels;
    if (cb_accel_frontier_find(p, &part, tiler, NULL, &made->frontier) != CB_OK)
        return NULL;
    u->part_count++;
    return &made->frontier;
}

static bool same_tile(const cb_accel_tile *a, const cb_accel_tile *b)
{
    return a->n == b->n && a->h == b->h && a->w == b->w;
}

/* The number of this plan among those that differ; -1 without memory. */
static int32_t keep_plan(unit *u, const cb_accel_plan *plan)
{
    for (size_t i = 0; i < u->plan_count; i++)
        if (u->plans[i].l2_channels == plan->l2_channels &&
            same_tile(&u->plans[i].tile, &plan->tile) && same_tile(&u->plans[i].last, &plan->last))
            return (int32_t)i;
    if ((u->plan_count & (u->plan_count - 1)) == 0) {
        size_t capacity = u->plan_count ? 2 * u->plan_count : 1;
        cb_accel_plan *grown = realloc(u->plans, capacity * sizeof *grown);
        if (!grown) {
            u->status = CB_NO_MEMORY;
            return -1;
        }
        u->plans = grown;
    }
    u->plans[u->plan_count] = *plan;
    return (int32_t)u->plan_count++;
}

/* As cb_accel_plan_layer does it, from tiles that are looked for once. */
static int32_t plan_unit(unit *u, const cb_accel_platform *p, cb_accel_tiler tiler)
{
    int64_t l1 = cb_accel_l1_data(p);
    cb_accel_plan plan = {.l2_channels = cb_tile_l2_channels(p, u->layer)};
    if (!plan.l2_channels)
        return -1;
    plan.parts = cb_accel_ceil(u->layer->cout, plan.l2_channels);
    int64_t rest = u->layer->cout - plan.l2_channels * (plan.parts - 1);
    const cb_accel_frontier *whole = tiles_of(u, p, tiler, plan.l2_channels);
    const cb_accel_tile *tile = whole ? cb_accel_frontier_tile(whole, l1) : NULL;
    if (tile)
        plan.tile = *tile;
    const cb_accel_frontier *last = whole ? tiles_of(u, p, tiler, rest) : NULL;
    const cb_accel_tile *last_tile = last ? cb_accel_frontier_tile(last, l1) : NULL;
    if (!whole || !last)
        u->status = CB_NO_MEMORY;
    if (!tile || !last_tile)
        return -1;
    plan.last = *last_tile;
    cb_accel_layer part = cb_accel_part(u->layer, plan.l2_channels);
    cb_accel_tile in_l2 = cb_tile_whole(&part);
    plan.l1_bytes = cb_accel_tile_bytes(&part, &plan.tile, true);
    plan.l2_bytes = cb_accel_tile_bytes(&part, &in_l2, false);
    return keep_plan(u, &plan);
}

/* Tiles of one layer for all memories. */
static void plan_for_all(const run *r, unit *u, size_t moment)
{
    cb_accel_platform p = *r->sweep->platform;
    set_fields(r, CB_FIELD_TIME, moment, &p);
    forget_tiles(u);
    u->plan_of = malloc(r->memories * sizeof *u->plan_of);
    if (!u->plan_of) {
        u->status = CB_NO_MEMORY;
        return;
    }
    for (size_t m = 0; m < r->memories; m++) {
        set_fields(r, CB_FIELD_MEMORY, m, &p);
        bool room = cb_accel_l1_data(&p) > 0 && cb_accel_l2_data(&p) > 0;
        u->plan_of[m] = room ? plan_unit(u, &p, r->sweep->tiler) : -1;
    }
}

static cb_status plan_all(run *r, size_t moment)
{
    cb_status status = CB_OK;
#pragma omp parallel for schedule(dynamic) num_threads(r->sweep->threads)
    for (size_t i = 0; i < r->unit_count; i++)
        plan_for_all(r, &r->units[i], moment);
    r->plans = 0;
    for (size_t i = 0; i < r->unit_count; i++) {
        r->units[i].first = r->plans;
        r->plans += r->units[i].plan_count;
        if (r->units[i].status != CB_OK)
            status = r->units[i].status;
    }
    return status == CB_OK ? CB_OK : cb_fail(r->err, status, "no memory for the sweep's tiles");
}

/* ---- times ---- */

static void time_unit(const run *r, const unit *u, size_t moment, layer_time *times)
{
    cb_accel_platform p = *r->sweep->platform;
    set_fields(r, CB_FIELD_TIME, moment, &p);
    for (size_t i = 0; i < u->plan_count; i++) {
        cb_accel_time t;
        layer_time *to = &times[u->first + i];
        *to = (layer_time){.cycles = -1};
        if (cb_accel_time_layer(&p, u->layer, &u->plans[i], NULL, &t) == CB_OK)
            *to = (layer_time){t.cycles, t.cycles * t.spread, t.bound_cycles};
    }
}

static void time_all(run *r, size_t first, size_t count)
{
#pragma omp parallel for collapse(2) schedule(dynamic) num_threads(r->sweep->threads)
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < r->unit_count; i++)
            time_unit(r, &r->units[i], first + t, r->times + t * r->plans);
}

/* ---- points ---- */

static bool add_layer(cb_accel_point *sum, const unit *u, size_t memory, const layer_time *times)
{
    int32_t plan = u->plan_of[memory];
    if (plan < 0)
        return false;
    const layer_time *t = &times[u->first + (size_t)plan];
    if (t->cycles < 0)
        return false;
    sum->cycles += t->cycles;
    sum->spread_cycles += t->spread_cycles;
    sum->bound_cycles += t->bound_cycles;
    sum->parameter_bytes += u->parameter_bytes;
    sum->l1_bytes = fmax(sum->l1_bytes, u->plans[plan].l1_bytes);
    sum->l2_bytes = fmax(sum->l2_bytes, u->plans[plan].l2_bytes);
    return true;
}

static cb_accel_point sum_of(const run *r, size_t variant, size_t memory, const layer_time *times)
{
    cb_accel_point sum = {0};
    const cb_accel_variant *v = &r->sweep->variants[variant];
    bool possible = v->refused == NULL;
    for (size_t l = 0; possible && l < v->model.count; l++)
        possible = add_layer(&sum, &r->units[r->unit_of[variant][l]], memory, times);
    sum = possible ? sum : (cb_accel_point){0};
    sum.possible = possible;
    sum.accuracy = v->accuracy;
    return sum;
}

/* Every variant and clock of a moment and a memory. */
static void fill(const run *r, size_t moment, size_t memory, const layer_time *times)
{
    cb_accel_platform p = *r->sweep->platform;
    size_t at = set_fields(r, CB_FIELD_TIME, moment, &p);
    at += set_fields(r, CB_FIELD_MEMORY, memory, &p);
    bool possible = cb_accel_platform_check(&p, NULL) == CB_OK;
    for (size_t v = 0; v < r->variants; v++) {
        size_t from = at + set_fields(r, MODEL_EFFECT, v, &p);
        cb_accel_point sum = sum_of(r, v, memory, times);
        sum.possible &= possible;
        sum.l1_size = (double)p.l1_bytes;
        sum.l2_size = (double)p.l2_bytes;
        for (size_t c = 0; c < r->clocks; c++) {
            size_t to = from + set_fields(r, CB_FIELD_CLOCK, c, &p);
            r->points[to] = sum;
            r->points[to].clock_hz = p.clock_hz;
        }
    }
}

static void fill_all(run *r, size_t first, size_t count)
{
#pragma omp parallel for collapse(2) schedule(static) num_threads(r->sweep->threads)
    for (size_t t = 0; t < count; t++)
        for (size_t m = 0; m < r->memories; m++)
            fill(r, first + t, m, r->times + t * r->plans);
}

/* ---- the whole ---- */

static cb_status check_values(const cb_accel_sweep *s, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < s->axis_count; i++)
        for (size_t v = 0; s->axes[i].kind == CB_AXIS_PLATFORM && v < s->axes[i].count; v++) {
            cb_accel_platform p = *s->platform;
            status = cb_accel_field_set(s->axes[i].key, s->axes[i].values[v], err, &p);
            if (status != CB_OK)
                return status;
        }
    if (cb_accel_sweep_points(s) > CB_SWEEP_POINTS)
        return cb_fail(err, CB_USAGE, "--sweep: more than %zu points", CB_SWEEP_POINTS);
    return CB_OK;
}

static void set_up(run *r)
{
    const cb_accel_sweep *s = r->sweep;
    for (size_t i = 0; i < s->axis_count; i++)
        r->stride[i] = stride_of(s, i);
    r->memories = combinations(s->axes, s->axis_count, CB_FIELD_MEMORY);
    r->moments = combinations(s->axes, s->axis_count, CB_FIELD_TIME);
    r->clocks = combinations(s->axes, s->axis_count, CB_FIELD_CLOCK);
    r->variants = combinations(s->axes, s->axis_count, MODEL_EFFECT);
}

/* Moments of one round: as many as some memory holds, few enough to tell progress between. */
static size_t moments_a_round(const run *r)
{
    const size_t most_times = (size_t)1 << 20, most_points = (size_t)1 << 17;
    size_t by_times = most_times / (r->plans + 1);
    size_t by_points = most_points / (r->memories * r->variants * r->clocks);
    size_t round = by_times < by_points ? by_times : by_points;
    if (r->sweep->tiler == CB_TILER_FASTEST || round == 0)
        return 1;
    return round < r->moments ? round : r->moments;
}

static cb_status make_room(run *r, size_t round)
{
    layer_time *grown = realloc(r->times, (round * r->plans + 1) * sizeof *grown);
    if (!grown)
        return cb_fail(r->err, CB_NO_MEMORY, "no memory for the sweep's times");
    r->times = grown;
    return CB_OK;
}

static cb_status walk(run *r)
{
    const cb_accel_sweep *s = r->sweep;
    cb_status status = plan_all(r, 0);
    size_t round = moments_a_round(r), each = r->memories * r->variants * r->clocks;
    for (size_t first = 0; status == CB_OK && first < r->moments; first += round) {
        size_t left = r->moments - first, count = round < left ? round : left;
        if (first && s->tiler == CB_TILER_FASTEST)
            status = plan_all(r, first);
        if (status == CB_OK)
            status = make_room(r, round);
        if (status != CB_OK)
            break;
        time_all(r, first, count);
        fill_all(r, first, count);
        if (s->progress && !s->progress(s->user, (first + count) * each, r->moments * each))
            status = cb_fail(r->err, CB_INTERRUPTED, "interrupted");
    }
    return status;
}

static void clean_up(run *r)
{
    for (size_t i = 0; r->units && i < r->unit_count; i++)
        forget_tiles(&r->units[i]);
    for (size_t v = 0; r->unit_of && v < r->variants; v++)
        free(r->unit_of[v]);
    free(r->unit_of);
    free(r->units);
    free(r->times);
}

cb_status cb_accel_sweep_run(const cb_accel_sweep *sweep, cb_error *err, cb_accel_point **points)
{
    run r = {.sweep = sweep, .err = err};
    cb_status status = check_values(sweep, err);
    if (status != CB_OK)
        return status;
    set_up(&r);
    r.points = calloc(cb_accel_sweep_points(sweep), sizeof *r.points);
    if (!r.points)
        return cb_fail(err, CB_NO_MEMORY, "no memory for %zu points", cb_accel_sweep_points(sweep));
    status = find_units(&r);
    if (status == CB_OK)
        status = walk(&r);
    clean_up(&r);
    if (status == CB_OK)
        *points = r.points;
    else
        free(r.points);
    return status;
}
