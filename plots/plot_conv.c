/* Convolution layers against what bounds them, after Figures 2, 3, 8 and the 8-bit part of 6 and 7
 * of the cache-boundness paper: the time of each layer beside its bounds, the rates sorted, how
 * much faster 8-bit numbers are than float32, the bandwidth that each requires; of a published
 * board, on which nobody measured layers, what bounds the paper's own. A level bounds a layer by
 * the bytes of one operand for each multiply-accumulate (the paper's eq. (5)); a tuned kernel may
 * pass that. */
#include "plots/bars.h"
#include "plots/plots.h"

#include "models/klein.h"
#include "models/operators.h"
#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAYERS_MAX = 96, OWN = 0, FIRST_BOUND = 1 };

typedef struct {
    const char *name;
    double macs, time_s; /* of the fastest own variant */
} layer;

typedef struct {
    const cb_plot_context *context;
    const char *dtype;
    int threads;
    bool expected; /* nothing was measured: the bounds alone */
    double element_bytes;
    layer layers[LAYERS_MAX];
    size_t count;
    char names[CB_BARS_SERIES][CB_TEXT_BYTES]; /* of the bounds, the layers' own first */
    double rates[CB_BARS_SERIES];              /* multiply-accumulates a second that each allows */
    size_t series;
} collection;

static bool is_peer(const char *variant)
{
    return variant && (strncmp(variant, "onednn", 6) == 0 || strncmp(variant, "onnx", 4) == 0);
}

static layer *find(collection *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->layers[i].name, name) == 0)
            return &c->layers[i];
    if (c->count == LAYERS_MAX)
        return NULL;
    c->layers[c->count] = (layer){name, 0, INFINITY};
    return &c->layers[c->count++];
}

static void collect_layers(collection *c)
{
    const json_t *document = c->context->document;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        cb_operator op;
        const json_t *row = cb_results_row(document, i);
        const char *name = cb_row_text(row, "params.layer");
        if (!cb_operator_read(row, &op) || strcmp(op.family, "conv") != 0 || !name ||
            op.threads != c->threads || strcmp(op.dtype, c->dtype) != 0 || is_peer(op.variant) ||
            !cb_row_on_core(row, c->context->core_kind) || !(op.time_s > 0 && op.macs > 0))
            continue;
        layer *l = find(c, name);
        if (!l || op.time_s >= l->time_s)
            continue;
        l->macs = op.macs;
        l->time_s = op.time_s;
        c->element_bytes = op.element_bytes;
    }
}

static void add_bound(collection *c, const char *name, double macs_per_s)
{
    if (c->series == CB_BARS_SERIES || !(macs_per_s > 0))
        return;
    snprintf(c->names[c->series], sizeof c->names[0], "%s", name);
    c->rates[c->series++] = macs_per_s;
}

/* Arithmetic, and each level once, by the widest loads. */
static void collect_bounds(collection *c)
{
    cb_roofline roof;
    cb_roofline_build(c->context->document, c->context->levels, c->dtype, c->threads, &roof);
    snprintf(c->names[OWN], sizeof c->names[0], "measured, fastest variant");
    c->series = FIRST_BOUND;
    add_bound(c, "arithmetic", cb_roofline_peak(&roof) / 2);
    for (size_t i = 0; i < roof.memory_count; i++) {
        const cb_memory_roof *m = &roof.memory[i];
        if (m->form == CB_FORM_BEST && c->element_bytes > 0)
            add_bound(c, m->level, m->bytes_per_s / c->element_bytes);
    }
}

static int faster(const void *a, const void *b)
{
    double x = ((const layer *)a)->macs / ((const layer *)a)->time_s;
    double y = ((const layer *)b)->macs / ((const layer *)b)->time_s;
    return x < y ? -1 : x > y;
}

/* C2 before C10: documents hold layers in the order in which they were measured. */
static int named_earlier(const void *a, const void *b)
{
    return strverscmp(((const layer *)a)->name, ((const layer *)b)->name);
}

static double value_of(const collection *c, size_t series, size_t i, bool rate)
{
    const layer *l = &c->layers[i];
    double macs_per_s = series == OWN ? l->macs / l->time_s : c->rates[series];
    return rate ? 2 * macs_per_s : l->macs / macs_per_s;
}

