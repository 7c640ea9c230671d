/* Plots of a sweep as a whole. */
#include "plots/plot_accel.h"

#include "base/units.h"
#include "plots/plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CURVES = 6, LEAST_VALUES = 2 };

typedef struct {
    const cb_accel_sweep *sweep;
    const cb_accel_point *points;
    const char *directory;
    cb_error *err;
    cb_plot_report *report;
} drawing;

/* ---- latency against memory ---- */

typedef struct {
    double *x, *y;
    size_t count;
} cloud;

static cloud cloud_of(const drawing *d, size_t total, bool front)
{
    cloud c = {malloc((total + 1) * sizeof(double)), malloc((total + 1) * sizeof(double)), 0};
    for (size_t i = 0; c.x && c.y && i < total; i++)
        if (d->points[i].possible && d->points[i].front == front) {
            c.x[c.count] = cb_accel_point_memory(&d->points[i]);
            c.y[c.count++] = cb_accel_point_latency(&d->points[i]);
        }
    return c;
}

static void widen(const cloud *c, cb_axis *x, cb_axis *y)
{
    for (size_t i = 0; i < c->count; i++) {
        x->low = fmin(x->low, c->x[i]);
        x->high = fmax(x->high, c->x[i]);
        y->low = fmin(y->low, c->y[i]);
        y->high = fmax(y->high, c->y[i]);
    }
}

/* A power of two of bytes from tick to tick, at most eight. */
static void memory_ticks(cb_axis *x)
{
    double step = exp2(ceil(log2((x->high - x->low) / 8)));
    for (double at = ceil(x->low / step) * step; at <= x->high; at += step)
        cb_axis_tick(x, at, cb_format_bytes((uint64_t)at).text);
}

/* The values of a point, as short as they are in the sweep. */
static void label_front(const drawing *d, cb_figure *f, size_t total, cb_style style)
{
    for (size_t i = 0; i < total; i++) {
        char text[CB_TEXT_BYTES] = "";
        size_t used = 0;
        if (!d->points[i].front)
            continue;
        for (size_t a = 0; a < d->sweep->axis_count && used < sizeof text; a++) {
            const cb_accel_axis *axis = &d->sweep->axes[a];
            const char *value = axis->values[cb_accel_sweep_value(d->sweep, i, a)];
            const char *slash = strrchr(value, '/');
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%.24s %.40s",
                                     a ? ", " : "", axis->key, slash ? slash + 1 : value);
        }
        if (d->points[i].accuracy >= 0 && used < sizeof text)
            snprintf(text + used, sizeof text - used, ", %.2f %% right",
                     100 * d->points[i].accuracy);
        cb_figure_label_at(f, text, cb_accel_point_memory(&d->points[i]),
                           cb_accel_point_latency(&d->points[i]), style, false);
    }
}

static cb_status draw_front(const drawing *d)
{
    size_t total = cb_accel_sweep_points(d->sweep);
    cloud others = cloud_of(d, total, false), front = cloud_of(d, total, true);
    bool seconds = d->points[0].clock_hz > 0;
    cb_axis x = {.low = INFINITY}, y = {.low = INFINITY, .logarithmic = true};
    char subtitle[CB_TEXT_BYTES];
    cb_style dots = {.colour = 7, .shape = 6, .no_line = true};
    cb_style stars = {.colour = 2, .shape = 7, .no_line = true};
    cb_status status = CB_OK;
    cb_figure *f = NULL;
    widen(&others, &x, &y);
    widen(&front, &x, &y);
    if (!front.count) {
        status = cb_report_note(d->report, "no plot of the front: no point is possible");
        goto out;
    }
    double margin = x.high > x.low ? 0.15 * (x.high - x.low) : 0.5 * x.high;
    x.low = fmax(0, x.low - margin), x.high += 2 * margin, y.low /= 1.5, y.high *= 1.5;
    snprintf(x.title, sizeof x.title, "memory: L1, L2 and parameters in L3");
    snprintf(y.title, sizeof y.title, seconds ? "bound of the latency" : "bound, cycles");
    memory_ticks(&x);
    cb_axis_ticks_si(&y, seconds ? "s" : "");
    snprintf(subtitle, sizeof subtitle, "%.60s; %zu points, %zu on the front (full)",
             d->sweep->platform->name, total, front.count);
    f = cb_figure_new("pareto", "Latency against memory", subtitle, &x, &y);
    if (!f) {
        status = cb_fail(d->err, CB_NO_MEMORY, "no memory for the plot pareto");
        goto out;
    }
    if (others.count)
        cb_figure_curve(f, "others", others.x, others.y, others.count, dots);
    cb_figure_curve(f, "front", front.x, front.y, front.count, stars);
    label_front(d, f, total, stars);
    status = cb_figure_write(f, d->directory, d->err, d->report);
out:
    cb_figure_free(f);
    free(others.x), free(others.y), free(front.x), free(front.y);
    return status;
}

/* ---- cycles along an axis ---- */

/* Numbers of an axis; how many of them are numbers above 0. */
static size_t numbers_of(const cb_accel_axis *axis, double *numbers)
{
    size_t good = 0;
    for (size_t i = 0; i < axis->count; i++) {
        uint64_t bytes;
        double value = 0;
        if (cb_parse_number(axis->values[i], 1e-9, 1e18, NULL, &value) != CB_OK &&
            cb_parse_bytes(axis->values[i], NULL, &bytes) == CB_OK)
            value = (double)bytes;
        numbers[i] = value;
        good += value > 0;
    }
    return good;
}

