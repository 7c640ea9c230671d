/* GEMM of squared matrices: time against N with what each ceiling needs (Figure 1 of the
 * cache-boundness paper), and rate against N with the peaks (Figure 9), for each thread count. */
#include "plots/plots.h"

#include "models/cachebound.h"
#include "models/klein.h"
#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES_MAX = 256, NAMES_MAX = 24, TABLES_MAX = 32 };

typedef struct {
    const char *name;
    double n[SIZES_MAX], time_s[SIZES_MAX], ops_per_s[SIZES_MAX];
    size_t count;
} implementation;

/* All implementations of one type and thread count. */
typedef struct {
    const cb_plot_context *context;
    const char *dtype;
    int threads;
    const cb_boundness *first; /* has the ceilings */
    implementation *item;
    size_t count;
    double low, high; /* of N */
} table;

static bool is_square(const cb_operator *op)
{
    return strcmp(op->family, "gemm") == 0 && op->m > 0 && op->m == op->n && op->n == op->k;
}

static bool belongs(const table *t, const cb_boundness *b)
{
    return is_square(&b->op) && b->op.threads == t->threads && strcmp(b->op.dtype, t->dtype) == 0 &&
           cb_row_on_core(b->op.row, t->context->core_kind);
}

static implementation *named(table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->item[i].name, name) == 0)
            return &t->item[i];
    if (t->count == NAMES_MAX)
        return NULL;
    t->item[t->count].count = 0;
    t->item[t->count].name = name;
    return &t->item[t->count++];
}

/* Keeps sizes in order; of two rows of one size the faster one (several kernels of a variant). */
static void add(implementation *im, const cb_operator *op)
{
    size_t at = im->count;
    for (size_t i = 0; i < im->count; i++)
        if (im->n[i] == op->n) {
            im->ops_per_s[i] = fmax(im->ops_per_s[i], op->ops_per_s);
            im->time_s[i] = fmin(im->time_s[i], op->time_s);
            return;
        }
    if (im->count == SIZES_MAX)
        return;
    for (; at > 0 && im->n[at - 1] > op->n; at--) {
        im->n[at] = im->n[at - 1];
        im->ops_per_s[at] = im->ops_per_s[at - 1];
        im->time_s[at] = im->time_s[at - 1];
    }
    im->n[at] = op->n;
    im->ops_per_s[at] = op->ops_per_s;
    im->time_s[at] = op->time_s;
    im->count++;
}

static int fastest_last(const void *a, const void *b)
{
    const implementation *x = a, *y = b;
    double p = x->ops_per_s[x->count - 1], q = y->ops_per_s[y->count - 1];
    return (p < q) - (p > q);
}

static void collect(table *t, const cb_boundness *bounds, size_t count)
{
    t->low = INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (!belongs(t, &bounds[i]))
            continue;
        implementation *im = named(t, cb_operator_name(&bounds[i].op));
        if (!im)
            continue;
        add(im, &bounds[i].op);
        t->low = fmin(t->low, bounds[i].op.n);
        t->high = fmax(t->high, bounds[i].op.n);
    }
    qsort(t->item, t->count, sizeof *t->item, fastest_last);
}

/* ---- what both pictures share ---- */

/* A tick at each size that was measured, as far as their numbers have room. */
static void size_ticks(const table *t, cb_axis *x)
{
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->item[i].count; k++) {
            double n = t->item[i].n[k], apart = log(x->high / x->low) / 19;
            bool is_free = true;
            for (size_t j = 0; j < x->tick_count; j++)
                is_free = is_free && fabs(log(x->tick[j].at / n)) > apart;
            char text[32];
            snprintf(text, sizeof text, "%.0f", n);
            if (is_free)
                cb_axis_tick(x, n, text);
        }
}

static cb_axis size_axis(const table *t)
{
    cb_axis x = {.low = t->low / 1.35, .high = t->high * 1.35, .logarithmic = true};
    snprintf(x.title, sizeof x.title, "N (matrices of N x N)");
    size_ticks(t, &x);
    return x;
}

static double work_ops(double n)
{
    return 2 * n * n * n;
}

static cb_style ceiling_style(const cb_ceiling *c)
{
    static const int colours[] = {1, 3, 2, 4, 5};
    cb_style s = {.colour = 0, .dash = 0, .width = 2};
    if (c->kind == CB_CEILING_COMPUTE)
        return s;
    int level = c->name[0] == 'L' ? c->name[1] - '1' : 4;
    s.colour = colours[(size_t)level % 5];
    s.dash = c->kind == CB_CEILING_NARROW ? 3 : c->origin == CB_ORIGIN_LIMIT ? 4 : 1;
    return s;
}

static void ceiling_text(const table *t, const cb_ceiling *c, char *text, size_t bytes)
{
    bool compute = c->kind == CB_CEILING_COMPUTE;
    snprintf(text, bytes, "%s%s%s %s", compute ? "peak" : c->name,
             c->kind == CB_CEILING_NARROW ? " loads" : "",
             c->origin == CB_ORIGIN_LIMIT ? " (port limit)" : "",
             cb_format_si(c->rate, compute ? cb_plot_ops_unit(t->dtype) : "B/s").text);
}

