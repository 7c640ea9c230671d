/* Rooflines: attainable rate against operational intensity, one picture for each data type. */
#include "plots/plots.h"

#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTS_DRAWN = 3, OPERATORS_MAX = 200, GROUPS_MAX = 6 };

/* Operators of one family and thread count: "gemm, 2 threads". Of each shape only the fastest
 * implementation, because all of them together hide the roofs; the plots of each family show them.
 */
typedef struct {
    char name[64];
    double ops[OPERATORS_MAX], intensity[OPERATORS_MAX], rate[OPERATORS_MAX];
    size_t count;
} operators;

typedef struct {
    const cb_plot_context *context;
    const char *dtype;
    cb_roofline roof[COUNTS_DRAWN]; /* by thread count; the last is the largest */
    size_t count;
    operators *ops; /* GROUPS_MAX of them */
    size_t group_count;
    cb_figure *figure;
    double low, high; /* of the intensity */
} drawing;

static const char *plural(int n)
{
    return n == 1 ? "" : "s";
}

/* One thread, the largest count, and the one in the middle: more make no readable picture. The
 * others' roofs are in the thread-scaling plots. */
static void choose_counts(drawing *d)
{
    int threads[CB_THREADS_MAX];
    size_t usable = 0;
    cb_roofline r;
    size_t count = cb_roofline_threads(d->context->document, d->context->levels, d->dtype, threads,
                                       CB_THREADS_MAX);
    for (size_t i = 0; i < count; i++) {
        cb_roofline_build(d->context->document, d->context->levels, d->dtype, threads[i], &r);
        if (r.compute_count && r.memory_count)
            threads[usable++] = threads[i];
    }
    size_t step = usable > COUNTS_DRAWN ? (usable - 1) / 2 : 1;
    for (size_t i = 0; i < usable && d->count < COUNTS_DRAWN; i += step) {
        size_t at = usable > COUNTS_DRAWN && d->count == COUNTS_DRAWN - 1 ? usable - 1 : i;
        cb_roofline_build(d->context->document, d->context->levels, d->dtype, threads[at],
                          &d->roof[d->count++]);
    }
}

static bool is_operator(const json_t *row)
{
    static const char *const families[] = {"gemm", "conv", "bitserial", "slbc"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (cb_row_is(row, "family", families[i]))
            return true;
    return false;
}

/* The group with this name; the last one takes all names beyond GROUPS_MAX. */
static operators *group_of(drawing *d, const json_t *row)
{
    char name[64];
    int threads = (int)cb_row_number(row, "threads", 1);
    snprintf(name, sizeof name, "%.24s, %d thread%s", cb_row_text(row, "family"), threads,
             plural(threads));
    for (size_t g = 0; g < d->group_count; g++)
        if (strcmp(d->ops[g].name, name) == 0)
            return &d->ops[g];
    if (d->group_count == GROUPS_MAX) {
        snprintf(d->ops[GROUPS_MAX - 1].name, sizeof d->ops->name, "other operators");
        return &d->ops[GROUPS_MAX - 1];
    }
    operators *fresh = &d->ops[d->group_count++];
    fresh->count = 0;
    snprintf(fresh->name, sizeof fresh->name, "%s", name);
    return fresh;
}

static void add_operator(operators *group, double ops, double intensity, double rate)
{
    size_t i = 0;
    while (i < group->count && (group->ops[i] != ops || group->intensity[i] != intensity))
        i++;
    if (i == OPERATORS_MAX || (i < group->count && group->rate[i] >= rate))
        return;
    group->ops[i] = ops;
    group->intensity[i] = intensity;
    group->rate[i] = rate;
    group->count += i == group->count;
}

static void collect_operators(drawing *d)
{
    const json_t *document = d->context->document;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        double ops = cb_row_number(row, "work.ops", 0);
        double bytes = cb_row_number(row, "work.bytes_min", 0);
        double rate = cb_row_number(row, "ops_per_s", 0);
        if (!cb_row_ok(row) || !is_operator(row) || !cb_row_is(row, "dtype", d->dtype) ||
            !cb_row_on_core(row, d->context->core_kind) || !(ops > 0) || !(bytes > 0) ||
            !(rate > 0))
            continue;
        add_operator(group_of(d, row), ops, ops / bytes, rate);
    }
}