static cb_status draw(const collection *c, bool rate)
{
    static double values[CB_BARS_SERIES * LAYERS_MAX];
    const char *categories[LAYERS_MAX], *series[CB_BARS_SERIES];
    char stem[200], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES];
    const size_t first = c->expected ? FIRST_BOUND : OWN;
    for (size_t s = first; s < c->series; s++) {
        series[s - first] = c->names[s];
        for (size_t i = 0; i < c->count; i++)
            values[(s - first) * c->count + i] = value_of(c, s, i, rate);
    }
    for (size_t i = 0; i < c->count; i++)
        categories[i] = c->layers[i].name;
    const char *what = c->expected ? "bounds" : rate ? "rate" : "time";
    const char *says = c->expected ? "What bounds the time" : rate ? "Rates" : "Time";
    snprintf(stem, sizeof stem, "%sconv_%s_%s_t%d", c->context->prefix, what, c->dtype, c->threads);
    snprintf(title, sizeof title, "%s of convolution layers, %s, %d thread%s: %s", says, c->dtype,
             c->threads, c->threads == 1 ? "" : "s", c->context->machine);
    snprintf(subtitle, sizeof subtitle,
             "%s; a level's bound: one operand read from it for each multiply-accumulate",
             c->context->origin);
    cb_bars bars = {.stem = stem,
                    .title = title,
                    .subtitle = subtitle,
                    .unit = rate ? cb_plot_ops_unit(c->dtype) : "s",
                    .categories = categories,
                    .category_count = c->count,
                    .series = series,
                    .series_count = c->series - first,
                    .values = values};
    snprintf(bars.y_title, sizeof bars.y_title, rate ? "rate, slowest first" : "time");
    return cb_bars_write(&bars, c->context->directory, c->context->err, c->context->report);
}

static cb_status draw_dtype(collection *c)
{
    collect_layers(c);
    if (!c->count)
        return CB_OK;
    collect_bounds(c);
    qsort(c->layers, c->count, sizeof *c->layers, faster);
    cb_status status = draw(c, true);
    qsort(c->layers, c->count, sizeof *c->layers, named_earlier);
    return status == CB_OK ? draw(c, false) : status;
}

/* ---- a board on which nobody measured layers ---- */

static bool is_published(const cb_roofline *roof)
{
    bool published = roof->compute_count && roof->compute[0].origin == CB_ORIGIN_PUBLISHED;
    for (size_t i = 0; i < roof->memory_count; i++)
        published |= roof->memory[i].origin == CB_ORIGIN_PUBLISHED;
    return published && roof->compute_count && roof->memory_count;
}

/* The most threads that published peaks and bandwidths are known for; 0: there are none. */
static int published_threads(const cb_plot_context *context)
{
    int threads[CB_THREADS_MAX];
    cb_roofline roof;
    size_t count =
        cb_roofline_threads(context->document, context->levels, "f32", threads, CB_THREADS_MAX);
    for (size_t i = count; i > 0; i--) {
        cb_roofline_build(context->document, context->levels, "f32", threads[i - 1], &roof);
        if (is_published(&roof))
            return threads[i - 1];
    }
    return 0;
}

static cb_status draw_expected(const cb_plot_context *context)
{
    int threads = published_threads(context);
    collection *c = threads ? calloc(1, sizeof *c) : NULL;
    if (!threads)
        return CB_OK;
    if (!c)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for the plots of layers");
    *c = (collection){.context = context,
                      .dtype = "f32",
                      .threads = threads,
                      .expected = true,
                      .element_bytes = sizeof(float),
                      .count = CB_KLEIN_LAYERS};
    for (size_t i = 0; i < CB_KLEIN_LAYERS; i++)
        c->layers[i] = (layer){cb_klein_layers[i].name,
                               cb_klein_conv_macs(&cb_klein_layers[i].conv), INFINITY};
    collect_bounds(c);
    cb_status status = draw(c, false);
    free(c);
    return status;
}

/* ---- 8-bit against float32 ---- */

static double time_in(const collection *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->layers[i].name, name) == 0)
            return c->layers[i].time_s;
    return 0;
}

