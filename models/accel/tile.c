/* DORY (A. Burrello et al., IEEE Trans. Comput. 2021; its public tiler in the state that the traces
 * were made with): what has to fit, and the objective that picks one of what fits. Its constraint
 * solver takes the first best one in the order channels, rows, columns; so does this search, which
 * looks at all of them. The fastest tile is looked for in two passes: one finds the tile with the
 * least floor, the other works out the cycles of every tile whose floor lies below those of the
 * best one so far; the rest cannot be it. */
#include "models/accel/tile_floor.h"
#include "models/accel/tile_parts.h"
#include "models/accel/time.h"

#include <math.h>

typedef struct {
    const cb_accel_platform *platform;
    const cb_accel_layer *layer;
    cb_accel_tiler tiler;
    bool found;
    int64_t best;
    double best_cycles;
    cb_accel_tile tile;
    cb_tile_floor floor; /* of the fastest */
    double least_floor, limit;
    cb_accel_tile promising; /* with that floor */
    uint64_t looked_at, fits, ruled_out;
} search;

/* Whether it takes longer than some tile that fits. */
static bool is_ruled_out(const search *s, const cb_accel_tile *tile)
{
    double floor = cb_tile_floor_of(&s->floor, tile);
    return floor > s->limit || (s->found && floor >= s->best_cycles);
}

static void take(search *s, const cb_accel_tile *tile, int64_t bytes)
{
    if (s->tiler == CB_TILER_DORY) {
        int64_t value = cb_tile_objective(s->layer, tile, bytes);
        if (s->found && value <= s->best)
            return;
        s->best = value;
    } else if (is_ruled_out(s, tile)) {
        s->ruled_out++;
        return;
    } else {
        double cycles = cb_accel_part_cycles(s->platform, s->layer, tile);
        if (s->found && cycles >= s->best_cycles)
            return;
        s->best_cycles = cycles;
    }
    s->found = true;
    s->tile = *tile;
}

/* Whether L1 has room for it; the bytes. */
static bool fits(const search *s, const cb_accel_tile *tile, int64_t *bytes)
{
    if (tile->in_h > s->layer->h || tile->in_w > s->layer->w)
        return false;
    *bytes = cb_tile_buffered_bytes(s->layer, tile);
    return *bytes <= cb_accel_l1_data(s->platform);
}

static void look_at(void *context, const cb_accel_tile *tile)
{
    search *s = context;
    int64_t bytes;
    s->looked_at++;
    if (!fits(s, tile, &bytes))
        return;
    s->fits++;
    take(s, tile, bytes);
}

static void look_at_floor(void *context, const cb_accel_tile *tile)
{
    search *s = context;
    int64_t bytes;
    if (!fits(s, tile, &bytes))
        return;
    double floor = cb_tile_floor_of(&s->floor, tile);
    if (floor < s->least_floor) {
        s->least_floor = floor;
        s->promising = *tile;
    }
}

/* No tile that takes longer than `limit` is the fastest. */
static void set_limit(search *s)
{
    s->floor = cb_tile_floor_new(s->platform, s->layer);
    s->least_floor = s->limit = INFINITY;
    if (s->floor.lines)
        cb_tile_each(s->layer, look_at_floor, s);
    if (s->least_floor < INFINITY)
        s->limit = cb_accel_part_cycles(s->platform, s->layer, &s->promising);
}

static bool tile_part(const cb_accel_platform *p, const cb_accel_layer *part, cb_accel_tiler tiler,
                      cb_accel_plan *plan, cb_accel_tile *tile)
{
    search s = {.platform = p, .layer = part, .tiler = tiler};
    bool at_once = cb_tile_at_once_bytes(part) <= cb_accel_l1_data(p);
    s.tile = cb_tile_whole(part);
    if (at_once) {
        s.looked_at = s.fits = 1;
        s.found = true;
        if (tiler == CB_TILER_FASTEST)
            s.best_cycles = cb_accel_part_cycles(p, part, &s.tile);
    }
    if (tiler == CB_TILER_FASTEST)
        set_limit(&s);
    if (!at_once || tiler == CB_TILER_FASTEST)
        cb_tile_each(part, look_at, &s);
    cb_tile_floor_free(&s.floor);
    plan->looked_at += s.looked_at;
    plan->fits += s.fits;
    plan->ruled_out += s.ruled_out;
    *tile = s.tile;
    return s.found;
}

static cb_status unfit(const cb_accel_layer *l, const char *memory, long bytes, cb_error *err)
{
    return cb_fail(err, CB_UNSUPPORTED, "%s: nothing of this layer fits the %ld bytes of %s",
                   l->name, bytes, memory);
}

cb_status cb_accel_plan_layer(const cb_accel_platform *p, const cb_accel_layer *l,
                              cb_accel_tiler tiler, cb_error *err, cb_accel_plan *out)
{
    cb_accel_plan plan = {.l2_channels = cb_tile_l2_channels(p, l)};
    if (!plan.l2_channels)
        return unfit(l, "L2", cb_accel_l2_data(p), err);
    plan.parts = cb_accel_ceil(l->cout, plan.l2_channels);
    cb_accel_layer part = cb_accel_part(l, plan.l2_channels);
    if (!tile_part(p, &part, tiler, &plan, &plan.tile))
        return unfit(l, "L1", cb_accel_l1_data(p), err);
    cb_accel_layer last = cb_accel_part(l, l->cout - plan.l2_channels * (plan.parts - 1));
    plan.last = plan.tile;
    if (last.cout != part.cout && !tile_part(p, &last, tiler, &plan, &plan.last))
        return unfit(l, "L1", cb_accel_l1_data(p), err);
    cb_accel_tile in_l2 = cb_tile_whole(&part);
    plan.l1_bytes = cb_accel_tile_bytes(&part, &plan.tile, true);
    plan.l2_bytes = cb_accel_tile_bytes(&part, &in_l2, false);
    *out = plan;
    return CB_OK;
}
