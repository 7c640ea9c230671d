#include "cli/estimate_print.h"

#include "base/units.h"
#include "cli/columns.h"
#include "cli/network_print.h"
#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_COLUMNS = 28, MOST_NAMED = 5 };

static double seconds(const cb_estimate_view *view, double cycles)
{
    return cycles / view->platform->clock_hz;
}

const char *cb_estimate_verdict(const cb_estimate_view *view)
{
    return cb_deadline_verdict(view->deadlines->whole_s, seconds(view, view->estimate->cycles),
                               seconds(view, view->estimate->bound_cycles));
}

/* "im2col u8w4" */
static void how_text(const cb_accel_layer *l, char *text, size_t bytes)
{
    if (l->kind == CB_ACCEL_POOL)
        snprintf(text, bytes, "pool x%d", l->in_bits);
    else
        snprintf(text, bytes, "%s%s x%dw%d", cb_accel_depthwise(l) ? "depthwise " : "",
                 l->kind == CB_ACCEL_LINEAR && l->implementation != CB_ACCEL_LUT
                     ? "linear"
                     : cb_accel_implementation_name(l->implementation),
                 l->in_bits, l->weight_bits);
}

static void print_row(cb_columns *table, const cb_accel_platform *p, const cb_accel_layer *l,
                      const cb_accel_result *r)
{
    char name[CB_COLUMN_BYTES], how[64];
    cb_network_short_name(l->name, NAME_COLUMNS, name, sizeof name);
    how_text(l, how, sizeof how);
    cb_columns_put(table, 0, "%s", name);
    cb_columns_put(table, 1, "%s", how);
    cb_columns_put(table, 2, "%lldx%lldx%lld", (long long)r->plan.tile.n, (long long)r->plan.tile.h,
                   (long long)r->plan.tile.w);
    cb_columns_put(table, 3, "%.0f", r->plan.l1_bytes);
    cb_columns_put(table, 4, "%d of %d", r->time.busy_cores, p->cores);
    cb_columns_put(table, 5, "%.0f", r->time.cycles);
    cb_columns_put(table, 6, "%.1f", 100 * r->time.spread);
    cb_columns_put(table, 7, "%.0f", r->time.bound_cycles);
}

static void print_layers(const cb_estimate_view *view, FILE *out)
{
    static const char *const heads[] = {"layer", "how",    "tile", "L1 bytes",
                                        "cores", "cycles", "+- %", "bound"};
    cb_columns table = {.right = 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7};
    for (int i = 0; i < CB_COLUMNS; i++)
        cb_columns_put(&table, i, "%s", heads[i]);
    for (size_t i = 0; i < view->estimate->count; i++)
        print_row(&table, view->platform, &view->model->layers[i], &view->estimate->results[i]);
    cb_columns_print(&table, out);
}

static void print_terms(const cb_estimate_view *view, size_t layer, FILE *out)
{
    const cb_accel_result *r = &view->estimate->results[layer];
    const cb_accel_time *t = &r->time;
    cb_columns table = {.right = 1u};
    fprintf(out, "\n%s: at most %.0f cycles\n", view->model->layers[layer].name, t->bound_cycles);
    for (int i = 0; i < CB_ACCEL_TERMS; i++) {
        if (t->counts.of[i] <= 0)
            continue;
        cb_columns_put(&table, 0, "%.0f", t->counts.of[i] * view->platform->cycles.of[i]);
        cb_columns_put(&table, 1, "= %.10g x %.5g", t->counts.of[i], view->platform->cycles.of[i]);
        cb_columns_put(&table, 2, "%s: %s", cb_accel_term_name(i), cb_accel_term_what(i));
    }
    cb_columns_put(&table, 0, "%.0f", t->stall_cycles);
    cb_columns_put(&table, 2, "cores wait for DMA between L2 and L1");
    cb_columns_put(&table, 0, "%.0f", t->far_cycles);
    cb_columns_put(&table, 2, "cores wait for weights from L3");
    cb_columns_put(&table, 0, "%.0f", t->bound_cycles - t->cycles);
    cb_columns_put(
        &table, 2,
        "guard of %.2f %%: worst errors of the calibration, noise, what was never measured",
        100 * t->guard);
    cb_columns_print(&table, out);
    fprintf(out, "  of %llu tiles looked at, %llu fit\n", (unsigned long long)r->plan.looked_at,
            (unsigned long long)r->plan.fits);
    if (r->plan.ruled_out)
        fprintf(out, "  a lower bound of its cycles shows that none of %llu of these is faster\n",
                (unsigned long long)r->plan.ruled_out);
}

/* Layers that leave cores idle: those whose work ends there (`ends`), or those whose units of work
 * do not go into the cores. Returns how many, and the one that keeps the fewest busy. */
