/* Why a network gets faster along an axis, or does not: said from its layers, not from its sum. */
#include "cli/estimate_sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 64, NAMED = 3 };

/* Changes below this are none. */
static const double same = 0.005;

/* Two neighbours on an axis, all other axes at their first values. */
typedef struct {
    const cb_sweep_view *view;
    const cb_accel_axis *axis;
    const char *from_name, *to_name;
    const cb_accel_model *model;
    cb_accel_platform from_platform, to_platform;
    cb_accel_estimate from, to;
} step;

/* Layers alike in what a step does to them. */
typedef struct {
    size_t count;
    char names[160];
} group;

static void add(group *g, const step *s, size_t layer, const char *detail)
{
    size_t used = strlen(g->names);
    const char *name = s->model->layers[layer].name, *slash = strrchr(name, '/');
    if (slash && slash > name && strlen(name) > 28)
        name += strlen(name) - 28;
    if (g->count++ < NAMED)
        snprintf(g->names + used, sizeof g->names - used, "%s%s%s", used ? ", " : "", name, detail);
}

static void say(const group *g, const char *one, const char *many, char *line, size_t bytes)
{
    size_t used = strlen(line);
    if (g->count)
        snprintf(line + used, bytes - used, "; %zu %s (%s%s)", g->count, g->count == 1 ? one : many,
                 g->names, g->count > NAMED ? ", ..." : "");
}

static double change_of(const step *s, size_t layer)
{
    return s->to.results[layer].time.cycles / s->from.results[layer].time.cycles - 1;
}

static void explain_cores(const step *s, char *line, size_t bytes)
{
    group units = {0}, pairs = {0}, pools = {0}, slower = {0};
    char detail[48];
    int more = s->to_platform.cores;
    for (size_t i = 0; i < s->model->count; i++) {
        const cb_accel_result *a = &s->from.results[i], *b = &s->to.results[i];
        double change = change_of(s, i);
        if (more < s->from_platform.cores || change < -same)
            continue;
        if (change > same) {
            add(&slower, s, i, "");
        } else if (s->model->layers[i].kind == CB_ACCEL_POOL) {
            add(&pools, s, i, "");
        } else if (b->time.busy_cores == a->time.busy_cores) {
            snprintf(detail, sizeof detail, ": %d", b->time.busy_cores);
            add(&units, s, i, detail);
        } else {
            add(&pairs, s, i, "");
        }
    }
    say(&units, "layer has no more units of work", "layers have no more units of work", line,
        bytes);
    say(&pairs, "layer takes as long: lone pixels for pairs",
        "layers take as long: lone pixels for pairs", line, bytes);
    say(&pools, "pool runs on one core", "pools run on one core", line, bytes);
    say(&slower, "layer is slower: cores disturb each other",
        "layers are slower: cores disturb each other", line, bytes);
}

static void explain_memory(const step *s, char *line, size_t bytes)
{
    group parts = {0}, tiles = {0};
    char detail[64];
    size_t used = strlen(line);
    for (size_t i = 0; i < s->model->count; i++) {
        const cb_accel_plan *a = &s->from.results[i].plan, *b = &s->to.results[i].plan;
        if (a->parts != b->parts) {
            snprintf(detail, sizeof detail, ": %lld to %lld", (long long)a->parts,
                     (long long)b->parts);
            add(&parts, s, i, detail);
        } else if (a->tile.n != b->tile.n || a->tile.h != b->tile.h || a->tile.w != b->tile.w) {
            add(&tiles, s, i, "");
        }
    }
    say(&parts, "layer is cut into another number of parts for L2",
        "layers are cut into other numbers of parts for L2", line, bytes);
    say(&tiles, "layer has other tiles", "layers have other tiles", line, bytes);
    if (!parts.count && !tiles.count)
        snprintf(line + used, bytes - used, "; every layer is tiled as before");
}

static cb_status estimate_at(const cb_sweep_view *view, size_t point, cb_accel_platform *p,
                             const cb_accel_model **model, cb_accel_estimate *estimate,
                             cb_error *err)
{
    size_t variant;
    cb_status status = cb_accel_sweep_at(view->sweep, point, err, p, &variant);
    if (status != CB_OK)
        return status;
    *model = &view->sweep->variants[variant].model;
    return cb_accel_estimate_network(p, *model, view->sweep->tiler, err, estimate);
}

static void describe(const step *s, char *line, size_t bytes)
{
    double ratio = s->to.cycles / s->from.cycles;
    if (fabs(ratio - 1) < 1e-9)
        snprintf(line, bytes, "%s %s -> %s: the same cycles", s->axis->key, s->from_name,
                 s->to_name);
    else
        snprintf(line, bytes, "%s %s -> %s: %.4g times the cycles", s->axis->key, s->from_name,
                 s->to_name, ratio);
    if (strcmp(s->axis->key, "cores") == 0)
        explain_cores(s, line, bytes);
    else if (s->axis->effect == CB_FIELD_MEMORY)
        explain_memory(s, line, bytes);
}

static bool explained(const cb_accel_axis *axis)
{
    return axis->kind == CB_AXIS_PLATFORM && axis->count > 1 &&
           (strcmp(axis->key, "cores") == 0 || axis->effect == CB_FIELD_MEMORY);
}

static cb_status explain_step(const cb_sweep_view *view, const cb_accel_axis *axis, size_t point,
                              size_t next, void (*tell)(void *, const char *), void *user,
                              cb_error *err)
{
    char line[1000];
    size_t number = (size_t)(axis - view->sweep->axes);
    step s = {.view = view, .axis = axis};
    if (!view->points[point].possible || !view->points[next].possible)
        return CB_OK;
    s.from_name = axis->values[cb_accel_sweep_value(view->sweep, point, number)];
    s.to_name = axis->values[cb_accel_sweep_value(view->sweep, next, number)];
    cb_status status = estimate_at(view, point, &s.from_platform, &s.model, &s.from, err);
    if (status != CB_OK)
        return status;
    status = estimate_at(view, next, &s.to_platform, &s.model, &s.to, err);
    if (status == CB_OK) {
        describe(&s, line, sizeof line);
        tell(user, line);
        cb_accel_estimate_free(&s.to);
    }
    cb_accel_estimate_free(&s.from);
    return status;
}

cb_status cb_sweep_explain(const cb_sweep_view *view, void (*tell)(void *user, const char *line),
                           void *user, cb_error *err)
{
    cb_status status = CB_OK;
    size_t steps = 0, stride = view->count;
    for (size_t i = 0; i < view->sweep->axis_count; i++) {
        const cb_accel_axis *axis = &view->sweep->axes[i];
        stride /= axis->count;
        for (size_t v = 0; explained(axis) && v + 1 < axis->count && status == CB_OK; v++)
            if (steps++ < MOST_STEPS)
                status = explain_step(view, axis, v * stride, (v + 1) * stride, tell, user, err);
    }
    return status;
}
