#include "models/accel/timeline.h"

#include "models/accel/tile_parts.h"

static double l1_of(const cb_accel_platform *p, const cb_accel_layer *layer,
                    const cb_accel_plan *plan)
{
    cb_accel_layer part = cb_accel_part(layer, plan->l2_channels);
    cb_accel_tile whole = cb_tile_whole(&part);
    const cb_accel_tile *t = &plan->tile;
    bool at_once = t->n == whole.n && t->h == whole.h && t->w == whole.w &&
                   cb_tile_at_once_bytes(&part) <= cb_accel_l1_data(p);
    return (double)(at_once ? cb_tile_at_once_bytes(&part) : cb_tile_buffered_bytes(&part, t));
}

static double l2_of(const cb_accel_layer *layer, const cb_accel_plan *plan)
{
    double parameters = cb_accel_decorate(layer, 1).parameter_bits / 8;
    double in = (double)(layer->cin * layer->h * layer->w) * layer->in_bits / 8;
    double out = (double)(layer->cout * layer->ho * layer->wo) * layer->out_bits / 8;
    double held = (double)plan->l2_channels / (double)layer->cout * (plan->parts > 1 ? 2 : 1);
    return in + out + (layer->kind == CB_ACCEL_POOL ? 0 : parameters * held);
}

void cb_accel_timeline(const cb_accel_platform *p, const cb_accel_model *model,
                       const cb_accel_estimate *estimate, cb_accel_use *uses)
{
    double now = 0;
    for (size_t i = 0; i < model->count; i++) {
        const cb_accel_result *r = &estimate->results[i];
        uses[i] = (cb_accel_use){now, now + r->time.cycles, l1_of(p, &model->layers[i], &r->plan),
                                 l2_of(&model->layers[i], &r->plan)};
        now += r->time.cycles;
    }
}