static size_t idle_layers(const cb_estimate_view *view, bool ends, size_t *least)
{
    size_t idle = 0;
    for (size_t i = 0; i < view->estimate->count; i++) {
        const cb_accel_result *r = &view->estimate->results[i];
        if (view->model->layers[i].kind == CB_ACCEL_POOL ||
            r->time.busy_cores >= view->platform->cores ||
            (r->saturates_at < view->platform->cores) != ends)
            continue;
        if (!idle || r->time.busy_cores < view->estimate->results[*least].time.busy_cores)
            *least = i;
        idle++;
    }
    return idle;
}

static void print_idle(const cb_estimate_view *view, FILE *out)
{
    size_t least = 0, idle = idle_layers(view, true, &least);
    int cores = view->platform->cores;
    if (idle)
        fprintf(out,
                "%zu %s too few units of work for %d cores (%s: %d); more cores do not make %s "
                "faster\n",
                idle, idle == 1 ? "layer has" : "layers have", cores,
                view->model->layers[least].name, view->estimate->results[least].saturates_at,
                idle == 1 ? "it" : "them");
    idle = idle_layers(view, false, &least);
    if (idle)
        fprintf(out, "%zu %s units of work that do not go into %d cores (%s: %d units, %d busy)\n",
                idle, idle == 1 ? "layer has" : "layers have", cores,
                view->model->layers[least].name, view->estimate->results[least].saturates_at,
                view->estimate->results[least].time.busy_cores);
}

static int slower(const void *a, const void *b)
{
    double x = (*(const cb_accel_result *const *)a)->time.bound_cycles;
    double y = (*(const cb_accel_result *const *)b)->time.bound_cycles;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The longest layers that together are what is too much, five at most. */
static void print_heaviest(const cb_estimate_view *view, FILE *out)
{
    const cb_accel_estimate *e = view->estimate;
    double excess = e->bound_cycles - view->deadlines->whole_s * view->platform->clock_hz, sum = 0;
    const cb_accel_result **order = calloc(e->count + 1, sizeof(const cb_accel_result *));
    for (size_t i = 0; order && i < e->count; i++)
        order[i] = &e->results[i];
    if (order)
        qsort(order, e->count, sizeof *order, slower);
    for (size_t i = 0; order && i < e->count && i < MOST_NAMED && sum < excess; i++) {
        sum += order[i]->time.bound_cycles;
        fprintf(out, "  to change: %s, %.1f %% of the bound\n",
                view->model->layers[order[i] - e->results].name,
                100 * order[i]->time.bound_cycles / e->bound_cycles);
    }
    free(order);
}

static void print_deadline(const cb_estimate_view *view, FILE *out)
{
    static const struct {
        const char *verdict, *text;
    } texts[] = {{"met", "met: even the bound is shorter"},
                 {"likely", "likely met, not certain: the estimate is shorter, the bound is not"},
                 {"missed", "missed: the estimate is longer"}};
    const char *verdict = cb_estimate_verdict(view);
    double slack = view->deadlines->whole_s - seconds(view, view->estimate->bound_cycles);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].verdict, verdict) == 0)
            fprintf(out, "deadline %s: %s (slack of the bound %s%s)\n",
                    cb_format_si(view->deadlines->whole_s, "s").text, texts[i].text,
                    slack < 0 ? "-" : "", cb_format_si(slack < 0 ? -slack : slack, "s").text);
    if (slack < 0)
        print_heaviest(view, out);
}

/* Layers whose own deadline is not certain, and by how much. */
static void print_layer_deadlines(const cb_estimate_view *view, FILE *out)
{
    size_t asked = 0, met = 0;
    for (size_t i = 0; i < view->estimate->count; i++) {
        const cb_accel_time *t = &view->estimate->results[i].time;
        const char *name = view->model->layers[i].name;
        double limit = cb_deadline_of(view->deadlines, name),
               bound = seconds(view, t->bound_cycles);
        if (limit <= 0)
            continue;
        const char *verdict = cb_deadline_verdict(limit, seconds(view, t->cycles), bound);
        asked++;
        met += bound <= limit;
        if (bound > limit)
            fprintf(out, "  to change: %s, deadline %s %s: bound %s, estimate %s\n", name,
                    cb_format_si(limit, "s").text, verdict, cb_format_si(bound, "s").text,
                    cb_format_si(seconds(view, t->cycles), "s").text);
    }
    if (asked)
        fprintf(out, "deadlines of layers: %zu of %zu met by the bound\n", met, asked);
}

void cb_estimate_print_table(const cb_estimate_view *view, FILE *out)
{
    const cb_accel_platform *p = view->platform;
    const cb_accel_estimate *e = view->estimate;
    fprintf(out, "platform %s, %d core%s, L1 %ld bytes (%ld for data), L2 %ld (%ld)\n", p->name,
            p->cores, p->cores == 1 ? "" : "s", p->l1_bytes, cb_accel_l1_data(p), p->l2_bytes,
            cb_accel_l2_data(p));
    fprintf(out, "cycles: %s\n\n", p->origin);
    print_layers(view, out);
    fprintf(out, "\n%.0f cycles +- %.0f; at most %.0f (the schedule played through: %.0f)\n",
            e->cycles, e->spread_cycles, e->bound_cycles, e->simulated_cycles);
    if (p->clock_hz > 0)
        fprintf(out, "at %s: %s; at most %s\n", cb_format_si(p->clock_hz, "Hz").text,
                cb_format_si(seconds(view, e->cycles), "s").text,
                cb_format_si(seconds(view, e->bound_cycles), "s").text);
    if (view->accuracy >= 0)
        fprintf(out,
                "accuracy on the data set: %.2f %% (the exact network; implementations give "
                "the same numbers)\n",
                100 * view->accuracy);
    print_idle(view, out);
    if (view->deadlines->whole_s > 0)
        print_deadline(view, out);
    print_layer_deadlines(view, out);
    for (size_t i = 0; view->explain && i < e->count; i++)
        print_terms(view, i, out);
}

