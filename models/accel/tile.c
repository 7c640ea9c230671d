/* DORY (A. Burrello et al., IEEE Trans. Comput. 2021; its public tiler in the state that the traces
 * were made with): what has to fit, and the objective that picks one of what fits. Its constraint
 * solver takes the first best one in the order channels, rows, columns; so does this search, which
 * looks at all of them. */
#include "models/accel/tile_parts.h"
#include "models/accel/time.h"

typedef struct {
    const cb_accel_platform *platform;
    const cb_accel_layer *layer;
    cb_accel_tiler tiler;
    bool found;
    int64_t best;
    double best_cycles;
    cb_accel_tile tile;
    uint64_t looked_at, fits;
} search;

static void take(search *s, const cb_accel_tile *tile, int64_t bytes)
{
    if (s->tiler == CB_TILER_DORY) {
        int64_t value = cb_tile_objective(s->layer, tile, bytes);
        if (s->found && value <= s->best)
            return;
        s->best = value;
    } else {
        double cycles = cb_accel_part_cycles(s->platform, s->layer, tile);
        if (s->found && cycles >= s->best_cycles)
            return;
        s->best_cycles = cycles;
    }
    s->found = true;
    s->tile = *tile;
}

static void look_at(void *context, const cb_accel_tile *tile)
{
    search *s = context;
    const cb_accel_layer *l = s->layer;
    s->looked_at++;
    if (tile->in_h > l->h || tile->in_w > l->w)
        return;
    int64_t bytes = cb_tile_buffered_bytes(l, tile);
    if (bytes > cb_accel_l1_data(s->platform))
        return;
    s->fits++;
    take(s, tile, bytes);
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
    if (!at_once || tiler == CB_TILER_FASTEST)
        cb_tile_each(part, look_at, &s);
    plan->looked_at += s.looked_at;
    plan->fits += s.fits;
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
