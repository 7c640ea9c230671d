/* The table of `model`. */
#include "base/units.h"
#include "cli/model_write.h"
#include "models/klein.h"
#include "models/rows.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 64, SIZES_MAX = 128, LINE = 100, NAME_WIDTH = 15 };

/* Operators that share ceilings and stand in one table. */
typedef struct {
    const cb_model *model;
    const cb_boundness *first;
    size_t index; /* of the first */
} group;

static bool belongs(const group *g, const cb_boundness *b)
{
    const cb_operator *x = &g->first->op, *y = &b->op;
    bool kinds = x->core_kind && y->core_kind ? strcmp(x->core_kind, y->core_kind) == 0
                                              : x->core_kind == y->core_kind;
    return kinds && strcmp(x->family, y->family) == 0 && strcmp(x->dtype, y->dtype) == 0 &&
           x->threads == y->threads && g->first->ceilings.clock_hz == b->ceilings.clock_hz;
}

/* The next operator of the group from number `i` on, or the count of all. */
static size_t next_of(const group *g, size_t i)
{
    while (i < g->model->count && !belongs(g, &g->model->bounds[i]))
        i++;
    return i;
}

static const char *unit_of(const char *dtype)
{
    return dtype[0] == 'f' || strncmp(dtype, "bf", 2) == 0 ? "FLOP/s" : "OP/s";
}

const char *cb_model_origin(cb_origin origin)
{
    static const char *const names[] = {"measured", "published", "port limit"};
    return names[origin];
}

static void write_ceilings(const group *g, FILE *out)
{
    const cb_ceilings *c = &g->first->ceilings;
    const char *unit = unit_of(g->first->op.dtype);
    double bytes = g->first->op.element_bytes;
    for (size_t i = 0; i < c->count; i++) {
        const cb_ceiling *x = &c->ceiling[i];
        char allows[64] = "";
        if (x->kind != CB_CEILING_COMPUTE)
            snprintf(allows, sizeof allows, "= %s",
                     cb_format_si(cb_ceiling_ops(x, bytes), unit).text);
        fprintf(out, "  %-9s  %13s  %-15s  %s%s%s\n", x->name,
                cb_format_si(x->rate, x->kind == CB_CEILING_COMPUTE ? unit : "B/s").text, allows,
                cb_model_origin(x->origin), x->kernel ? ", " : "", x->kernel ? x->kernel : "");
    }
    if (c->theoretical_ops_per_s > 0)
        fprintf(out, "  %-9s  %13s  %-15s  eq. (1) at %s\n", "theory",
                cb_format_si(c->theoretical_ops_per_s, unit).text, "",
                cb_format_si(c->clock_hz, "Hz").text);
    if (!c->count)
        fprintf(out,
                "  no ceilings: the document has neither peaks nor bandwidths of this type and "
                "thread count\n  (run `cachebound characterize`, and name both documents)\n");
}

/* ---- rates by size ---- */

typedef struct {
    const char *name[NAMES_MAX];
    size_t names;
    double size[SIZES_MAX];
    size_t sizes;
} pivot;

static void add_name(pivot *p, const char *name)
{
    for (size_t i = 0; i < p->names; i++)
        if (strcmp(p->name[i], name) == 0)
            return;
    if (p->names < NAMES_MAX)
        p->name[p->names++] = name;
}

static void add_size(pivot *p, double size)
{
    size_t at = p->sizes;
    for (size_t i = 0; i < p->sizes; i++)
        if (p->size[i] == size)
            return;
    if (p->sizes == SIZES_MAX)
        return;
    for (; at > 0 && p->size[at - 1] > size; at--)
        p->size[at] = p->size[at - 1];
    p->size[at] = size;
    p->sizes++;
}

static bool is_square(const cb_operator *op)
{
    return op->m > 0 && op->m == op->n && op->n == op->k;
}

static const cb_boundness *find_square(const group *g, const char *name, double size)
{
    for (size_t i = g->index; i < g->model->count; i = next_of(g, i + 1)) {
        const cb_boundness *b = &g->model->bounds[i];
        if (is_square(&b->op) && b->op.n == size && strcmp(cb_operator_name(&b->op), name) == 0)
            return b;
    }
    return NULL;
}