static void ranges(drawing *d, cb_axis *x, cb_axis *y)
{
    double least_ridge = INFINITY, most_ridge = 0, top = 0, slowest = INFINITY,
           floor_rate = INFINITY;
    for (size_t c = 0; c < d->count; c++) {
        top = fmax(top, cb_roofline_peak(&d->roof[c]));
        for (size_t m = 0; m < d->roof[c].memory_count; m++) {
            least_ridge = fmin(least_ridge, d->roof[c].memory[m].ridge);
            most_ridge = fmax(most_ridge, d->roof[c].memory[m].ridge);
            slowest = fmin(slowest, d->roof[c].memory[m].bytes_per_s);
        }
    }
    d->low = least_ridge / 14;
    d->high = most_ridge * 12;
    for (size_t g = 0; g < d->group_count; g++)
        for (size_t i = 0; i < d->ops[g].count; i++) {
            d->low = fmin(d->low, d->ops[g].intensity[i] / 1.5);
            d->high = fmax(d->high, d->ops[g].intensity[i] * 1.5);
            floor_rate = fmin(floor_rate, d->ops[g].rate[i] / 1.5);
        }
    /* The slowest level's roof should come in at the left border or a decade above the bottom. */
    double bottom = fmin(fmax(slowest * d->low, top / 3e4), floor_rate);
    *x = (cb_axis){.low = d->low, .high = d->high, .logarithmic = true};
    *y = (cb_axis){.low = bottom / 1.3, .high = top * 2.6, .logarithmic = true};
    snprintf(x->title, sizeof x->title, "operational intensity (operations / byte)");
    snprintf(y->title, sizeof y->title, "attainable rate (%s)", cb_plot_ops_unit(d->dtype));
    cb_axis_ticks_plain(x);
    cb_axis_ticks_si(y, cb_plot_ops_unit(d->dtype));
}

/* Level decides colour and shape, thread count the dash and width. */
static cb_style roof_style(const drawing *d, size_t count, const cb_memory_roof *roof, size_t level)
{
    static const int shapes[] = {7, 5, 9, 13, 11};
    static const int colours[] = {1, 3, 2, 4, 5};
    cb_style s = {.colour = colours[level % 5], .shape = shapes[level % 5], .width = 2.2};
    if (count + 1 < d->count) {
        s.dash = 1;
        s.width = 1.6;
    }
    if (roof->form == CB_FORM_NARROW && level == 0) {
        s.dash = 3;
        s.shape = 6;
    }
    if (roof->origin == CB_ORIGIN_LIMIT)
        s.dash = 4;
    return s;
}

static size_t level_number(const drawing *d, const char *name)
{
    const cb_levels *levels = d->context->levels;
    size_t l = 0;
    while (l + 1 < levels->level_count && strcmp(levels->level[l].name, name) != 0)
        l++;
    return l;
}

static const char *form_text(const cb_memory_roof *roof)
{
    if (roof->origin == CB_ORIGIN_LIMIT)
        return " port limit";
    return roof->form == CB_FORM_NARROW ? " 64-bit loads" : "";
}

static void memory_text(const cb_memory_roof *roof, int threads, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s %s, %d thread%s", roof->level, form_text(roof),
             cb_format_si(roof->bytes_per_s, "B/s").text, threads, plural(threads));
}

/* From the border where the roof comes in to its ridge. */
static void memory_ends(const drawing *d, const cb_axis *y, const cb_memory_roof *roof, double *x0,
                        double *y0, double *x1, double *y1)
{
    *x0 = fmax(d->low, y->low / roof->bytes_per_s);
    *y0 = *x0 * roof->bytes_per_s;
    *x1 = roof->ridge;
    *y1 = roof->ridge * roof->bytes_per_s;
}

