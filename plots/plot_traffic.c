/* The roofline with the operators where each level sees them: operations for each byte that the
 * level really has to deliver, from the traffic model, instead of the least bytes that there are. A
 * point near its level's slope says that this level is what stops the operator. */
#include "plots/plots.h"

#include "models/operators.h"
#include "models/rows.h"
#include "models/traffic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 400, PAIRS_MAX = 32 };

typedef struct {
    double intensity[POINTS_MAX], rate[POINTS_MAX];
    size_t count;
} points;

typedef struct {
    const cb_plot_context *context;
    const char *dtype;
    int threads;
    cb_roofline roof;
    points *level; /* CB_LEVELS_MAX of them */
    double low, high, slowest;
} drawing;

static bool belongs(const drawing *d, const cb_operator *op, cb_gemm_loops *loops)
{
    return op->threads == d->threads && strcmp(op->dtype, d->dtype) == 0 &&
           cb_row_on_core(op->row, d->context->core_kind) && cb_traffic_loops(op->row, loops);
}

static double line_bytes(const json_t *document)
{
    const json_t *caches =
        json_object_get(json_object_get(json_object_get(document, "context"), "machine"), "caches");
    double line = cb_row_number(json_array_get(caches, 0), "line", 0);
    return line > 0 ? line : 64;
}

static size_t caches_of(const drawing *d, cb_traffic_cache *caches)
{
    const cb_levels *levels = d->context->levels;
    size_t count = 0;
    for (size_t l = 0; l + 1 < levels->level_count && count < CB_TRAFFIC_CACHES; l++)
        caches[count++] = (cb_traffic_cache){cb_level_share(levels, l, d->threads),
                                             line_bytes(d->context->document)};
    return count;
}

static void add_point(drawing *d, size_t level, double intensity, double rate)
{
    points *p = &d->level[level];
    if (!(intensity > 0) || isinf(intensity) || p->count == POINTS_MAX)
        return;
    p->intensity[p->count] = intensity;
    p->rate[p->count++] = rate;
    d->low = fmin(d->low, intensity);
    d->high = fmax(d->high, intensity);
    d->slowest = fmin(d->slowest, rate);
}

/* What level l delivers: the L1 to the registers, each other one to the cache before it. Traffic of
 * less than a thousandth of the operands is none: they stay above. */
static void add_operator(drawing *d, const cb_operator *op, const cb_gemm_loops *loops)
{
    cb_traffic_cache caches[CB_TRAFFIC_CACHES];
    cb_traffic t;
    double least = (loops->m * loops->k + loops->k * loops->n) * loops->a_bytes / 1000;
    cb_traffic_gemm(loops, caches, caches_of(d, caches), &t);
    add_point(d, 0, t.ops / (t.load_bytes + t.store_bytes), op->ops_per_s);
    for (size_t i = 0; i < t.caches; i++)
        if (t.boundary[i].in + t.boundary[i].out > least)
            add_point(d, i + 1, cb_traffic_intensity(&t, i), op->ops_per_s);
}

static void collect(drawing *d)
{
    d->low = d->slowest = INFINITY;
    d->high = 0;
    for (size_t l = 0; l < CB_LEVELS_MAX; l++)
        d->level[l].count = 0;
    for (size_t i = 0; i < cb_results_count(d->context->document); i++) {
        cb_operator op;
        cb_gemm_loops loops;
        if (cb_operator_read(cb_results_row(d->context->document, i), &op) &&
            belongs(d, &op, &loops))
            add_operator(d, &op, &loops);
    }
}

/* ---- the picture ---- */

static cb_style level_style(size_t level)
{
    static const int shapes[] = {7, 5, 9, 13, 11};
    static const int colours[] = {1, 3, 2, 4, 5};
    return (cb_style){.colour = colours[level % 5],
                      .dash = (int)(level % 5),
                      .shape = shapes[level % 5],
                      .width = 2};
}

static size_t level_number(const drawing *d, const char *name)
{
    const cb_levels *levels = d->context->levels;
    size_t l = 0;
    while (l + 1 < levels->level_count && strcmp(levels->level[l].name, name) != 0)
        l++;
    return l;
}

static void axes(drawing *d, cb_axis *x, cb_axis *y)
{
    double peak = cb_roofline_peak(&d->roof);
    for (size_t m = 0; m < d->roof.memory_count; m++) {
        d->low = fmin(d->low, d->roof.memory[m].ridge / 4);
        d->high = fmax(d->high, d->roof.memory[m].ridge * 4);
    }
    d->low /= 1.5;
    d->high *= 2;
    *x = (cb_axis){.low = d->low, .high = d->high, .logarithmic = true};
    *y = (cb_axis){.low = fmin(d->slowest, peak / 30) / 2.5, .high = peak * 2, .logarithmic = true};
    snprintf(x->title, sizeof x->title, "operations / byte that the level delivers or takes");
    snprintf(y->title, sizeof y->title, "rate");
    cb_axis_ticks_plain(x);
    cb_axis_ticks_si(y, cb_plot_ops_unit(d->dtype));
}

/* Only the widest loads: the narrow roof has its own picture. */
static bool is_drawn(const cb_memory_roof *roof)
{
    return roof->form == CB_FORM_BEST;
}