/* The peak of the same MACs with thread start (form "paper"), as in Tables IV and V; 0: none. */
static double paper_peak(const group *g, double size)
{
    for (size_t i = 0; i < cb_results_count(g->model->peaks); i++) {
        const json_t *row = cb_results_row(g->model->peaks, i);
        if (cb_row_ok(row) && cb_row_is(row, "family", "peak") &&
            cb_row_is(row, "params.form", "paper") && cb_row_is(row, "dtype", g->first->op.dtype) &&
            cb_row_threads(row) == g->first->op.threads &&
            cb_row_number(row, "params.n", 0) == size)
            return cb_row_number(row, "ops_per_s", 0);
    }
    return 0;
}

static void put_rate(double rate, int width, FILE *out)
{
    if (rate > 0)
        fprintf(out, "  %*.2f", width, rate / 1e9);
    else
        fprintf(out, "  %*s", width, "-");
}

static int column_width(const char *name)
{
    int width = (int)strlen(name);
    return width < 6 ? 6 : width > NAME_WIDTH ? NAME_WIDTH : width;
}

/* How many names from `from` on have room beside the ceilings. */
static size_t names_in_line(const pivot *p, size_t from)
{
    int used = 6 + 2 * 9;
    size_t i = from;
    for (; i < p->names; i++) {
        used += 2 + column_width(p->name[i]);
        if (used > LINE)
            break;
    }
    return i > from ? i - from : 1;
}

static void write_pivot_part(const group *g, const pivot *p, size_t from, size_t names, FILE *out)
{
    double theory = g->first->ceilings.theoretical_ops_per_s;
    const cb_ceiling *compute = cb_ceilings_find(&g->first->ceilings, "compute");
    fprintf(out, "  %4s", "N");
    for (size_t i = from; i < from + names; i++)
        fprintf(out, "  %*.*s", column_width(p->name[i]), NAME_WIDTH, p->name[i]);
    fprintf(out, "  %7s  %7s\n", "peak", "theory");
    for (size_t s = 0; s < p->sizes; s++) {
        double peak = paper_peak(g, p->size[s]);
        fprintf(out, "  %4.0f", p->size[s]);
        for (size_t i = from; i < from + names; i++) {
            const cb_boundness *b = find_square(g, p->name[i], p->size[s]);
            put_rate(b ? b->op.ops_per_s : 0, column_width(p->name[i]), out);
        }
        put_rate(peak > 0 ? peak : compute ? compute->rate : 0, 7, out);
        put_rate(theory, 7, out);
        fprintf(out, "\n");
    }
}

static void write_pivot(const group *g, FILE *out)
{
    pivot p = {.names = 0};
    for (size_t i = g->index; i < g->model->count; i = next_of(g, i + 1)) {
        if (!is_square(&g->model->bounds[i].op))
            continue;
        add_name(&p, cb_operator_name(&g->model->bounds[i].op));
        add_size(&p, g->model->bounds[i].op.n);
    }
    if (!p.sizes)
        return;
    fprintf(out, "\n  G%s by N (peak: measured; with thread start where that was measured)\n",
            unit_of(g->first->op.dtype));
    for (size_t from = 0, names; from < p.names; from += names) {
        names = names_in_line(&p, from);
        write_pivot_part(g, &p, from, names, out);
    }
}

/* ---- one line an operator ---- */

static const char *label_of(const cb_operator *op, char *text, size_t bytes)
{
    const char *layer = cb_row_text(op->row, "params.layer");
    cb_operator_shape(op, text, bytes);
    if (!text[0])
        snprintf(text, bytes, "%s", layer ? layer : "-");
    return text;
}

/* Widths of the words' columns, and whether figures stand as their source prints them. */
typedef struct {
    int size, name;
    bool printed;
} widths;

static int at_least(int width, const char *text)
{
    int length = (int)strlen(text);
    return length > width ? length : width;
}

static widths widths_of(const group *g)
{
    widths w = {.size = 4, .name = 4};
    for (size_t i = g->index; i < g->model->count; i = next_of(g, i + 1)) {
        const cb_operator *op = &g->model->bounds[i].op;
        char label[64];
        w.size = at_least(w.size, label_of(op, label, sizeof label));
        w.name = at_least(w.name, cb_operator_name(op));
        w.printed |= op->published;
    }
    w.name = w.name > NAME_WIDTH ? NAME_WIDTH : w.name;
    return w;
}