static void draw_memory(drawing *d, const cb_axis *y, size_t c)
{
    const cb_roofline *r = &d->roof[c];
    for (size_t m = 0; m < r->memory_count; m++) {
        char text[CB_TEXT_BYTES];
        double x[2], yy[2];
        cb_style style = roof_style(d, c, &r->memory[m], level_number(d, r->memory[m].level));
        cb_style point = style;
        memory_ends(d, y, &r->memory[m], &x[0], &yy[0], &x[1], &yy[1]);
        memory_text(&r->memory[m], r->threads, text, sizeof text);
        style.shape = 0;
        point.no_line = true;
        cb_figure_curve(d->figure, text, x, yy, 2, style);
        snprintf(text, sizeof text, "ridge point of %s%s, %d thread%s", r->memory[m].level,
                 form_text(&r->memory[m]), r->threads, plural(r->threads));
        cb_figure_curve(d->figure, text, &x[1], &yy[1], 1, point);
    }
}

static void label_memory(drawing *d, const cb_axis *y, size_t c)
{
    const cb_roofline *r = &d->roof[c];
    for (size_t m = 0; m < r->memory_count; m++) {
        char text[CB_TEXT_BYTES];
        double x[2], yy[2];
        cb_style style = roof_style(d, c, &r->memory[m], level_number(d, r->memory[m].level));
        memory_ends(d, y, &r->memory[m], &x[0], &yy[0], &x[1], &yy[1]);
        memory_text(&r->memory[m], r->threads, text, sizeof text);
        cb_figure_label_along(d->figure, text, x[0], yy[0], x[1], yy[1], style);
    }
}

static void label_ridges(drawing *d, size_t c)
{
    const cb_roofline *r = &d->roof[c];
    for (size_t m = 0; m < r->memory_count; m++) {
        char text[32];
        cb_style style = roof_style(d, c, &r->memory[m], level_number(d, r->memory[m].level));
        snprintf(text, sizeof text, "%.3g", r->memory[m].ridge);
        cb_figure_label_at(d->figure, text, r->memory[m].ridge,
                           r->memory[m].ridge * r->memory[m].bytes_per_s, style, false);
    }
}

/* Where a compute roof begins: the best at the first slope that it ends, the others behind the last
 * one, because between the slopes they would cross every label. */
static double compute_start(const drawing *d, const cb_roofline *r, size_t roof)
{
    double fastest = 0, slowest = INFINITY;
    for (size_t m = 0; m < r->memory_count; m++) {
        fastest = fmax(fastest, r->memory[m].bytes_per_s);
        slowest = fmin(slowest, r->memory[m].bytes_per_s);
    }
    return fmax(r->compute[roof].ops_per_s / (roof ? slowest : fastest), d->low);
}

/* Another instruction set that gives the same is no second roof. */
static bool worth_drawing(const cb_roofline *r, size_t roof)
{
    return roof == 0 || r->compute[roof].ops_per_s < 0.97 * r->compute[roof - 1].ops_per_s;
}

/* The best roof of each thread count in full, those of other instruction sets (of the largest count
 * only) thin and dotted. */
static void draw_compute(drawing *d, const cb_axis *y, size_t c)
{
    const cb_roofline *r = &d->roof[c];
    bool last = c + 1 == d->count;
    for (size_t i = 0; i < r->compute_count && (i == 0 || last); i++) {
        if (!worth_drawing(r, i))
            continue;
        double rate = r->compute[i].ops_per_s;
        double x[2] = {compute_start(d, r, i), d->high}, yy[2] = {rate, rate};
        cb_style style = {.colour = i ? 7 : 0,
                          .dash = i      ? 2
                                  : last ? 0
                                         : 1,
                          .width = i      ? 1.4
                                   : last ? 2.4
                                          : 1.8};
        if (rate > y->low)
            cb_figure_curve(d->figure, r->compute[i].kernel, x, yy, 2, style);
    }
}

static void label_compute(drawing *d, const cb_axis *y, size_t c)
{
    const cb_roofline *r = &d->roof[c];
    bool last = c + 1 == d->count;
    for (size_t i = 0; i < r->compute_count && (i == 0 || last); i++) {
        char text[CB_TEXT_BYTES];
        double rate = r->compute[i].ops_per_s;
        if (rate <= y->low || !worth_drawing(r, i))
            continue;
        snprintf(text, sizeof text, "%s, %d thread%s, %s",
                 cb_format_si(rate, cb_plot_ops_unit(d->dtype)).text, r->threads,
                 plural(r->threads), r->compute[i].kernel ? r->compute[i].kernel : "?");
        double from = d->low * pow(d->high / d->low, 0.5);
        cb_style style = {.colour = i ? 7 : 0, .dash = i ? 2 : last ? 0 : 1, .width = 2};
        cb_figure_label_along(d->figure, text, fmax(from, compute_start(d, r, i)), rate, d->high,
                              rate, style);
    }
}

