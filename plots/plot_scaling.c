/* Thread scaling: what each memory level and each data type gives to 1..n threads, and what n times
 * one thread would be. */
#include "plots/plots.h"

#include <math.h>

enum { SERIES_MAX = CB_DTYPES_MAX };

typedef struct {
    char name[CB_TEXT_BYTES];
    double x[CB_THREADS_MAX], y[CB_THREADS_MAX];
    size_t count;
} series;

typedef struct {
    series item[SERIES_MAX];
    size_t count;
} family;

static void add(series *s, double threads, double rate)
{
    if (s->count == CB_THREADS_MAX || !(rate > 0))
        return;
    s->x[s->count] = threads;
    s->y[s->count++] = rate;
}

static void collect_levels(const cb_plot_context *context, family *f)
{
    int threads[CB_THREADS_MAX];
    size_t count = cb_levels_threads(context->levels, threads, CB_THREADS_MAX);
    for (size_t l = 0; l < context->levels->level_count; l++) {
        series *s = &f->item[f->count];
        *s = (series){.count = 0};
        snprintf(s->name, sizeof s->name, "%s read", context->levels->level[l].name);
        for (size_t t = 0; t < count; t++) {
            const cb_rate *rate =
                cb_levels_rate(context->levels, "read", l, threads[t], CB_FORM_BEST);
            if (rate)
                add(s, threads[t], rate->bytes_per_s);
        }
        f->count += s->count > 1;
    }
}

static void collect_dtypes(const cb_plot_context *context, family *f)
{
    const char *dtypes[CB_DTYPES_MAX];
    int threads[CB_THREADS_MAX];
    size_t dtype_count =
        cb_roofline_dtypes(context->document, context->core_kind, dtypes, CB_DTYPES_MAX);
    for (size_t d = 0; d < dtype_count && f->count < SERIES_MAX; d++) {
        series *s = &f->item[f->count];
        *s = (series){.count = 0};
        snprintf(s->name, sizeof s->name, "%s", dtypes[d]);
        size_t count = cb_roofline_threads(context->document, context->levels, dtypes[d], threads,
                                           CB_THREADS_MAX);
        for (size_t t = 0; t < count; t++) {
            cb_roofline r;
            cb_roofline_build(context->document, context->levels, dtypes[d], threads[t], &r);
            add(s, threads[t], cb_roofline_peak(&r));
        }
        f->count += s->count > 1;
    }
}

/* A tick at each count that was measured, as far as their numbers have room. */
static void thread_ticks(cb_axis *x, const series *s)
{
    for (size_t k = 0; k < s->count; k++) {
        bool free = true;
        for (size_t i = 0; i < x->tick_count; i++)
            free = free && fabs(log(x->tick[i].at / s->x[k])) > 0.08;
        char text[32];
        snprintf(text, sizeof text, "%.0f", s->x[k]);
        if (free)
            cb_axis_tick(x, s->x[k], text);
    }
}

static void limits(const family *f, cb_axis *x, cb_axis *y)
{
    double most = 0, y0 = INFINITY, y1 = 0;
    for (size_t i = 0; i < f->count; i++) {
        const series *s = &f->item[i];
        most = fmax(most, s->x[s->count - 1]);
        for (size_t k = 0; k < s->count; k++) {
            y0 = fmin(y0, s->y[k]);
            y1 = fmax(y1, fmax(s->y[k], s->y[0] * s->x[k] / s->x[0]));
        }
    }
    *x = (cb_axis){.low = 0.85, .high = most * 1.45, .logarithmic = true};
    *y = (cb_axis){.low = y0 / 1.6, .high = y1 * 1.6, .logarithmic = true};
    snprintf(x->title, sizeof x->title, "threads");
    for (size_t i = 0; i < f->count; i++)
        thread_ticks(x, &f->item[i]);
}

/* n times what the smallest count gives. */
static void draw_ideal(cb_figure *figure, const series *s)
{
    double ideal[CB_THREADS_MAX];
    for (size_t k = 0; k < s->count; k++)
        ideal[k] = s->y[0] * s->x[k] / s->x[0];
    cb_style style = {.colour = 7, .dash = 2, .width = 1.2};
    cb_figure_curve(figure, "ideal", s->x, ideal, s->count, style);
}

static void label_last(cb_figure *figure, const series *s, const char *unit, cb_style style)
{
    char text[CB_TEXT_BYTES];
    size_t last = s->count - 1;
    double speed_up = s->y[last] / s->y[0];
    snprintf(text, sizeof text, "%s %s, x %.2f", s->name, cb_format_si(s->y[last], unit).text,
             speed_up);
    cb_figure_label_at(figure, text, s->x[last], s->y[last], style, true);
}

static cb_status draw(const cb_plot_context *context, const family *f, const char *what,
                      const char *y_title, const char *unit)
{
    cb_axis x, y;
    char stem[160], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES];
    limits(f, &x, &y);
    snprintf(y.title, sizeof y.title, "%s", y_title);
    cb_axis_ticks_si(&y, unit);
    snprintf(stem, sizeof stem, "%sscaling_%s", context->prefix, what);
    snprintf(title, sizeof title, "Thread scaling, %s: %s", what, context->machine);
    snprintf(subtitle, sizeof subtitle, "%s; dotted: as many times one thread's rate",
             context->origin);
    cb_figure *figure = cb_figure_new(stem, title, subtitle, &x, &y);
    if (!figure)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for the plot %s", stem);
    for (size_t i = 0; i < f->count; i++) {
        draw_ideal(figure, &f->item[i]);
        cb_figure_curve(figure, f->item[i].name, f->item[i].x, f->item[i].y, f->item[i].count,
                        cb_plot_style(i));
    }
    for (size_t i = 0; i < f->count; i++)
        label_last(figure, &f->item[i], unit, cb_plot_style(i));
    cb_status status = cb_figure_write(figure, context->directory, context->err, context->report);
    cb_figure_free(figure);
    return status;
}

cb_status cb_plot_scaling(const cb_plot_context *context)
{
    family levels = {.count = 0}, dtypes = {.count = 0};
    collect_levels(context, &levels);
    collect_dtypes(context, &dtypes);
    cb_status status = CB_OK;
    if (levels.count)
        status = draw(context, &levels, "bandwidth", "bytes read a second, all threads", "B/s");
    if (dtypes.count && !status)
        status = draw(context, &dtypes, "peak", "operations a second, all threads", "OP/s");
    if (!levels.count && !dtypes.count && !status)
        status = cb_report_note(context->report,
                                "%s: no scaling plot: nothing was measured with two thread counts",
                                context->machine);
    return status;
}
