/* Bandwidth, and latency, against block size: the staircase of the caches. */
#include "plots/plots.h"

#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CURVES_MAX = 10 };

typedef struct {
    const char *name, *pattern, *variant, *pages;
    bool latency;
    bool narrow; /* 64-bit accesses only */
} selection;

typedef struct {
    double *x, *y;
    size_t count;
} points;

static bool selects(const selection *s, const json_t *row, int threads, const char *core_kind)
{
    const char *variant = cb_row_text(row, "variant");
    bool non_temporal = variant && strcmp(variant, "nt") == 0;
    return cb_row_ok(row) && cb_row_is(row, "family", "membw") && cb_row_on_core(row, core_kind) &&
           cb_row_threads(row) == threads && !cb_row_true(row, "shared") &&
           cb_row_is(row, "params.pattern", s->pattern) &&
           (s->latency || non_temporal == (s->variant != NULL)) &&
           (!s->pages || cb_row_is(row, "params.pages", s->pages)) &&
           (!s->narrow || cb_row_number(row, "params.width_bits", 0) == 64);
}

/* The best of all kernels at each block: sorted by block, one point a block. */
static void add_best(points *p, double x, double y, bool least)
{
    size_t at = 0;
    while (at < p->count && p->x[at] < x)
        at++;
    if (at < p->count && p->x[at] == x) {
        p->y[at] = least ? fmin(p->y[at], y) : fmax(p->y[at], y);
        return;
    }
    memmove(p->x + at + 1, p->x + at, (p->count - at) * sizeof *p->x);
    memmove(p->y + at + 1, p->y + at, (p->count - at) * sizeof *p->y);
    p->x[at] = x;
    p->y[at] = y;
    p->count++;
}

static cb_status collect(const cb_plot_context *context, const selection *s, int threads,
                         points *out)
{
    size_t rows = cb_results_count(context->document);
    points p = {malloc((rows + 1) * sizeof(double)), malloc((rows + 1) * sizeof(double)), 0};
    *out = p;
    if (!p.x || !p.y)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for a plot");
    for (size_t i = 0; i < rows; i++) {
        const json_t *row = cb_results_row(context->document, i);
        double block = cb_row_number(row, "params.block_bytes", 0);
        double value = cb_row_number(row, s->latency ? "latency_s" : "bytes_per_s", 0);
        if (block > 0 && value > 0 && selects(s, row, threads, context->core_kind))
            add_best(&p, block, value, s->latency);
    }
    *out = p;
    return CB_OK;
}

static void free_points(points *p, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(p[i].x);
        free(p[i].y);
    }
}

static void limits(const points *p, size_t count, cb_axis *x, cb_axis *y)
{
    double x0 = INFINITY, x1 = 0, y0 = INFINITY, y1 = 0;
    for (size_t c = 0; c < count; c++)
        for (size_t i = 0; i < p[c].count; i++) {
            x0 = fmin(x0, p[c].x[i]);
            x1 = fmax(x1, p[c].x[i]);
            y0 = fmin(y0, p[c].y[i]);
            y1 = fmax(y1, p[c].y[i]);
        }
    *x = (cb_axis){.low = x0 / 1.4, .high = x1 * 1.4, .logarithmic = true};
    *y = (cb_axis){.low = y0 / 1.5, .high = y1 * 1.5, .logarithmic = true};
    snprintf(x->title, sizeof x->title, "block size of one thread");
    cb_axis_ticks_bytes(x);
}

/* Cache edges as the threads meet them: of a shared cache each has a share. */
static void mark_edges(cb_figure *figure, const cb_levels *levels, int threads)
{
    for (size_t l = 0; l + 1 < levels->level_count; l++) {
        const cb_level *level = &levels->level[l];
        char text[CB_TEXT_BYTES], part[24] = "";
        double sharers = 1;
        if (cb_level_bytes(level) > 0)
            sharers = round(cb_level_bytes(level) / cb_level_share(levels, l, threads));
        if (sharers > 1)
            snprintf(part, sizeof part, " / %.0f", sharers);
        if (level->stated_bytes > 0) {
            snprintf(text, sizeof text, "%s %s%s", level->name,
                     cb_format_bytes((uint64_t)level->stated_bytes).text, part);
            cb_figure_mark(figure, level->stated_bytes / sharers, text, true);
        }
        if (level->measured_bytes > 0) {
            snprintf(text, sizeof text, "%s %s%s", level->name,
                     cb_level_size_text(level->measured_bytes).text, part);
            cb_figure_mark(figure, level->measured_bytes / sharers, text, false);
        }
    }
}

/* A few blocks far apart make no staircase: the line between them would say what nobody measured.
 */
static cb_style curve_style(size_t i, const points *p)
{
    cb_style style = cb_plot_style(i);
    double octaves = log2(p->x[p->count - 1] / p->x[0]);
    style.no_line = p->count < 2 || octaves / (double)(p->count - 1) > 1.5;
    return style;
}

/* Where the narrow form is the only one that was measured, it is the curve itself. */
static bool same_points(const points *a, const points *b)
{
    return a->count == b->count && memcmp(a->y, b->y, a->count * sizeof *a->y) == 0;
}