static cb_style operator_style(size_t group)
{
    static const int shapes[] = {6, 4, 8, 12, 10, 14};
    return (cb_style){.colour = 0, .shape = shapes[group % 6], .width = 1.5, .no_line = true};
}

static void draw_operators(drawing *d)
{
    for (size_t g = 0; g < d->group_count; g++)
        cb_figure_curve(d->figure, d->ops[g].name, d->ops[g].intensity, d->ops[g].rate,
                        d->ops[g].count, operator_style(g));
}

static void label_operators(drawing *d)
{
    for (size_t g = 0; g < d->group_count; g++)
        cb_figure_label_at(d->figure, d->ops[g].name, d->ops[g].intensity[0], d->ops[g].rate[0],
                           operator_style(g), true);
}

/* "1, 2 and 4 threads". */
static void threads_text(const drawing *d, char *text, size_t bytes)
{
    size_t used = 0;
    for (size_t c = 0; c < d->count && used < bytes; c++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%d",
                                 c == 0              ? ""
                                 : c + 1 == d->count ? " and "
                                                     : ", ",
                                 d->roof[c].threads);
    if (used < bytes)
        snprintf(text + used, bytes - used, " thread%s", plural(d->roof[d->count - 1].threads));
}

static cb_status draw(drawing *d)
{
    cb_axis x, y;
    char stem[160], title[CB_TEXT_BYTES], subtitle[2 * CB_TEXT_BYTES], slug[40], threads[48];
    const cb_plot_context *context = d->context;
    ranges(d, &x, &y);
    cb_plot_slug(d->dtype, slug, sizeof slug);
    snprintf(stem, sizeof stem, "%sroofline_%s", context->prefix, slug);
    threads_text(d, threads, sizeof threads);
    snprintf(title, sizeof title, "Roofline %s: %s, %s", d->dtype, context->machine, threads);
    snprintf(subtitle, sizeof subtitle,
             "%s; slopes: bytes read from each level; symbols: ridge points (operations / byte)%s",
             context->origin, d->group_count ? "; fastest of each shape" : "");
    d->figure = cb_figure_new(stem, title, subtitle, &x, &y);
    if (!d->figure)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for the plot %s", stem);
    for (size_t c = 0; c < d->count; c++) {
        draw_compute(d, &y, c);
        draw_memory(d, &y, c);
    }
    draw_operators(d);
    label_operators(d);
    for (size_t c = d->count; c-- > 0;) {
        label_compute(d, &y, c);
        label_memory(d, &y, c);
    }
    for (size_t c = d->count; c-- > 0;)
        label_ridges(d, c);
    cb_status status =
        cb_figure_write(d->figure, context->directory, context->err, context->report);
    cb_figure_free(d->figure);
    return status;
}

cb_status cb_plot_rooflines(const cb_plot_context *context)
{
    const char *dtypes[CB_DTYPES_MAX];
    cb_status status = CB_OK;
    size_t count = cb_roofline_dtypes(context->document, context->core_kind, dtypes, CB_DTYPES_MAX);
    operators *groups = calloc(GROUPS_MAX, sizeof *groups);
    if (!groups)
        return cb_fail(context->err, CB_NO_MEMORY, "no memory for the rooflines");
    for (size_t i = 0; i < count && !status; i++) {
        drawing d = {.context = context, .dtype = dtypes[i], .ops = groups};
        choose_counts(&d);
        collect_operators(&d);
        status = d.count ? draw(&d)
                         : cb_report_note(context->report,
                                          "%s: no roofline for %s: no thread count has both a peak "
                                          "and a read bandwidth (run `cachebound characterize`)",
                                          context->machine, dtypes[i]);
    }
    free(groups);
    if (!count && !status)
        status = cb_report_note(context->report,
                                "%s: no roofline: there is no peak (run `cachebound peak` or "
                                "`cachebound characterize`)",
                                context->machine);
    return status;
}
