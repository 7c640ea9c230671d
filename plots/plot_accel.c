#include "plots/plot_accel.h"

#include "models/accel/timeline.h"
#include "plots/bars.h"
#include "plots/plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is drawn of one node of one case. */
typedef double (*quantity)(const cb_accel_case *c, size_t layer, bool quantizer);

typedef struct {
    const cb_accel_case *cases;
    size_t count;
    const char *stem, *directory;
    cb_error *err;
    cb_plot_report *report;
} drawing;

/* ---- quantities ---- */

static const cb_accel_decoration *decoration(const cb_accel_case *c, size_t layer)
{
    return &c->estimate->results[layer].decoration;
}

static double macs_of(const cb_accel_case *c, size_t layer, bool quantizer)
{
    return quantizer ? 0 : decoration(c, layer)->macs + decoration(c, layer)->look_ups;
}

static double bops_of(const cb_accel_case *c, size_t layer, bool quantizer)
{
    const cb_accel_decoration *d = decoration(c, layer);
    return quantizer ? d->quant_bops : d->bops + d->pool_bops;
}

/* Parameters and what leaves the node. */
static double memory_of(const cb_accel_case *c, size_t layer, bool quantizer)
{
    const cb_accel_decoration *d = decoration(c, layer);
    return (quantizer ? d->quant_bits + d->output_bits
                      : d->parameter_bits + d->table_bits + d->sum_bits) /
           8;
}

static double cycles_of(const cb_accel_case *c, size_t layer, bool quantizer)
{
    (void)quantizer;
    return c->estimate->results[layer].time.cycles;
}

static double l1_of(const cb_accel_case *c, size_t layer, bool quantizer)
{
    (void)quantizer;
    return c->estimate->results[layer].plan.l1_bytes;
}

static double l2_of(const cb_accel_case *c, size_t layer, bool quantizer)
{
    (void)quantizer;
    return c->estimate->results[layer].plan.l2_bytes;
}

/* ---- bars ---- */

/* The part of a name that tells layers apart: the module's of "/a/b/module/Conv". */
static void short_name(const char *name, char *text, size_t bytes)
{
    const char *last = strrchr(name, '/'), *from = name;
    size_t length = last && last > name ? (size_t)(last - name) : strlen(name);
    for (const char *c = name; c + 1 < name + length; c++)
        if (*c == '/')
            from = c + 1;
    snprintf(text, bytes, "%.*s", (int)(length - (size_t)(from - name)), from);
}

/* Categories and values; only the nodes that have any of the quantity in any case. */
typedef struct {
    char (*names)[CB_ACCEL_NAME];
    const char **categories;
    double *values, *kept;
    size_t count;
} groups;

static void free_groups(groups *g)
{
    free(g->names);
    free(g->categories);
    free(g->values);
    free(g->kept);
}

static bool has_any(const drawing *d, size_t layer, bool quantizer, quantity of)
{
    for (size_t c = 0; c < d->count; c++)
        if (of(&d->cases[c], layer, quantizer) > 0)
            return true;
    return false;
}

static bool collect(const drawing *d, bool nodes, quantity of, groups *g)
{
    const cb_accel_model *model = d->cases[0].model;
    size_t most = 2 * model->count + 1;
    *g = (groups){malloc(most * sizeof *g->names), malloc(most * sizeof *g->categories),
                  malloc(most * d->count * sizeof *g->values),
                  malloc(most * d->count * sizeof *g->kept), 0};
    if (!g->names || !g->categories || !g->values || !g->kept)
        return false;
    for (size_t l = 0; l < model->count; l++)
        for (int q = 0; q < 1 + nodes; q++) {
            const cb_accel_layer *layer = &model->layers[l];
            if ((q && !layer->quantizer[0]) || !has_any(d, l, q, of))
                continue;
            short_name(q ? layer->quantizer : layer->name, g->names[g->count], CB_ACCEL_NAME);
            g->categories[g->count] = g->names[g->count];
            for (size_t c = 0; c < d->count; c++)
                g->values[c * most + g->count] = of(&d->cases[c], l, q);
            g->count++;
        }
    for (size_t c = 0; c < d->count; c++)
        memcpy(g->kept + c * g->count, g->values + c * most, g->count * sizeof *g->values);
    return true;
}

typedef struct {
    const char *name, *title, *y_title, *unit;
    quantity of;
    bool nodes, bytes;
    long (*size)(const cb_accel_platform *); /* a line at this; NULL: none */
    const char *size_name;
} bar_plot;

static bool same_cores(const drawing *d)
{
    for (size_t c = 1; c < d->count; c++)
        if (d->cases[c].platform->cores != d->cases[0].platform->cores)
            return false;
    return true;
}

