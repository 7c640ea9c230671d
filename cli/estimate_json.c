#include "cli/estimate_print.h"

#include "models/accel/timeline.h"

#include <stdlib.h>

/* Sets a key; `*ok` turns false without memory. */
static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
    if (json_object_set_new(object, key, value) != 0)
        *ok = false;
}

static json_t *decoration_json(const cb_accel_decoration *d, bool *ok)
{
    const struct {
        const char *key;
        double value;
    } rows[] = {{"macs", d->macs},
                {"look_ups", d->look_ups},
                {"bops", d->bops},
                {"bit_products", d->bit_products},
                {"relu_bops", d->relu_bops},
                {"quantizer_bops", d->quant_bops},
                {"pool_bops", d->pool_bops},
                {"im2col_bytes", d->im2col_bits / 8},
                {"im2col_buffer_bytes", d->buffer_bits / 8},
                {"parameter_bytes", d->parameter_bits / 8},
                {"table_bytes", d->table_bits / 8},
                {"quantizer_bytes", d->quant_bits / 8},
                {"sum_bytes", d->sum_bits / 8},
                {"output_bytes", d->output_bits / 8}};
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        put(object, rows[i].key, json_real(rows[i].value), ok);
    return object;
}

static json_t *terms_json(const cb_accel_platform *p, const cb_accel_time *t, bool *ok)
{
    json_t *array = json_array();
    for (int i = 0; i < CB_ACCEL_TERMS; i++)
        if (t->counts.of[i] > 0 &&
            json_array_append_new(array, json_pack("{s:s, s:f, s:f}", "term", cb_accel_term_name(i),
                                                   "count", t->counts.of[i], "cycles_of_one",
                                                   p->cycles.of[i])) != 0)
            *ok = false;
    return array;
}

static json_t *layer_json(const cb_estimate_view *view, size_t layer, bool *ok)
{
    const cb_accel_layer *l = &view->model->layers[layer];
    const cb_accel_result *r = &view->estimate->results[layer];
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i}", "layer", l->name, "relu", l->relu, "quantizer",
        l->quantizer, "implementation", cb_accel_implementation_name(l->implementation),
        "requantization", cb_accel_quant_name(l->quant), "input_bits", l->in_bits, "weight_bits",
        l->kind == CB_ACCEL_POOL ? 0 : l->weight_bits, "output_bits", l->out_bits);
    put(object, "tile",
        json_pack("{s:[I,I,I], s:I, s:I, s:f, s:f, s:I, s:I, s:I}", "output",
                  (json_int_t)r->plan.tile.n, (json_int_t)r->plan.tile.h,
                  (json_int_t)r->plan.tile.w, "l2_channels", (json_int_t)r->plan.l2_channels,
                  "l2_parts", (json_int_t)r->plan.parts, "l1_bytes", r->plan.l1_bytes, "l2_bytes",
                  r->plan.l2_bytes, "looked_at", (json_int_t)r->plan.looked_at, "fit",
                  (json_int_t)r->plan.fits, "ruled_out", (json_int_t)r->plan.ruled_out),
        ok);
    put(object, "time",
        json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:i, s:i}", "cycles", r->time.cycles,
                  "spread", r->time.spread, "bound_cycles", r->time.bound_cycles, "guard",
                  r->time.guard, "stall_cycles", r->time.stall_cycles, "l3_cycles",
                  r->time.far_cycles, "simulated_cycles", r->simulation.cycles, "busy_cores",
                  r->time.busy_cores, "work_for_cores", r->saturates_at),
        ok);
    put(object, "terms", terms_json(view->platform, &r->time, ok), ok);
    put(object, "decorations", decoration_json(&r->decoration, ok), ok);
    return object;
}

static void put_deadline(const cb_estimate_view *view, json_t *whole, bool *ok)
{
    const cb_accel_estimate *e = view->estimate;
    double hz = view->platform->clock_hz;
    if (hz > 0) {
        put(whole, "time_s", json_real(e->cycles / hz), ok);
        put(whole, "bound_s", json_real(e->bound_cycles / hz), ok);
    }
    if (view->deadlines->whole_s > 0)
        put(whole, "deadline",
            json_pack("{s:f, s:s, s:f}", "deadline_s", view->deadlines->whole_s, "verdict",
                      cb_estimate_verdict(view), "slack_s",
                      view->deadlines->whole_s - e->bound_cycles / hz),
            ok);
}

/* When the layer runs, what then lies in L1 and L2, and its own deadline. */
static void put_use(const cb_estimate_view *view, size_t layer, const cb_accel_use *use,
                    json_t *object, bool *ok)
{
    const cb_accel_time *t = &view->estimate->results[layer].time;
    double hz = view->platform->clock_hz;
    double limit = cb_deadline_of(view->deadlines, view->model->layers[layer].name);
    put(object, "memory",
        json_pack("{s:f, s:f, s:f, s:f}", "begin_cycles", use->begin_cycles, "end_cycles",
                  use->end_cycles, "l1_bytes", use->l1_bytes, "l2_bytes", use->l2_bytes),
        ok);
    if (limit > 0)
        put(object, "deadline",
            json_pack("{s:f, s:s, s:f}", "deadline_s", limit, "verdict",
                      cb_deadline_verdict(limit, t->cycles / hz, t->bound_cycles / hz), "slack_s",
                      limit - t->bound_cycles / hz),
            ok);
}

static json_t *layers_json(const cb_estimate_view *view, bool *ok)
{
    size_t count = view->estimate->count;
    cb_accel_use *uses = calloc(count + 1, sizeof *uses);
    json_t *layers = json_array();
    *ok &= uses != NULL;
    if (uses)
        cb_accel_timeline(view->platform, view->model, view->estimate, uses);
    for (size_t i = 0; uses && i < count; i++) {
        json_t *object = layer_json(view, i, ok);
        put_use(view, i, &uses[i], object, ok);
        if (json_array_append_new(layers, object) != 0)
            *ok = false;
    }
    free(uses);
    return layers;
}

json_t *cb_estimate_to_json(const cb_estimate_view *view)
{
    const cb_accel_platform *p = view->platform;
    const cb_accel_estimate *e = view->estimate;
    bool ok = true;
    json_t *whole =
        json_pack("{s:s, s:{s:s, s:s, s:i, s:I, s:I}, s:f, s:f, s:f, s:f}", "schema",
                  "cachebound/estimate/1", "platform", "name", p->name, "origin", p->origin,
                  "cores", p->cores, "l1_bytes", (json_int_t)p->l1_bytes, "l2_bytes",
                  (json_int_t)p->l2_bytes, "cycles", e->cycles, "spread_cycles", e->spread_cycles,
                  "bound_cycles", e->bound_cycles, "simulated_cycles", e->simulated_cycles);
    put_deadline(view, whole, &ok);
    if (view->accuracy >= 0)
        put(whole, "accuracy", json_real(view->accuracy), &ok);
    put(whole, "layers", layers_json(view, &ok), &ok);
    if (ok)
        return whole;
    json_decref(whole);
    return NULL;
}
