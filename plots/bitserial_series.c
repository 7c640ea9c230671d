#include "plots/bitserial_series.h"

#include "models/operators.h"
#include "models/rows.h"

#include <math.h>
#include <string.h>

/* ---- which rows ---- */

static bool is_square(const json_t *row)
{
    double m = cb_row_number(row, "params.m", 0);
    return m > 0 && m == cb_row_number(row, "params.n", 0) &&
           m == cb_row_number(row, "params.k", 0);
}

/* Measured on the view's cores and threads, and of its kind: a square product, or a layer. */
static bool fits(const cb_bits_view *view, const json_t *row)
{
    return cb_row_ok(row) && cb_row_on_core(row, view->context->core_kind) &&
           cb_row_threads(row) == view->threads &&
           (view->layers ? cb_row_text(row, "params.layer") != NULL : is_square(row));
}

static bool is_bitserial(const cb_bits_view *view, const json_t *row, const char *variant)
{
    return fits(view, row) && cb_row_is(row, "family", "bitserial") &&
           cb_row_is(row, "variant", variant) &&
           cb_row_is(row, "params.op", view->layers ? "conv" : "gemm") &&
           cb_row_is(row, "params.encoding", view->encoding);
}

bool cb_bits_in_view(const cb_bits_view *view, const json_t *row)
{
    return is_bitserial(view, row, "tuned");
}

static bool is_rival(const cb_bits_view *view, const json_t *row, const char *dtype)
{
    bool int8 = strcmp(dtype, "int8") == 0;
    bool typed = int8 ? cb_row_is(row, "dtype", "s8") || cb_row_is(row, "dtype", "u8s8")
                      : cb_row_is(row, "dtype", dtype);
    return typed && fits(view, row) && cb_row_is(row, "family", view->layers ? "conv" : "gemm");
}

void cb_bits_find_places(cb_bits_view *view)
{
    const json_t *document = view->context->document;
    for (size_t i = 0; view->layers && i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        bool known = !cb_bits_in_view(view, row) || view->place_count == CB_BITS_POINTS;
        const char *name = cb_row_text(row, "params.layer");
        for (size_t j = 0; j < view->place_count && !known; j++)
            known = strcmp(view->place[j], name) == 0;
        if (!known)
            view->place[view->place_count++] = name;
    }
}

/* Where the row stands on the x axis; 0: nowhere. */
static double place_of(const cb_bits_view *view, const json_t *row)
{
    if (!view->layers)
        return cb_row_number(row, "params.n", 0);
    const char *name = cb_row_text(row, "params.layer");
    for (size_t i = 0; i < view->place_count; i++)
        if (strcmp(view->place[i], name) == 0)
            return (double)i + 1;
    return 0;
}

/* ---- curves ---- */

static cb_bits_curve *named(cb_bits_curves *curves, const char *name)
{
    for (size_t i = 0; i < curves->count; i++)
        if (strcmp(curves->curve[i].name, name) == 0)
            return &curves->curve[i];
    if (curves->count == CB_BITS_CURVES)
        return NULL;
    cb_bits_curve *made = &curves->curve[curves->count++];
    *made = (cb_bits_curve){.count = 0};
    snprintf(made->name, sizeof made->name, "%s", name);
    return made;
}

/* In order of x; of two figures at one place the larger one. */
static void put(cb_bits_curve *curve, double x, double y)
{
    size_t at = curve->count;
    for (size_t i = 0; i < curve->count; i++)
        if (curve->x[i] == x) {
            curve->y[i] = fmax(curve->y[i], y);
            return;
        }
    if (at == CB_BITS_POINTS)
        return;
    for (; at > 0 && curve->x[at - 1] > x; at--) {
        curve->x[at] = curve->x[at - 1];
        curve->y[at] = curve->y[at - 1];
    }
    curve->x[at] = x;
    curve->y[at] = y;
    curve->count++;
}

static void add(const cb_bits_view *view, const json_t *row, const char *name,
                cb_bits_figure_of *figure, cb_bits_curves *curves)
{
    double x = place_of(view, row), y = x > 0 ? figure(view, row) : 0;
    cb_bits_curve *curve = x > 0 && y > 0 ? named(curves, name) : NULL;
    if (!curve)
        return;
    bool first = curves->x_high == 0;
    put(curve, x, y);
    curves->x_low = first ? x : fmin(curves->x_low, x);
    curves->y_low = first ? y : fmin(curves->y_low, y);
    curves->x_high = fmax(curves->x_high, x);
    curves->y_high = fmax(curves->y_high, y);
}

void cb_bits_collect(const cb_bits_view *view, cb_bits_figure_of *figure, cb_bits_curves *curves)
{
    const json_t *document = view->context->document;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        char name[32];
        if (!cb_bits_in_view(view, row))
            continue;
        snprintf(name, sizeof name, "%.0fx%.0f bits", cb_row_number(row, "params.w_bits", 0),
                 cb_row_number(row, "params.a_bits", 0));
        add(view, row, name, figure, curves);
    }
}

void cb_bits_collect_rival(const cb_bits_view *view, const char *dtype, cb_bits_figure_of *figure,
                           cb_bits_curves *curves)
{
    const json_t *document = view->context->document;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        if (is_rival(view, row, dtype))
            add(view, row, dtype, figure, curves);
    }
}

/* ---- figures ---- */

double cb_bits_rate(const cb_bits_view *view, const json_t *row)
{
    (void)view;
    return cb_row_number(row, "ops_per_s", 0);
}

double cb_bits_required(const cb_bits_view *view, const json_t *row)
{
    cb_operator op;
    (void)view;
    return cb_operator_read(row, &op) ? op.ops_per_s * op.element_bytes / 2 : 0;
}

double cb_bits_speed_up(const cb_bits_view *view, const json_t *row)
{
    const json_t *document = view->context->document;
    double f32 = 0, place = place_of(view, row);
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *other = cb_results_row(document, i);
        if (is_rival(view, other, "f32") && place_of(view, other) == place)
            f32 = fmax(f32, cb_bits_rate(view, other));
    }
    return f32 > 0 ? cb_bits_rate(view, row) / f32 : 0;
}

static bool same_widths(const json_t *x, const json_t *y)
{
    return cb_row_number(x, "params.w_bits", 0) == cb_row_number(y, "params.w_bits", 0) &&
           cb_row_number(x, "params.a_bits", 0) == cb_row_number(y, "params.a_bits", 0);
}

double cb_bits_packing_share(const cb_bits_view *view, const json_t *row)
{
    const json_t *document = view->context->document;
    double whole_s = cb_row_number(row, "time_s.median", 0);
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *other = cb_results_row(document, i);
        if (is_bitserial(view, other, "pack-activations") && same_widths(row, other) &&
            place_of(view, row) == place_of(view, other) && whole_s > 0)
            return cb_row_number(other, "time_s.median", 0) / whole_s;
    }
    return 0;
}

double cb_bits_loads(const cb_bits_view *view, const json_t *row)
{
    (void)view;
    return cb_row_number(row, "packing.loaded_bytes_per_mac", 0);
}