static void draw_roofs(const drawing *d, cb_figure *f, const cb_axis *y)
{
    double peak = cb_roofline_peak(&d->roof);
    double fastest = 0;
    for (size_t m = 0; m < d->roof.memory_count; m++) {
        const cb_memory_roof *roof = &d->roof.memory[m];
        cb_style style = level_style(level_number(d, roof->level));
        double from = fmax(d->low, y->low / roof->bytes_per_s);
        double x[2] = {from, roof->ridge}, rate[2] = {from * roof->bytes_per_s, peak};
        style.shape = 0;
        if (is_drawn(roof))
            cb_figure_curve(f, roof->level, x, rate, 2, style);
        fastest = fmax(fastest, is_drawn(roof) ? roof->bytes_per_s : 0);
    }
    double x[2] = {fmax(d->low, peak / fastest), d->high}, rate[2] = {peak, peak};
    cb_figure_curve(f, "peak", x, rate, 2, (cb_style){.width = 2.4});
}

static void label_roofs(const drawing *d, cb_figure *f, const cb_axis *y)
{
    char text[CB_TEXT_BYTES];
    double peak = cb_roofline_peak(&d->roof);
    snprintf(text, sizeof text, "peak %s", cb_format_si(peak, cb_plot_ops_unit(d->dtype)).text);
    cb_figure_label_along(f, text, sqrt(d->low * d->high), peak, d->high, peak,
                          (cb_style){.width = 2.4});
    for (size_t m = 0; m < d->roof.memory_count; m++) {
        const cb_memory_roof *roof = &d->roof.memory[m];
        double from = fmax(d->low, y->low / roof->bytes_per_s);
        cb_style style = level_style(level_number(d, roof->level));
        style.shape = 0;
        snprintf(text, sizeof text, "%s %s", roof->level,
                 cb_format_si(roof->bytes_per_s, "B/s").text);
        if (is_drawn(roof))
            cb_figure_label_along(f, text, from, from * roof->bytes_per_s, roof->ridge, peak,
                                  style);
    }
}

static void draw_points(const drawing *d, cb_figure *f)
{
    const cb_levels *levels = d->context->levels;
    for (size_t l = 0; l < levels->level_count; l++) {
        char text[CB_TEXT_BYTES];
        cb_style style = level_style(l);
        style.no_line = true;
        if (!d->level[l].count)
            continue;
        snprintf(text, sizeof text, "as %s sees them", levels->level[l].name);
        cb_figure_curve(f, text, d->level[l].intensity, d->level[l].rate, d->level[l].count, style);
        cb_figure_list_label(f, text, style);
    }
}

static cb_status draw(drawing *d)
{
    cb_axis x, y;
    char stem[192], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES], slug[40];
    const char *plural = d->threads == 1 ? "" : "s";
    axes(d, &x, &y);
    cb_plot_slug(d->dtype, slug, sizeof slug);
    snprintf(stem, sizeof stem, "%sroofline_levels_%s_%d_thread%s", d->context->prefix, slug,
             d->threads, plural);
    snprintf(title, sizeof title, "GEMM %s as each level sees it, %d thread%s: %s", d->dtype,
             d->threads, plural, d->context->machine);
    snprintf(subtitle, sizeof subtitle, "%s; bytes from the traffic model, rates measured",
             d->context->origin);
    cb_figure *f = cb_figure_new(stem, title, subtitle, &x, &y);
    if (!f)
        return cb_fail(d->context->err, CB_NO_MEMORY, "no memory for the plot %s", stem);
    draw_roofs(d, f, &y);
    draw_points(d, f);
    label_roofs(d, f, &y);
    cb_status status =
        cb_figure_write(f, d->context->directory, d->context->err, d->context->report);
    cb_figure_free(f);
    return status;
}

/* Types and thread counts that have been drawn, by their first operator. */
typedef struct {
    const char *dtype[PAIRS_MAX];
    int threads[PAIRS_MAX];
    size_t count;
} done;

static bool is_new(done *list, const cb_operator *op)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->threads[i] == op->threads && strcmp(list->dtype[i], op->dtype) == 0)
            return false;
    if (list->count == PAIRS_MAX)
        return false;
    list->dtype[list->count] = op->dtype;
    list->threads[list->count++] = op->threads;
    return true;
}

cb_status cb_plot_traffic(const cb_plot_context *context)
{
    done list = {.count = 0};
    cb_status status = CB_OK;
    points *level = calloc(CB_LEVELS_MAX, sizeof *level);
    if (!level)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for the roofline of the levels");
    for (size_t i = 0; i < cb_results_count(context->document) && status == CB_OK; i++) {
        cb_operator op;
        cb_gemm_loops loops;
        if (!cb_operator_read(cb_results_row(context->document, i), &op))
            continue;
        drawing d = {.context = context, .dtype = op.dtype, .threads = op.threads, .level = level};
        if (!belongs(&d, &op, &loops) || !is_new(&list, &op))
            continue;
        cb_roofline_build(context->document, context->levels, op.dtype, op.threads, &d.roof);
        if (!d.roof.compute_count || !d.roof.memory_count)
            continue;
        collect(&d);
        status = draw(&d);
    }
    free(level);
    return status;
}