static cb_style implementation_style(size_t i)
{
    static const int colours[] = {2, 1, 3, 4, 5, 6, 0};
    static const int shapes[] = {7, 5, 9, 13, 11, 6, 4, 8, 12, 10};
    return (cb_style){
        .colour = colours[i % 7], .dash = i < 7 ? 0 : 1, .shape = shapes[i % 10], .width = 1.8};
}

static cb_figure *start(const table *t, const char *what, const char *title, const char *about,
                        const cb_axis *x, const cb_axis *y)
{
    char stem[192], line[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES], slug[40];
    cb_plot_slug(t->dtype, slug, sizeof slug);
    snprintf(stem, sizeof stem, "%sgemm_%s_%s_%d_thread%s", t->context->prefix, what, slug,
             t->threads, t->threads == 1 ? "" : "s");
    snprintf(line, sizeof line, "%s, GEMM %s, %d thread%s: %s", title, t->dtype, t->threads,
             t->threads == 1 ? "" : "s", t->context->machine);
    snprintf(subtitle, sizeof subtitle, "%s; %s", t->context->origin, about);
    return cb_figure_new(stem, line, subtitle, x, y);
}

static cb_status finish(const table *t, cb_figure *figure)
{
    cb_status status =
        cb_figure_write(figure, t->context->directory, t->context->err, t->context->report);
    cb_figure_free(figure);
    return status;
}

/* ---- Figure 1 ---- */

static double ceiling_time(const table *t, const cb_ceiling *c, double n)
{
    return work_ops(n) / cb_ceiling_ops(c, t->first->op.element_bytes);
}

static cb_axis time_axis(const table *t)
{
    cb_axis y = {.low = INFINITY, .logarithmic = true};
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->item[i].count; k++) {
            y.low = fmin(y.low, t->item[i].time_s[k]);
            y.high = fmax(y.high, t->item[i].time_s[k]);
        }
    for (size_t i = 0; i < t->first->ceilings.count; i++) {
        y.low = fmin(y.low, ceiling_time(t, &t->first->ceilings.ceiling[i], t->low / 1.35));
        y.high = fmax(y.high, ceiling_time(t, &t->first->ceilings.ceiling[i], t->high * 1.35));
    }
    y.low /= 1.5;
    y.high *= 1.5;
    snprintf(y.title, sizeof y.title, "time of one multiply");
    cb_axis_ticks_si(&y, "s");
    return y;
}

static cb_status draw_time(const table *t)
{
    cb_axis x = size_axis(t), y = time_axis(t);
    const cb_ceilings *c = &t->first->ceilings;
    cb_figure *f = start(t, "time", "Time and bounds",
                         "lines: time of the arithmetic, and to read one element for each "
                         "multiply-accumulate",
                         &x, &y);
    if (!f)
        return cb_fail(t->context->err, CB_NO_MEMORY, "no memory for the plot of GEMM times");
    for (size_t i = 0; i < c->count; i++) {
        double n[2] = {x.low, x.high};
        double time_s[2] = {ceiling_time(t, &c->ceiling[i], n[0]),
                            ceiling_time(t, &c->ceiling[i], n[1])};
        cb_figure_curve(f, c->ceiling[i].name, n, time_s, 2, ceiling_style(&c->ceiling[i]));
    }
    for (size_t i = 0; i < t->count; i++) {
        cb_style style = implementation_style(i);
        style.no_line = true;
        cb_figure_curve(f, t->item[i].name, t->item[i].n, t->item[i].time_s, t->item[i].count,
                        style);
    }
    for (size_t i = 0; i < t->count; i++) {
        cb_style style = implementation_style(i);
        style.no_line = true;
        cb_figure_list_label(f, t->item[i].name, style);
    }
    for (size_t i = 0; i < c->count; i++) {
        char text[CB_TEXT_BYTES];
        ceiling_text(t, &c->ceiling[i], text, sizeof text);
        cb_figure_label_along(f, text, x.low, ceiling_time(t, &c->ceiling[i], x.low), x.high,
                              ceiling_time(t, &c->ceiling[i], x.high),
                              ceiling_style(&c->ceiling[i]));
    }
    return finish(t, f);
}

/* ---- Figure 9 ---- */

/* Linear, so that implementations near the peak can be told apart; levels far above every rate are
 * left out. */
static cb_axis rate_axis(const table *t)
{
    cb_axis y = {.low = 0};
    const cb_ceilings *c = &t->first->ceilings;
    const cb_ceiling *compute = cb_ceilings_find(c, "compute");
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->item[i].count; k++)
            y.high = fmax(y.high, t->item[i].ops_per_s[k]);
    y.high = 1.12 * fmax(y.high, fmax(c->theoretical_ops_per_s, compute ? compute->rate : 0));
    snprintf(y.title, sizeof y.title, "rate, all threads");
    cb_axis_ticks_linear(&y, cb_plot_ops_unit(t->dtype));
    return y;
}