void cb_estimate_print_csv(const cb_estimate_view *view, FILE *out)
{
    fputs("layer,macs,look_ups,tile_channels,tile_rows,tile_columns,l2_parts,l1_bytes,l2_bytes,"
          "busy_cores,cycles,spread,bound_cycles,simulated_cycles\n",
          out);
    for (size_t i = 0; i < view->estimate->count; i++) {
        const cb_accel_result *r = &view->estimate->results[i];
        cb_output_csv_cell(view->model->layers[i].name, out);
        fprintf(out, ",%.0f,%.0f,%lld,%lld,%lld,%lld,%.0f,%.0f,%d,%.1f,%.4f,%.1f,%.1f\n",
                r->decoration.macs, r->decoration.look_ups, (long long)r->plan.tile.n,
                (long long)r->plan.tile.h, (long long)r->plan.tile.w, (long long)r->plan.parts,
                r->plan.l1_bytes, r->plan.l2_bytes, r->time.busy_cores, r->time.cycles,
                r->time.spread, r->time.bound_cycles, r->simulation.cycles);
    }
}

static void dot_text(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* "Conv_0\n3 MACs" in one node, and the edge that comes into it. */
static void dot_node(FILE *out, const char *id, const char *name, const char *what)
{
    fprintf(out, "  %s [label=\"", id);
    dot_text(name, out);
    fprintf(out, "\\n%s\"];\n", what);
}

/* What a layer's operator, ReLU and quantizer do, and what flows between them: the
 * implementation-aware graph. */
static void dot_layer(const cb_estimate_view *view, size_t i, char *from, size_t bytes, FILE *out)
{
    const cb_accel_layer *l = &view->model->layers[i];
    const cb_accel_decoration *d = &view->estimate->results[i].decoration;
    char what[256], id[32];
    snprintf(id, sizeof id, "n%zu", i);
    snprintf(what, sizeof what, "%s: %.0f MACs, %.0f look-ups, %.0f BOPs\\nparameters %.0f B",
             l->kind == CB_ACCEL_POOL ? "pool" : cb_accel_implementation_name(l->implementation),
             d->macs, d->look_ups, d->bops + d->pool_bops, (d->parameter_bits + d->table_bits) / 8);
    dot_node(out, id, l->name, what);
    fprintf(out, "  %s -> %s [label=\"<%lld, %lld, %lld>%d, %.0f B", from, id, (long long)l->cin,
            (long long)l->h, (long long)l->w, l->in_bits,
            (double)(l->cin * l->h * l->w) * l->in_bits / 8);
    if (d->im2col_bits > 0)
        fprintf(out, "\\nim2col %.0f B", d->im2col_bits / 8);
    fputs("\"];\n", out);
    snprintf(from, bytes, "%s", id);
    if (l->relu[0]) {
        snprintf(id, sizeof id, "r%zu", i);
        snprintf(what, sizeof what, "comparator: %.0f BOPs", d->relu_bops);
        dot_node(out, id, l->relu, what);
        fprintf(out, "  %s -> %s [label=\"%.0f B\"];\n", from, id, d->sum_bits / 8);
        snprintf(from, bytes, "%s", id);
    }
    if (l->quantizer[0]) {
        snprintf(id, sizeof id, "q%zu", i);
        snprintf(what, sizeof what, "%s: %.0f BOPs\\nparameters %.0f B",
                 cb_accel_quant_name(l->quant), d->quant_bops, d->quant_bits / 8);
        dot_node(out, id, l->quantizer, what);
        fprintf(out, "  %s -> %s [label=\"%.0f B\"];\n", from, id, d->sum_bits / 8);
        snprintf(from, bytes, "%s", id);
    }
}

void cb_estimate_print_dot(const cb_estimate_view *view, FILE *out)
{
    char from[32] = "input";
    fputs("digraph layers {\n  node [shape=ellipse];\n  input [shape=box];\n", out);
    for (size_t i = 0; i < view->estimate->count; i++)
        dot_layer(view, i, from, sizeof from, out);
    if (view->estimate->count) {
        const cb_accel_decoration *d =
            &view->estimate->results[view->estimate->count - 1].decoration;
        fprintf(out, "  output [shape=box];\n  %s -> output [label=\"%.0f B\"];\n", from,
                d->output_bits / 8);
    }
    fputs("}\n", out);
}
