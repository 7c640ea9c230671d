/* A sweep as a table, CSV or JSON. */
#include "cli/columns.h"
#include "cli/estimate_sweep.h"
#include "cli/output.h"

#include "base/units.h"
#include "results/writers.h"

#include <string.h>

enum { TABLE_POINTS = 60 };

void cb_sweep_point_name(const cb_accel_sweep *sweep, size_t point, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sweep->axis_count && used + 1 < bytes; i++) {
        const char *value = sweep->axes[i].values[cb_accel_sweep_value(sweep, point, i)];
        int length =
            snprintf(text + used, bytes - used, "%s%s=%s", i ? " " : "", sweep->axes[i].key, value);
        used += length > 0 ? (size_t)length : 0;
    }
}

static void accuracy_text(const cb_accel_point *p, char *text, size_t bytes)
{
    if (p->accuracy >= 0)
        snprintf(text, bytes, "%.2f %%", 100 * p->accuracy);
    else
        snprintf(text, bytes, "not asked for");
}

static void put_possible(cb_columns *table, const cb_accel_point *p)
{
    char accuracy[32];
    accuracy_text(p, accuracy, sizeof accuracy);
    cb_columns_put(table, 2, "%.0f", p->cycles);
    cb_columns_put(table, 3, "%.1f", 100 * p->spread_cycles / p->cycles);
    cb_columns_put(table, 4, "%.0f", p->bound_cycles);
    if (p->clock_hz > 0)
        cb_columns_put(table, 5, "%s", cb_format_si(p->bound_cycles / p->clock_hz, "s").text);
    else
        cb_columns_put(table, 5, "clock unknown");
    cb_columns_put(table, 6, "%s", cb_format_bytes((uint64_t)cb_accel_point_memory(p)).text);
    cb_columns_put(table, 7, "%s", accuracy);
}

static void put_row(const cb_sweep_view *view, size_t point, cb_columns *table)
{
    char name[CB_COLUMN_BYTES];
    const cb_accel_point *p = &view->points[point];
    cb_sweep_point_name(view->sweep, point, name, sizeof name);
    cb_columns_put(table, 0, "%s", p->front ? "*" : "");
    cb_columns_put(table, 1, "%s", name);
    if (p->possible)
        put_possible(table, p);
    else
        cb_columns_put(table, 2, "impossible");
}

/* Why a point is impossible, from the estimate itself. */
static void reason(const cb_sweep_view *view, size_t point, cb_error *why)
{
    cb_accel_platform platform;
    cb_accel_estimate estimate;
    size_t variant;
    if (cb_accel_sweep_at(view->sweep, point, why, &platform, &variant) != CB_OK)
        return;
    const cb_accel_variant *v = &view->sweep->variants[variant];
    if (v->refused)
        cb_fail(why, CB_UNSUPPORTED, "%s", v->refused);
    else if (cb_accel_estimate_network(&platform, &v->model, view->sweep->tiler, why, &estimate) ==
             CB_OK)
        cb_accel_estimate_free(&estimate);
}

static void tell_line(void *user, const char *line)
{
    fprintf(user, "%s\n", line);
}

static void print_impossible(const cb_sweep_view *view, FILE *out)
{
    size_t count = 0, first = 0;
    for (size_t i = view->count; i-- > 0;)
        if (!view->points[i].possible) {
            count++;
            first = i;
        }
    if (!count)
        return;
    char name[256];
    cb_error why = {{0}};
    cb_sweep_point_name(view->sweep, first, name, sizeof name);
    reason(view, first, &why);
    fprintf(out, "%zu impossible; %s: %s\n", count, name, why.text);
}

/* Who meets the deadline for certain, and with the least memory. */
static void print_deadline(const cb_sweep_view *view, FILE *out)
{
    size_t met = 0, least = 0;
    char name[256];
    for (size_t i = 0; i < view->count; i++) {
        const cb_accel_point *p = &view->points[i];
        if (!p->possible || p->clock_hz <= 0 || cb_accel_point_latency(p) > view->deadline_s)
            continue;
        if (!met++ || cb_accel_point_memory(p) < cb_accel_point_memory(&view->points[least]))
            least = i;
    }
    fprintf(out, "deadline %s: the bound of %zu of %zu points meets it",
            cb_format_si(view->deadline_s, "s").text, met, view->count);
    cb_sweep_point_name(view->sweep, least, name, sizeof name);
    if (met)
        fprintf(out, "; with the least memory %s (slack %s)", name,
                cb_format_si(view->deadline_s - cb_accel_point_latency(&view->points[least]), "s")
                    .text);
    putc('\n', out);
}