static bool same_size(const drawing *d, long (*size)(const cb_accel_platform *))
{
    for (size_t c = 1; c < d->count; c++)
        if (size(d->cases[c].platform) != size(d->cases[0].platform))
            return false;
    return true;
}

/* The platform, and of its sizes those that all cases share. */
static void describe(const drawing *d, const bar_plot *plot, char *text, size_t bytes)
{
    const cb_accel_platform *p = d->cases[0].platform;
    int used = snprintf(text, bytes, "estimated for %.60s", p->name);
    if (plot->nodes) {
        snprintf(text, bytes, "from the graph and its implementation, no platform");
        return;
    }
    if (same_cores(d))
        used += snprintf(text + used, bytes - (size_t)used, ", %d cores", p->cores);
    if (same_size(d, cb_accel_l2_data))
        used += snprintf(text + used, bytes - (size_t)used, ", L2 %s",
                         cb_format_bytes((uint64_t)p->l2_bytes).text);
    if (plot->size)
        snprintf(text + used, bytes - (size_t)used, "; bytes as the traces count them");
}

static cb_status draw_bars(const drawing *d, const bar_plot *plot)
{
    const char *series[CB_PLOT_CASES];
    char stem[160], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES];
    const cb_accel_platform *p = d->cases[0].platform;
    groups g;
    cb_status status = CB_OK;
    for (size_t c = 0; c < d->count; c++)
        series[c] = d->cases[c].name;
    snprintf(stem, sizeof stem, "%.60s%s", d->stem, plot->name);
    snprintf(title, sizeof title, "%s", plot->title);
    describe(d, plot, subtitle, sizeof subtitle);
    if (!collect(d, plot->nodes, plot->of, &g)) {
        status = cb_fail(d->err, CB_NO_MEMORY, "no memory for the plot %s", stem);
    } else {
        cb_bars bars = {.stem = stem,
                        .title = title,
                        .subtitle = subtitle,
                        .unit = plot->unit,
                        .bytes = plot->bytes,
                        .categories = g.categories,
                        .category_count = g.count,
                        .series = series,
                        .series_count = d->count,
                        .values = g.kept,
                        .line = plot->size && same_size(d, plot->size) ? (double)plot->size(p) : 0,
                        .line_name = plot->size_name};
        snprintf(bars.y_title, sizeof bars.y_title, "%s", plot->y_title);
        status = cb_bars_write(&bars, d->directory, d->err, d->report);
    }
    free_groups(&g);
    return status;
}

/* ---- memory over time ---- */

typedef struct {
    double *time, *bytes;
    size_t count;
} curve;

/* Two corners a layer. */
static curve steps_of(const cb_accel_use *uses, size_t count, bool l2, double scale)
{
    curve made = {malloc((2 * count + 1) * sizeof(double)),
                  malloc((2 * count + 1) * sizeof(double)), 0};
    if (!made.time || !made.bytes)
        return made;
    for (size_t i = 0; i < count; i++)
        for (int end = 0; end < 2; end++) {
            made.time[made.count] = (end ? uses[i].end_cycles : uses[i].begin_cycles) * scale;
            made.bytes[made.count++] = l2 ? uses[i].l2_bytes : uses[i].l1_bytes;
        }
    return made;
}

static double smallest(const curve *c)
{
    double least = INFINITY;
    for (size_t i = 0; i < c->count; i++)
        least = fmin(least, c->bytes[i]);
    return least;
}

static double largest(const curve *c)
{
    double most = 0;
    for (size_t i = 0; i < c->count; i++)
        most = fmax(most, c->bytes[i]);
    return most;
}

static void draw_room(cb_figure *f, const char *name, double bytes, double end, cb_style style)
{
    char text[CB_TEXT_BYTES];
    const double x[] = {0, end}, y[] = {bytes, bytes};
    style.width = 1.2;
    style.dash = 1;
    cb_figure_curve(f, name, x, y, 2, style);
    snprintf(text, sizeof text, "%s: %s", name, cb_format_bytes((uint64_t)bytes).text);
    cb_figure_label_along(f, text, 0, bytes, end, bytes, style);
}