/* Draws the selections that have points. `drawn` is how many. */
static cb_status draw(const cb_plot_context *context, const char *stem, const char *title,
                      const char *subtitle, const char *y_title, const char *unit,
                      const selection *selections, size_t count, int threads, size_t *drawn)
{
    points p[CURVES_MAX] = {{0}};
    cb_axis x, y;
    cb_figure *figure = NULL;
    cb_status status = CB_OK;
    *drawn = 0;
    for (size_t i = 0; i < count && !status; i++) {
        status = collect(context, &selections[i], threads, &p[i]);
        *drawn += p[i].count > 0;
    }
    if (status || !*drawn)
        goto out;
    for (size_t i = 1; i < count; i++)
        if (selections[i].narrow && same_points(&p[0], &p[i]))
            p[i].count = 0;
    limits(p, count, &x, &y);
    snprintf(y.title, sizeof y.title, "%s", y_title);
    cb_axis_ticks_si(&y, unit);
    figure = cb_figure_new(stem, title, subtitle, &x, &y);
    if (!figure) {
        status = cb_fail(context->err, CB_NO_MEMORY, "no memory for the plot %s", stem);
        goto out;
    }
    mark_edges(figure, context->levels, threads);
    for (size_t i = 0; i < count; i++)
        if (p[i].count)
            cb_figure_curve(figure, selections[i].name, p[i].x, p[i].y, p[i].count,
                            curve_style(i, &p[i]));
    for (size_t i = 0; i < count; i++)
        if (p[i].count)
            cb_figure_label_curve(figure, selections[i].name, p[i].x, p[i].y, p[i].count,
                                  curve_style(i, &p[i]));
    status = cb_figure_write(figure, context->directory, context->err, context->report);
out:
    free_points(p, CURVES_MAX);
    cb_figure_free(figure);
    return status;
}

static const selection patterns[] = {
    {.name = "read", .pattern = "read"},
    {.name = "write", .pattern = "write"},
    {.name = "write, non-temporal", .pattern = "write", .variant = "nt"},
    {.name = "copy", .pattern = "copy"},
    {.name = "triad", .pattern = "triad"},
    {.name = "2 loads, 1 store", .pattern = "mix21"},
    {.name = "2 loads, 1 store in place", .pattern = "update"},
    {.name = "read-modify-write", .pattern = "rmw"},
    {.name = "read, 64-bit loads", .pattern = "read", .narrow = true},
};

cb_status cb_plot_bandwidth(const cb_plot_context *context)
{
    int threads[CB_THREADS_MAX];
    size_t total = 0, count = cb_levels_threads(context->levels, threads, CB_THREADS_MAX);
    cb_status status = CB_OK;
    for (size_t t = 0; t < count && !status; t++) {
        char stem[160], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES];
        size_t drawn;
        if (t > 0 && t + 1 < count && count > 4)
            continue; /* the counts between are in the scaling plot */
        snprintf(stem, sizeof stem, "%sbandwidth_%d_thread%s", context->prefix, threads[t],
                 threads[t] == 1 ? "" : "s");
        snprintf(title, sizeof title, "Bandwidth, %d thread%s: %s", threads[t],
                 threads[t] == 1 ? "" : "s", context->machine);
        snprintf(subtitle, sizeof subtitle,
                 "%s; the best kernel at each block; vertical lines: where the caches end",
                 context->origin);
        status = draw(context, stem, title, subtitle, "bytes moved a second, all threads", "B/s",
                      patterns, sizeof patterns / sizeof *patterns, threads[t], &drawn);
        total += drawn;
    }
    if (!status && !total)
        status = cb_report_note(context->report,
                                "%s: no bandwidth plot: no row has a block size (run `cachebound "
                                "membw`)",
                                context->machine);
    return status;
}

cb_status cb_plot_latency(const cb_plot_context *context)
{
    static const selection pages[] = {
        {.name = "huge pages", .pattern = "latency", .pages = "huge", .latency = true},
        {.name = "base pages", .pattern = "latency", .pages = "small", .latency = true},
        {.name = "default pages", .pattern = "latency", .pages = "default", .latency = true},
    };
    static const selection unnamed[] = {{.name = "latency", .pattern = "latency", .latency = true}};
    char stem[160], title[CB_TEXT_BYTES];
    size_t drawn = 0;
    snprintf(stem, sizeof stem, "%slatency", context->prefix);
    snprintf(title, sizeof title, "Load latency: %s", context->machine);
    char subtitle[CB_TEXT_BYTES];
    snprintf(subtitle, sizeof subtitle,
             "%s; dependent loads in random order; vertical lines: where the caches end",
             context->origin);
    cb_status status = draw(context, stem, title, subtitle, "time of one load", "s", pages,
                            sizeof pages / sizeof *pages, 1, &drawn);
    if (!status && !drawn)
        status =
            draw(context, stem, title, subtitle, "time of one load", "s", unnamed, 1, 1, &drawn);
    if (!status && !drawn)
        status = cb_report_note(context->report,
                                "%s: no latency plot: there is no latency ladder (run `cachebound "
                                "membw --chase`)",
                                context->machine);
    return status;
}