cb_status cb_sweep_print_table(const cb_sweep_view *view, FILE *out, cb_error *err)
{
    static const char *const heads[] = {"",      "point",         "cycles", "+- %",
                                        "bound", "bound in time", "memory", "accuracy"};
    bool all = view->count <= TABLE_POINTS;
    size_t printed = 0;
    cb_columns table = {0};
    fprintf(out, "platform %s; %zu points, %zu on the Pareto front (*)%s\n\n",
            view->sweep->platform->name, view->count, view->on_front,
            all ? "" : "; here the front alone, all of them with --format csv");
    for (int i = 0; i < CB_COLUMNS; i++)
        cb_columns_put(&table, i, "%s", heads[i]);
    for (size_t i = 0; i < view->count && printed < TABLE_POINTS; i++)
        if (all || view->points[i].front) {
            put_row(view, i, &table);
            printed++;
        }
    cb_columns_print(&table, out);
    if (!all && printed < view->on_front)
        fprintf(out, "  ... and %zu more on the front\n", view->on_front - printed);
    fputs("\nThe front: latency (the bound), memory (L1, L2 and the parameters in L3), accuracy.\n",
          out);
    if (view->deadline_s > 0)
        print_deadline(view, out);
    print_impossible(view, out);
    return cb_sweep_explain(view, tell_line, out, err);
}

void cb_sweep_print_csv(const cb_sweep_view *view, FILE *out)
{
    for (size_t i = 0; i < view->sweep->axis_count; i++) {
        cb_output_csv_cell(view->sweep->axes[i].key, out);
        putc(',', out);
    }
    fputs("possible,cycles,spread_cycles,bound_cycles,time_s,bound_s,l1_bytes,l2_bytes,"
          "parameter_bytes,memory_bytes,accuracy,front\n",
          out);
    for (size_t i = 0; i < view->count; i++) {
        const cb_accel_point *p = &view->points[i];
        for (size_t a = 0; a < view->sweep->axis_count; a++) {
            size_t value = cb_accel_sweep_value(view->sweep, i, a);
            cb_output_csv_cell(view->sweep->axes[a].values[value], out);
            putc(',', out);
        }
        if (!p->possible) {
            fputs("0,,,,,,,,,,,0\n", out);
            continue;
        }
        fprintf(out, "1,%.1f,%.1f,%.1f,", p->cycles, p->spread_cycles, p->bound_cycles);
        if (p->clock_hz > 0)
            fprintf(out, "%.9g,%.9g,", p->cycles / p->clock_hz, p->bound_cycles / p->clock_hz);
        else
            fputs(",,", out);
        fprintf(out, "%.0f,%.0f,%.0f,%.0f,", p->l1_bytes, p->l2_bytes, p->parameter_bytes,
                cb_accel_point_memory(p));
        if (p->accuracy >= 0)
            fprintf(out, "%.6g", p->accuracy);
        fprintf(out, ",%d\n", p->front);
    }
}

/* ---- JSON ---- */

static json_t *axes_json(const cb_accel_sweep *s)
{
    json_t *axes = json_array();
    for (size_t i = 0; i < s->axis_count; i++) {
        json_t *values = json_array();
        for (size_t v = 0; v < s->axes[i].count; v++)
            json_array_append_new(values, json_string(s->axes[i].values[v]));
        json_array_append_new(axes,
                              json_pack("{s:s, s:o}", "key", s->axes[i].key, "values", values));
    }
    return axes;
}

static json_t *point_json(const cb_sweep_view *view, size_t point)
{
    const cb_accel_point *p = &view->points[point];
    json_t *values = json_object();
    for (size_t i = 0; i < view->sweep->axis_count; i++) {
        const cb_accel_axis *axis = &view->sweep->axes[i];
        json_object_set_new(values, axis->key,
                            json_string(axis->values[cb_accel_sweep_value(view->sweep, point, i)]));
    }
    if (!p->possible) {
        cb_error why = {{0}};
        reason(view, point, &why);
        return json_pack("{s:o, s:b, s:s}", "values", values, "possible", false, "reason",
                         why.text);
    }
    json_t *made = json_pack(
        "{s:o, s:b, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:b}", "values", values, "possible", true,
        "cycles", p->cycles, "spread_cycles", p->spread_cycles, "bound_cycles", p->bound_cycles,
        "l1_bytes", p->l1_bytes, "l2_bytes", p->l2_bytes, "parameter_bytes", p->parameter_bytes,
        "memory_bytes", cb_accel_point_memory(p), "front", p->front);
    if (p->clock_hz > 0) {
        json_object_set_new(made, "time_s", json_real(p->cycles / p->clock_hz));
        json_object_set_new(made, "bound_s", json_real(p->bound_cycles / p->clock_hz));
    }
    json_object_set_new(made, "accuracy", p->accuracy >= 0 ? json_real(p->accuracy) : json_null());
    return made;
}

static void add_note(void *user, const char *line)
{
    json_array_append_new(user, json_string(line));
}

cb_status cb_sweep_print_json(const cb_sweep_view *view, FILE *out, cb_error *err)
{
    json_t *points = json_array(), *notes = json_array();
    cb_status status = cb_sweep_explain(view, add_note, notes, err);
    for (size_t i = 0; i < view->count; i++)
        json_array_append_new(points, point_json(view, i));
    json_t *document =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "schema", "cachebound/sweep/1", "platform",
                  view->sweep->platform->name, "origin", view->sweep->platform->origin, "axes",
                  axes_json(view->sweep), "points", points, "notes", notes);
    if (!document && status == CB_OK)
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the sweep");
    if (status == CB_OK)
        status = cb_write_json(document, out, err);
    json_decref(document);
    return status;
}