static cb_status draw_time(const drawing *d, const cb_accel_case *c, size_t number)
{
    const cb_accel_platform *p = c->platform;
    double scale = p->clock_hz > 0 ? 1 / p->clock_hz : 1;
    cb_accel_use *uses = calloc(c->model->count + 1, sizeof *uses);
    if (!uses)
        return cb_fail(d->err, CB_NO_MEMORY, "no memory for the plot of memory over time");
    cb_accel_timeline(p, c->model, c->estimate, uses);
    curve l1 = steps_of(uses, c->model->count, false, scale);
    curve l2 = steps_of(uses, c->model->count, true, scale);
    double end = c->estimate->cycles * scale, room1 = (double)cb_accel_l1_data(p);
    double room2 = (double)cb_accel_l2_data(p);
    double high = fmax(fmax(largest(&l1), largest(&l2)), fmax(room1, room2));
    cb_axis x = {.low = 0, .high = end, .logarithmic = false};
    cb_axis y = {
        .low = fmin(smallest(&l1), smallest(&l2)) / 4, .high = high * 2, .logarithmic = true};
    char stem[96], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES];
    snprintf(stem, sizeof stem, "%.40smemory_over_time_%zu", d->stem, number + 1);
    if (d->count == 1)
        snprintf(stem, sizeof stem, "%.40smemory_over_time", d->stem);
    snprintf(title, sizeof title, "Memory over time: %.120s", c->name);
    snprintf(subtitle, sizeof subtitle, "estimated for %.60s, %d cores; dashed: room for data",
             p->name, p->cores);
    snprintf(x.title, sizeof x.title, p->clock_hz > 0 ? "time" : "cycles");
    snprintf(y.title, sizeof y.title, "bytes in use");
    cb_axis_ticks_linear(&x, p->clock_hz > 0 ? "s" : "");
    cb_axis_ticks_bytes(&y);
    cb_figure *f = cb_figure_new(stem, title, subtitle, &x, &y);
    cb_status status = f && l1.count && l2.count
                           ? CB_OK
                           : cb_fail(d->err, CB_NO_MEMORY, "no memory for the plot %s", stem);
    cb_style s1 = {.colour = 1, .width = 2}, s2 = {.colour = 2, .width = 2, .dash = 2};
    if (status == CB_OK) {
        cb_figure_curve(f, "L1", l1.time, l1.bytes, l1.count, s1);
        cb_figure_curve(f, "L2", l2.time, l2.bytes, l2.count, s2);
        draw_room(f, "room in L1", room1, end, s1);
        draw_room(f, "room in L2", room2, end, s2);
        cb_figure_list_label(f, "L1: tiles, second buffers, im2col", s1);
        cb_figure_list_label(f, "L2: input, output, weights of the layer", s2);
        status = cb_figure_write(f, d->directory, d->err, d->report);
    }
    cb_figure_free(f);
    free(uses);
    free(l1.time), free(l1.bytes), free(l2.time), free(l2.bytes);
    return status;
}

/* ---- all ---- */

static const bar_plot needs_plots[] = {
    {"macs", "Multiply-accumulates of each layer (look-ups where a table makes the products)",
     "MACs or look-ups", "", macs_of, true, false, NULL, NULL},
    {"bops", "Bit operations of each node: eqs. (6), (9), (10), (12)", "bit operations", "",
     bops_of, true, false, NULL, NULL},
    {"memory", "Memory of each node: parameters, tables and what it puts out", "bytes", "B",
     memory_of, true, true, NULL, NULL},
};

static const bar_plot takes_plots[] = {
    {"cycles", "Estimated cycles of each layer", "cycles", "", cycles_of, false, false, NULL, NULL},
    {"l1", "L1 that a tile of each layer takes", "bytes", "B", l1_of, false, true, cb_accel_l1_data,
     "room for data in L1"},
    {"l2", "L2 that a part of each layer takes", "bytes", "B", l2_of, false, true, cb_accel_l2_data,
     "room for data in L2"},
};

static size_t alike(const cb_accel_case *cases, size_t count, cb_accel_case *kept,
                    cb_plot_report *report)
{
    size_t used = 0;
    for (size_t i = 0; i < count && used < CB_PLOT_CASES; i++)
        if (cases[i].model->count == cases[0].model->count)
            kept[used++] = cases[i];
        else
            cb_report_note(report, "%s has another number of layers than %s and is not drawn",
                           cases[i].name, cases[0].name);
    return used;
}

cb_status cb_plot_accel_layers(const cb_accel_case *cases, size_t count, const char *stem,
                               bool needs, const char *directory, cb_error *err,
                               cb_plot_report *report)
{
    cb_accel_case kept[CB_PLOT_CASES];
    drawing d = {kept, alike(cases, count, kept, report), stem, directory, err, report};
    cb_status status = cb_plot_folder(directory, err);
    for (size_t i = 0; needs && status == CB_OK && i < 3; i++)
        status = draw_bars(&d, &needs_plots[i]);
    for (size_t i = 0; status == CB_OK && i < 3; i++)
        status = draw_bars(&d, &takes_plots[i]);
    for (size_t i = 0; needs && status == CB_OK && i < d.count; i++)
        status = draw_time(&d, &kept[i], i);
    return status;
}
