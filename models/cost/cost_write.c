#include "models/cost/cost_file.h"
#include "models/rows.h"

#include <math.h>
#include <string.h>

static json_t *number_or_null(double value)
{
    return value > 0 && isfinite(value) ? json_real(value) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

/* ---- ceilings ---- */

static json_t *bandwidth_json(const cb_hardware *h, const cb_hardware_level *level)
{
    json_t *all = json_array();
    for (size_t t = 0; t < h->thread_count; t++)
        if (level->read[t] > 0)
            json_array_append_new(
                all,
                json_pack("{s:i, s:o, s:o, s:o}", "threads", h->threads[t], "read_bytes_per_cycle",
                          number_or_null(level->read[t] / h->clock_hz), "write_bytes_per_cycle",
                          number_or_null(level->write[t] / h->clock_hz), "copy_bytes_per_cycle",
                          number_or_null(level->copy[t] / h->clock_hz)));
    return all;
}

static json_t *levels_json(const cb_hardware *h)
{
    json_t *levels = json_array();
    for (size_t l = 0; l < h->level_count; l++) {
        const cb_hardware_level *level = &h->level[l];
        json_array_append_new(levels, json_pack("{s:s, s:o, s:i, s:o, s:o}", "name", level->name,
                                                "bytes", number_or_null(level->bytes), "shared_by",
                                                level->shared_by, "latency_cycles",
                                                number_or_null(level->latency_s * h->clock_hz),
                                                "bandwidth", bandwidth_json(h, level)));
    }
    return levels;
}

static json_t *peaks_json(const cb_hardware *h)
{
    json_t *peaks = json_array();
    for (size_t i = 0; i < h->peak_count; i++)
        json_array_append_new(
            peaks, json_pack("{s:o, s:o, s:i, s:f}", "dtype", text_or_null(h->peak[i].dtype), "isa",
                             text_or_null(h->peak[i].isa), "threads", h->peak[i].threads,
                             "macs_per_cycle", h->peak[i].ops_per_s / 2 / h->clock_hz));
    return peaks;
}

/* ---- implementations ---- */

/* What a kernel needs for one multiply-accumulate, and the widths that it multiplies. A bit-serial
 * one needs so many for each pair of bits. */
static json_t *kernel_json(const cb_observed *s, const cb_fit *fit, size_t k)
{
    const cb_fit_row *row = NULL;
    for (size_t i = 0; i < s->count && !row; i++)
        if (strcmp(s->rows[i].demand.kernel, fit->costs.kernel[k].name) == 0)
            row = &s->rows[i];
    if (!row)
        return NULL;
    const cb_demand *d = &row->demand;
    bool planes = strcmp(d->dtype, "u1") == 0;
    double peak = 2 * s->hardware.clock_hz / cb_hardware_ops(&s->hardware, d->dtype, d->isa, 1);
    double cycles = peak * fit->term[CB_COST_ARITHMETIC].value;
    int bits = planes ? 1 : (int)(8 * row->op.element_bytes);
    return json_pack("{s:s, s:s, s:o, s:i, s:i, s:b, s:f, s:f, s:f, s:f, s:i}", "implementation",
                     fit->costs.kernel[k].name, "dtype", d->dtype, "isa", text_or_null(d->isa),
                     "w_bits", bits, "a_bits", bits, "for_each_pair_of_bits", planes,
                     "cycles_per_mac", cycles * fit->kernel[k].value, "low",
                     cycles * fit->kernel[k].low, "high", cycles * fit->kernel[k].high,
                     "peak_cycles_per_mac", peak, "rows", (int)fit->kernel_rows[k]);
}

static json_t *kernels_json(const cb_observed *s, const cb_fit *fit)
{
    json_t *kernels = json_array();
    for (size_t k = 0; k < fit->costs.kernels; k++) {
        json_t *kernel = kernel_json(s, fit, k);
        if (kernel)
            json_array_append_new(kernels, kernel);
    }
    return kernels;
}

/* Time of one thread over threads x time of several: the median over operators that both counts
 * were measured of. */
static double pair_efficiency(const cb_observed *s, const cb_fit_row *many)
{
    for (size_t i = 0; i < s->count; i++) {
        const cb_operator *a = &s->rows[i].op, *b = &many->op;
        bool same = a->threads == 1 && s->rows[i].shape == many->shape &&
                    strcmp(a->dtype, b->dtype) == 0 && strcmp(a->family, b->family) == 0 &&
                    strcmp(cb_operator_name(a), cb_operator_name(b)) == 0;
        if (same)
            return s->rows[i].time_s * s->rows[i].state / (b->threads * many->time_s * many->state);
    }
    return 0;
}

static json_t *efficiency_json(const cb_observed *s, int threads)
{
    double values[512];
    size_t count = 0;
    for (size_t i = 0; i < s->count && count < 512; i++) {
        double value = s->rows[i].op.threads == threads ? pair_efficiency(s, &s->rows[i]) : 0;
        if (value > 0)
            values[count++] = log(value);
    }
    if (!count)
        return NULL;
    double middle = exp(cb_fit_quantile(values, count, 0.5));
    return json_pack("{s:i, s:f, s:f, s:f, s:i}", "threads", threads, "efficiency", middle, "low",
                     exp(cb_fit_quantile(values, count, 0.025)), "high",
                     exp(cb_fit_quantile(values, count, 0.975)), "operators", (int)count);
}

static json_t *threads_json(const cb_observed *s)
{
    json_t *all = json_array();
    for (size_t t = 0; t < s->hardware.thread_count; t++) {
        json_t *one =
            s->hardware.threads[t] > 1 ? efficiency_json(s, s->hardware.threads[t]) : NULL;
        if (one)
            json_array_append_new(all, one);
    }
    return all;
}

/* ---- figures and errors ---- */

static json_t *figure_json(const cb_cost_info *info, const cb_fit_figure *f)
{
    return json_pack(
        "{s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:b, s:o, s:s}", "name", info->name, "unit",
        info->unit, "value", f->value, "low", f->low, "high", f->high, "start", info->start,
        "least", info->least, "most", info->most, "determined", f->determined, "reason",
        f->determined ? json_null() : json_string("the rows hardly depend on it: near its start"),
        "what", info->what);
}

static json_t *figures_json(const cb_fit *fit)
{
    json_t *figures = json_array();
    for (size_t i = 0; i < CB_COST_COUNT; i++)
        json_array_append_new(figures, figure_json(&cb_cost_terms[i], &fit->term[i]));
    return figures;
}

static json_t *errors_of(const cb_fit_errors *e)
{
    return json_pack("{s:i, s:f, s:f, s:f}", "rows", (int)e->rows, "median", e->median, "p95",
                     e->p95, "worst", e->worst);
}

static json_t *errors_json(const cb_fit_validation *v)
{
    json_t *without = json_array();
    for (size_t i = 0; i < v->families; i++) {
        json_t *one = errors_of(&v->without[i].errors);
        json_object_set_new(one, "family", json_string(v->without[i].name));
        json_array_append_new(without, one);
    }
    return json_pack("{s:o, s:o, s:o}", "fitted", errors_of(&v->own), "folds", errors_of(&v->folds),
                     "without", without);
}

json_t *cb_cost_core_json(const cb_observed *s, const cb_fit *fit, const cb_fit_validation *v)
{
    return json_pack("{s:o, s:f, s:f, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:f, s:o}", "kind",
                     text_or_null(s->core_kind), "clock_hz", s->hardware.clock_hz, "line_bytes",
                     s->hardware.line_bytes, "rows", (int)s->count, "shapes", (int)s->shapes,
                     "rows_left_out", (int)s->untold, "levels", levels_json(&s->hardware), "peaks",
                     peaks_json(&s->hardware), "arithmetic", kernels_json(s, fit), "threads",
                     threads_json(s), "figures", figures_json(fit), "spread", fit->spread, "errors",
                     errors_json(v));
}

json_t *cb_cost_json(const json_t *results, json_t *cores)
{
    const json_t *context = json_object_get(results, "context");
    const json_t *machine = json_object_get(context, "machine");
    return json_pack("{s:s, s:{s:o, s:o, s:o}, s:o, s:o}", "schema", CB_COST_SCHEMA, "machine",
                     "name", text_or_null(cb_row_text(machine, "name")), "arch",
                     text_or_null(cb_row_text(machine, "arch")), "cpu_model",
                     text_or_null(cb_row_text(machine, "cpu_model")), "started",
                     text_or_null(cb_row_text(context, "environment.started")), "cores", cores);
}