static cb_status draw_speed_up(collection *f32, collection *int8)
{
    static double values[LAYERS_MAX];
    const char *categories[LAYERS_MAX];
    char stem[200], title[CB_TEXT_BYTES];
    size_t count = 0;
    for (size_t i = 0; i < f32->count; i++) {
        double other = time_in(int8, f32->layers[i].name);
        if (!(other > 0))
            continue;
        categories[count] = f32->layers[i].name;
        values[count++] = f32->layers[i].time_s / other;
    }
    if (!count)
        return CB_OK;
    snprintf(stem, sizeof stem, "%sconv_speedup_%s_t%d", f32->context->prefix, int8->dtype,
             f32->threads);
    snprintf(title, sizeof title, "Speed-up of %s over float32, %d thread%s: %s", int8->dtype,
             f32->threads, f32->threads == 1 ? "" : "s", f32->context->machine);
    const char *series[] = {int8->dtype};
    cb_bars bars = {.stem = stem,
                    .title = title,
                    .subtitle = "fastest variant of each; the same layer in float32 is 1",
                    .unit = "",
                    .y_title = "times as fast",
                    .linear = true,
                    .categories = categories,
                    .category_count = count,
                    .series = series,
                    .series_count = 1,
                    .values = values,
                    .line = 1,
                    .line_name = "float32"};
    return cb_bars_write(&bars, f32->context->directory, f32->context->err, f32->context->report);
}

/* ---- required bandwidth ---- */

/* Eq. (5), p d / 2: to read one operand for each multiply-accumulate. */
static cb_status draw_required(collection *f32, collection *int8)
{
    static double values[2 * LAYERS_MAX];
    const char *categories[LAYERS_MAX];
    char stem[200], title[CB_TEXT_BYTES];
    size_t count = f32->count;
    const cb_rate *l1 = cb_levels_rate(f32->context->levels, "read", 0, f32->threads, CB_FORM_BEST);
    if (!count || !int8->count)
        return CB_OK;
    for (size_t i = 0; i < count; i++) {
        const layer *l = &f32->layers[i];
        double other = time_in(int8, l->name);
        categories[i] = l->name;
        values[i] = l->macs / l->time_s * f32->element_bytes;
        values[count + i] = other > 0 ? l->macs / other * int8->element_bytes : 0;
    }
    snprintf(stem, sizeof stem, "%sconv_required_%s_t%d", f32->context->prefix, int8->dtype,
             f32->threads);
    snprintf(title, sizeof title, "Required bandwidth of float32 and %s, %d thread%s: %s",
             int8->dtype, f32->threads, f32->threads == 1 ? "" : "s", f32->context->machine);
    const char *series[] = {"float32", int8->dtype};
    cb_bars bars = {.stem = stem,
                    .title = title,
                    .subtitle = "to read one operand for each multiply-accumulate; fastest variant",
                    .unit = "B/s",
                    .y_title = "required bandwidth, all threads",
                    .linear = true,
                    .categories = categories,
                    .category_count = count,
                    .series = series,
                    .series_count = 2,
                    .values = values,
                    .line = l1 ? l1->bytes_per_s : 0,
                    .line_name = "L1 read"};
    return cb_bars_write(&bars, f32->context->directory, f32->context->err, f32->context->report);
}

/* ---- all ---- */

/* Thread counts and types that the layers were measured with. */
static bool has_layers(const cb_plot_context *context, const char *dtype, int threads)
{
    collection *c = calloc(1, sizeof *c);
    bool has = false;
    if (c) {
        *c = (collection){.context = context, .dtype = dtype, .threads = threads};
        collect_layers(c);
        has = c->count > 0;
    }
    free(c);
    return has;
}

static cb_status draw_threads(const cb_plot_context *context, int threads)
{
    static const char *const int8[] = {"s8", "u8s8", "u8"};
    collection *f32 = calloc(2, sizeof *f32), *other = f32 ? f32 + 1 : NULL;
    cb_status status = CB_OK;
    if (!f32)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for the plots of layers");
    *f32 = (collection){.context = context, .dtype = "f32", .threads = threads};
    status = draw_dtype(f32);
    for (size_t i = 0; i < 3 && status == CB_OK; i++) {
        *other = (collection){.context = context, .dtype = int8[i], .threads = threads};
        status = draw_dtype(other);
        if (status == CB_OK)
            status = draw_speed_up(f32, other);
        if (status == CB_OK)
            status = draw_required(f32, other);
    }
    free(f32);
    return status;
}

cb_status cb_plot_conv(const cb_plot_context *context)
{
    static const char *const dtypes[] = {"f32", "s8", "u8s8", "u8"};
    cb_status status = CB_OK;
    bool found = false;
    for (int threads = 1; threads <= CB_THREADS_MAX && status == CB_OK; threads++) {
        bool any = false;
        for (size_t i = 0; i < 4 && !any; i++)
            any = has_layers(context, dtypes[i], threads);
        if (any)
            status = draw_threads(context, threads);
        found |= any;
    }
    return found || status != CB_OK ? status : draw_expected(context);
}
