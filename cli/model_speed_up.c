/* How much faster convolution layers are on 8-bit numbers than in float32, and why not more. */
#include "cli/model_write.h"

#include "models/rows.h"

#include <string.h>

/* The fastest own implementation of a layer in one type, or NULL. */
typedef struct {
    const cb_boundness *bound;
    const cb_explanation *explained;
} fastest;

static bool is_peer(const cb_operator *op)
{
    const char *name = cb_operator_name(op);
    return strncmp(name, "onednn", 6) == 0 || strncmp(name, "onnx", 4) == 0;
}

static bool same_text(const cb_operator *a, const cb_operator *b, const char *path)
{
    const char *x = cb_row_text(a->row, path), *y = cb_row_text(b->row, path);
    return x && y && strcmp(x, y) == 0;
}

/* The same layer of the same layout on the same threads. */
static bool same_work(const cb_operator *a, const cb_operator *b)
{
    const char *x = a->core_kind ? a->core_kind : "", *y = b->core_kind ? b->core_kind : "";
    return a->threads == b->threads && strcmp(x, y) == 0 && same_text(a, b, "params.layer") &&
           same_text(a, b, "params.layout");
}

static fastest fastest_of(const cb_model *m, const cb_operator *like, const char *dtype)
{
    fastest best = {NULL, NULL};
    for (size_t i = 0; i < m->count; i++) {
        const cb_operator *op = &m->bounds[i].op;
        if (strcmp(op->family, "conv") != 0 || strcmp(op->dtype, dtype) != 0 || is_peer(op) ||
            !(op->time_s > 0) || !same_work(op, like))
            continue;
        if (!best.bound || op->time_s < best.bound->op.time_s)
            best = (fastest){&m->bounds[i], m->explained ? &m->explained[i] : NULL};
    }
    return best;
}

static double peak_of(const fastest *f)
{
    const cb_ceiling *c = cb_ceilings_find(&f->bound->ceilings, "compute");
    return c ? c->rate : 0;
}

static double rate_of(const fastest *f)
{
    return 2 * f->bound->op.macs / f->bound->op.time_s;
}

/* The time model's shares of the 8-bit row say what binds it. */
static void put_reason(const fastest *f32, const fastest *int8, double speed_up, double ideal,
                       FILE *out)
{
    char shares[64];
    if (!(ideal > 0)) {
        fputs("no measured peak of both types", out);
        return;
    }
    if (speed_up >= ideal)
        fputs("reached", out);
    else if (rate_of(f32) > peak_of(f32))
        fprintf(out, "float32 passes its peak %.1f times: Winograd multiplies less",
                rate_of(f32) / peak_of(f32));
    else if (int8->explained && int8->explained->known) {
        cb_model_time_shares(&int8->explained->time, int8->explained->assumed, shares,
                             sizeof shares);
        fprintf(out, "8 bits, %% of time: %s", shares);
    } else {
        fprintf(out, "8 bits are at %.2f of their peak, float32 at %.2f",
                rate_of(int8) / peak_of(int8), rate_of(f32) / peak_of(f32));
    }
}

static void put_line(const fastest *f32, const fastest *int8, FILE *out)
{
    const cb_operator *op = &int8->bound->op;
    double speed_up = f32->bound->op.time_s / op->time_s;
    double ideal = peak_of(f32) > 0 ? peak_of(int8) / peak_of(f32) : 0;
    const char *layout = cb_row_text(op->row, "params.layout");
    fprintf(out, "  %-14s %-6s %-5s %7d %9.2f %6.2f  ", cb_row_text(op->row, "params.layer"),
            layout, op->dtype, op->threads, speed_up, ideal);
    put_reason(f32, int8, speed_up, ideal, out);
    fputc('\n', out);
}

void cb_model_speed_ups(const cb_model *model, FILE *out)
{
    bool begun = false;
    for (size_t i = 0; i < model->count; i++) {
        const cb_operator *op = &model->bounds[i].op;
        if (strcmp(op->family, "conv") != 0 || cb_operator_element_bytes(op->dtype) != 1)
            continue;
        fastest f32 = fastest_of(model, op, "f32"), int8 = fastest_of(model, op, op->dtype);
        if (!f32.bound || int8.bound != &model->bounds[i])
            continue;
        if (!begun)
            fputs("\nSpeed-up of 8-bit convolution over float32, the fastest of each; ideal: their "
                  "peaks' quotient\n  layer          layout dtype threads  speed-up  ideal  what "
                  "binds\n",
                  out);
        begun = true;
        put_line(&f32, &int8, out);
    }
}