static void write_header(const group *g, const widths *w, FILE *out)
{
    const cb_ceilings *c = &g->first->ceilings;
    fprintf(out, "\n  measured time / time of each ceiling: 1 is at it, below 1 is past it; "
                 "needs: GB/s, eq. (5)\n");
    fprintf(out, "  %-*s  %-*s  %7s  %8s", w->size, "size", w->name, "name",
            w->printed ? "printed" : unit_of(g->first->op.dtype), "time");
    for (size_t i = 0; i < c->count; i++)
        fprintf(out, "  %*s", at_least(4, c->ceiling[i].name), c->ceiling[i].name);
    fprintf(out, "  %5s  nearest\n", "needs");
}

/* Three digits, in four characters where that is possible. */
static void put_ratio(double ratio, int width, FILE *out)
{
    int digits = ratio < 9.995 ? 2 : ratio < 99.95 ? 1 : 0;
    fprintf(out, "  %*.*f", width, digits, ratio);
}

static void write_operator(const cb_boundness *b, const widths *w, FILE *out)
{
    char label[64];
    const cb_ceilings *c = &b->ceilings;
    const char *value = cb_row_text(b->op.row, "published.value");
    fprintf(out, "  %-*s  %-*.*s", w->size, label_of(&b->op, label, sizeof label), w->name, w->name,
            cb_operator_name(&b->op));
    if (w->printed)
        fprintf(out, "  %7s", value ? value : "");
    else
        fprintf(out, "  %6.4gG", b->op.ops_per_s / 1e9);
    fprintf(out, "  %8s", b->op.time_s > 0 ? cb_format_si(b->op.time_s, "s").text : "-");
    for (size_t i = 0; i < c->count; i++)
        put_ratio(b->ratio[i], at_least(4, c->ceiling[i].name), out);
    fprintf(out, "  %5.4g  %s\n", b->required_bytes_per_s / 1e9,
            b->nearest < c->count ? c->ceiling[b->nearest].name : "-");
}

static void write_times(const group *g, FILE *out)
{
    size_t count = 0, *index = calloc(g->model->count + 1, sizeof *index);
    for (size_t i = g->index; index && i < g->model->count; i = next_of(g, i + 1))
        index[count++] = i;
    if (index)
        cb_model_time_table(g->model->bounds, g->model->explained, index, count,
                            g->model->machine != g->model->document, out);
    free(index);
}

static void write_group(const group *g, FILE *out)
{
    const cb_operator *op = &g->first->op;
    widths w = widths_of(g);
    fprintf(out, "\n%s %s, %d thread%s%s%s\n", op->family, op->dtype, op->threads,
            op->threads == 1 ? "" : "s", op->core_kind ? ", " : "",
            op->core_kind ? op->core_kind : "");
    write_ceilings(g, out);
    write_pivot(g, out);
    write_header(g, &w, out);
    for (size_t i = g->index; i < g->model->count; i = next_of(g, i + 1))
        write_operator(&g->model->bounds[i], &w, out);
    write_times(g, out);
}

static const char *machine_name(const json_t *document)
{
    const char *name = cb_row_text(document, "context.machine.name");
    return name ? name : "unnamed machine";
}

void cb_model_write_table(const cb_model *model, FILE *out)
{
    const char *cpu = cb_row_text(model->document, "context.machine.cpu_model");
    fprintf(out, "%s%s%s\nCache-bound model: one element read for each multiply-accumulate\n",
            machine_name(model->document), cpu ? ", " : "", cpu ? cpu : "");
    if (model->machine != model->document)
        fprintf(out, "WHAT IF: the ceilings are those of %s\n", machine_name(model->machine));
    cb_model_time_origin(model->explainer, out);
    for (size_t i = 0; i < model->count; i++) {
        group g = {.model = model, .first = &model->bounds[i], .index = i};
        size_t before = 0;
        while (before < i && !belongs(&g, &model->bounds[before]))
            before++;
        if (before == i)
            write_group(&g, out);
    }
    cb_model_speed_ups(model, out);
}