/* The sizes, and a strip behind them for the list of names. */
static cb_axis rate_sizes(const table *t)
{
    size_t longest = 0;
    for (size_t i = 0; i < t->count; i++)
        longest = strlen(t->item[i].name) > longest ? strlen(t->item[i].name) : longest;
    double strip = fmin(0.4, (7.0 * (double)longest + 76) / 820);
    cb_axis x = size_axis(t);
    x.high = x.low * pow(x.high / x.low, 1 / (1 - strip));
    return x;
}

static double level_end(const table *t)
{
    return t->high * 1.25;
}

static void draw_level(const table *t, cb_figure *f, const char *name, double rate, cb_style style)
{
    double n[2] = {t->low / 1.35, level_end(t)}, both[2] = {rate, rate};
    if (rate < rate_axis(t).high)
        cb_figure_curve(f, name, n, both, 2, style);
}

static void label_level(const table *t, cb_figure *f, const char *text, double rate, cb_style style)
{
    if (rate < rate_axis(t).high)
        cb_figure_label_along(f, text, t->low / 1.35, rate, level_end(t), rate, style);
}

static void theory_text(const table *t, char *text, size_t bytes)
{
    snprintf(
        text, bytes, "theory %s",
        cb_format_si(t->first->ceilings.theoretical_ops_per_s, cb_plot_ops_unit(t->dtype)).text);
}

static void draw_rate_levels(const table *t, cb_figure *f)
{
    const cb_ceilings *c = &t->first->ceilings;
    for (size_t i = 0; i < c->count; i++)
        draw_level(t, f, c->ceiling[i].name,
                   cb_ceiling_ops(&c->ceiling[i], t->first->op.element_bytes),
                   ceiling_style(&c->ceiling[i]));
    if (c->theoretical_ops_per_s > 0)
        draw_level(t, f, "theory", c->theoretical_ops_per_s,
                   (cb_style){.colour = 7, .dash = 2, .width = 1.4});
}

static void label_rate_levels(const table *t, cb_figure *f)
{
    char text[CB_TEXT_BYTES];
    const cb_ceilings *c = &t->first->ceilings;
    theory_text(t, text, sizeof text);
    if (c->theoretical_ops_per_s > 0)
        label_level(t, f, text, c->theoretical_ops_per_s,
                    (cb_style){.colour = 7, .dash = 2, .width = 1.4});
    for (size_t i = 0; i < c->count; i++) {
        ceiling_text(t, &c->ceiling[i], text, sizeof text);
        label_level(t, f, text, cb_ceiling_ops(&c->ceiling[i], t->first->op.element_bytes),
                    ceiling_style(&c->ceiling[i]));
    }
}

static cb_status draw_rate(const table *t)
{
    cb_axis x = rate_sizes(t), y = rate_axis(t);
    cb_figure *f = start(t, "rate", "Rate",
                         "levels: what one read for each multiply-accumulate allows", &x, &y);
    if (!f)
        return cb_fail(t->context->err, CB_NO_MEMORY, "no memory for the plot of GEMM rates");
    draw_rate_levels(t, f);
    for (size_t i = 0; i < t->count; i++)
        cb_figure_curve(f, t->item[i].name, t->item[i].n, t->item[i].ops_per_s, t->item[i].count,
                        implementation_style(i));
    for (size_t i = 0; i < t->count; i++)
        cb_figure_list_label(f, t->item[i].name, implementation_style(i));
    label_rate_levels(t, f);
    return finish(t, f);
}

/* ---- all types and thread counts ---- */

static bool drawn_before(const table *t, const cb_boundness *bounds, size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (belongs(t, &bounds[i]))
            return true;
    return false;
}

static cb_status draw_all(const cb_plot_context *context, const cb_boundness *bounds, size_t count,
                          implementation *items, size_t *drawn)
{
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK; i++) {
        table t = {.context = context,
                   .dtype = bounds[i].op.dtype,
                   .threads = bounds[i].op.threads,
                   .first = &bounds[i],
                   .item = items};
        if (!belongs(&t, &bounds[i]) || drawn_before(&t, bounds, i) || *drawn == TABLES_MAX)
            continue;
        ++*drawn;
        collect(&t, bounds, count);
        status = draw_time(&t);
        if (status == CB_OK)
            status = draw_rate(&t);
    }
    return status;
}

cb_status cb_plot_gemm(const cb_plot_context *context)
{
    cb_boundness *bounds;
    size_t count, drawn = 0;
    cb_status status =
        cb_cachebound_find(context->document, context->document, context->err, &bounds, &count);
    if (status)
        return status;
    implementation *items = calloc(NAMES_MAX, sizeof *items);
    status = items ? draw_all(context, bounds, count, items, &drawn)
                   : cb_fail(context->err, CB_NO_MEMORY, "no memory for the GEMM plots");
    free(items);
    free(bounds);
    return status;
}