static size_t stride_of(const cb_accel_sweep *s, size_t axis)
{
    size_t stride = 1;
    for (size_t i = axis + 1; i < s->axis_count; i++)
        stride *= s->axes[i].count;
    return stride;
}

/* Another axis whose values are the curves: the first one that has several. */
static size_t curves_axis(const cb_accel_sweep *s, size_t axis)
{
    for (size_t i = 0; i < s->axis_count; i++)
        if (i != axis && s->axes[i].count > 1)
            return i;
    return axis;
}

static void draw_curve(const drawing *d, cb_figure *f, size_t axis, size_t other, size_t value,
                       const double *numbers)
{
    const cb_accel_axis *a = &d->sweep->axes[axis];
    double *x = malloc(a->count * sizeof *x), *y = malloc(a->count * sizeof *y);
    size_t count = 0, from = other == axis ? 0 : value * stride_of(d->sweep, other);
    char name[CB_TEXT_BYTES] = "the network";
    const cb_accel_axis *o = &d->sweep->axes[other];
    if (other != axis)
        snprintf(name, sizeof name, "%.40s %.100s", o->key, o->values[value]);
    for (size_t i = 0; x && y && i < a->count; i++) {
        const cb_accel_point *p = &d->points[from + i * stride_of(d->sweep, axis)];
        if (!p->possible)
            continue;
        x[count] = numbers[i];
        y[count++] = p->cycles;
    }
    if (count) {
        cb_figure_curve(f, name, x, y, count, cb_plot_style(value));
        cb_figure_list_label(f, name, cb_plot_style(value));
    }
    free(x);
    free(y);
}

static void axis_limits(const drawing *d, const double *numbers, size_t axis, size_t other,
                        cb_axis *x, cb_axis *y)
{
    const cb_accel_axis *a = &d->sweep->axes[axis];
    size_t curves = other == axis ? 1 : d->sweep->axes[other].count;
    for (size_t v = 0; v < curves && v < MOST_CURVES; v++)
        for (size_t i = 0; i < a->count; i++) {
            size_t from = other == axis ? 0 : v * stride_of(d->sweep, other);
            const cb_accel_point *p = &d->points[from + i * stride_of(d->sweep, axis)];
            x->low = fmin(x->low, numbers[i]);
            x->high = fmax(x->high, numbers[i]);
            if (!p->possible)
                continue;
            y->low = fmin(y->low, p->cycles);
            y->high = fmax(y->high, p->cycles);
        }
}

static void axis_ticks(const cb_accel_axis *a, const double *numbers, cb_axis *x)
{
    double last = 0;
    for (size_t i = 0; i < a->count; i++)
        if (last <= 0 || fabs(log(numbers[i] / last)) > log(x->high / x->low) / 16) {
            cb_axis_tick(x, numbers[i], a->values[i]);
            last = numbers[i];
        }
}

static cb_status draw_axis(const drawing *d, size_t axis, const double *numbers)
{
    const cb_accel_axis *a = &d->sweep->axes[axis];
    size_t other = curves_axis(d->sweep, axis);
    size_t curves = other == axis ? 1 : d->sweep->axes[other].count;
    cb_axis x = {.low = INFINITY, .logarithmic = true}, y = {.low = INFINITY, .logarithmic = true};
    char stem[96], title[CB_TEXT_BYTES], slug[64];
    axis_limits(d, numbers, axis, other, &x, &y);
    if (!isfinite(y.low))
        return cb_report_note(d->report, "%s: no point along it is possible", a->key);
    x.low /= 1.1, x.high *= 1.1, y.low /= 1.4, y.high *= 2;
    cb_plot_slug(a->key, slug, sizeof slug);
    snprintf(stem, sizeof stem, "sweep_%s", slug);
    snprintf(title, sizeof title, "Cycles of the network along %.80s", a->key);
    snprintf(x.title, sizeof x.title, "%.60s", a->key);
    snprintf(y.title, sizeof y.title, "estimated cycles");
    axis_ticks(a, numbers, &x);
    cb_axis_ticks_si(&y, "");
    char subtitle[CB_TEXT_BYTES];
    snprintf(subtitle, sizeof subtitle, "%.60s; other axes at their first values",
             d->sweep->platform->name);
    cb_figure *f = cb_figure_new(stem, title, subtitle, &x, &y);
    if (!f)
        return cb_fail(d->err, CB_NO_MEMORY, "no memory for the plot %s", stem);
    for (size_t v = 0; v < curves && v < MOST_CURVES; v++)
        draw_curve(d, f, axis, other, v, numbers);
    cb_status status = cb_figure_write(f, d->directory, d->err, d->report);
    cb_figure_free(f);
    return status;
}

cb_status cb_plot_accel_sweep(const cb_accel_sweep *sweep, const cb_accel_point *points,
                              const char *directory, cb_error *err, cb_plot_report *report)
{
    drawing d = {sweep, points, directory, err, report};
    cb_status status = cb_plot_folder(directory, err);
    if (status == CB_OK)
        status = draw_front(&d);
    for (size_t i = 0; status == CB_OK && i < sweep->axis_count; i++) {
        const cb_accel_axis *axis = &sweep->axes[i];
        double *numbers = malloc(axis->count * sizeof *numbers);
        if (!numbers)
            return cb_fail(err, CB_NO_MEMORY, "no memory for the plot of %s", axis->key);
        if (axis->kind == CB_AXIS_PLATFORM && axis->count >= LEAST_VALUES &&
            numbers_of(axis, numbers) == axis->count)
            status = draw_axis(&d, i, numbers);
        free(numbers);
    }
    return status;
}
