#include "cli/model_time.h"

#include "base/units.h"
#include "cli/output.h"
#include "models/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS = 16 };

/* ---- explaining ---- */

static bool same_kind(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* All operators of one kind of core, from number `from` on. */
static cb_status explain_kind(const json_t *document, const json_t *machine,
                              const cb_cost_file *cost, const cb_boundness *bounds, size_t count,
                              size_t from, cb_error *err, cb_explanation *explained,
                              cb_explainer *explainer)
{
    const char *kind = bounds[from].op.core_kind;
    cb_status status = cb_explainer_make(document, machine, cost, kind, err, explainer);
    for (size_t i = from; i < count && status == CB_OK; i++)
        if (same_kind(bounds[i].op.core_kind, kind))
            cb_explain(explainer, &bounds[i].op, &explained[i]);
    return status;
}

static bool seen(const cb_boundness *bounds, size_t i)
{
    for (size_t k = i; k-- > 0;)
        if (same_kind(bounds[k].op.core_kind, bounds[i].op.core_kind))
            return true;
    return false;
}

cb_status cb_model_explain(const json_t *document, const json_t *machine, const cb_cost_file *cost,
                           const cb_boundness *bounds, size_t count, cb_error *err,
                           cb_explanation **explained, cb_explainer *first)
{
    cb_status status = CB_OK;
    cb_explainer *other = calloc(1, sizeof *other);
    cb_explanation *all = calloc(count + 1, sizeof *all);
    bool is_first = true;
    if (!all || !other)
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the model of %zu operators", count);
    for (size_t i = 0; i < count && status == CB_OK; i++) {
        if (seen(bounds, i))
            continue;
        status = explain_kind(document, machine, cost, bounds, count, i, err, all,
                              is_first ? first : other);
        is_first = false;
    }
    free(other);
    if (status == CB_OK)
        *explained = all;
    else
        free(all);
    return status;
}

/* ---- table ---- */

void cb_model_time_origin(const cb_explainer *e, FILE *out)
{
    static const char *const words[] = {
        [CB_COST_GIVEN] = "figures of the cost file",
        [CB_COST_FITTED] = "figures fitted to this document's operators",
        [CB_COST_STARTING] = "starting figures: nothing determines them here"};
    fprintf(out, "Time model: %s", words[e->origin]);
    if (e->origin == CB_COST_FITTED)
        fprintf(out, " (%zu)", e->rows);
    fprintf(out, "; its own uncertainty %.0f %%\n", 100 * e->spread);
}

static const char *label_of(const cb_operator *op, char *text, size_t bytes)
{
    const char *layer = cb_row_text(op->row, "params.layer");
    cb_operator_shape(op, text, bytes);
    if (!text[0])
        snprintf(text, bytes, "%s", layer ? layer : "-");
    return text;
}

void cb_model_time_shares(const cb_time *t, bool assumed, char *text, size_t room)
{
    bool told[CB_PART_COUNT] = {false};
    size_t used = (size_t)snprintf(text, room, "%s", assumed ? "~ " : "");
    for (int n = 0; n < CB_PART_COUNT; n++) {
        char one[32];
        int most = -1;
        for (int i = 0; i < CB_PART_COUNT; i++)
            if (!told[i] && (most < 0 || t->share[i] > t->share[most]))
                most = i;
        told[most] = true;
        int length = snprintf(one, sizeof one, "%s%s %.0f", n ? ", " : "",
                              cb_part_name((cb_part)most), 100 * t->share[most]);
        if (t->share[most] < 0.05 || used + (size_t)length >= room)
            return;
        used += (size_t)snprintf(text + used, room - used, "%s", one);
    }
}

/* The paper's bound: arithmetic, or one element for each MAC from the L1 as its tool reads it. */
static double klein_time(const cb_boundness *b)
{
    const cb_ceiling *tool = cb_ceilings_find(&b->ceilings, "L1 64-bit");
    const cb_ceiling *l1 = tool ? tool : cb_ceilings_find(&b->ceilings, "L1");
    const cb_ceiling *compute = cb_ceilings_find(&b->ceilings, "compute");
    double time_s = 0;
    if (compute)
        time_s = 2 * b->op.macs / cb_ceiling_ops(compute, b->op.element_bytes);
    if (l1)
        time_s = fmax(time_s, 2 * b->op.macs / cb_ceiling_ops(l1, b->op.element_bytes));
    return time_s;
}

static void put_line(const cb_boundness *b, const cb_explanation *x, bool what_if, FILE *out)
{
    char label[64], shares[30], error[24] = "", state[16] = "";
    const cb_operator *op = &b->op;
    double klein_s = klein_time(b);
    fprintf(out, "  %-13s %-11.11s", label_of(op, label, sizeof label), cb_operator_name(op));
    fprintf(out, " %8s", klein_s > 0 ? cb_format_si(klein_s, "s").text : "-");
    if (x->measured_s > 0 && what_if)
        snprintf(error, sizeof error, "%.3gx", 1 + x->error);
    else if (x->measured_s > 0)
        snprintf(error, sizeof error, "%+.0f%%%s", 100 * x->error, x->disagrees ? "!" : "");
    if (fabs(x->state - 1) >= 0.05)
        snprintf(state, sizeof state, "%.2f", x->state);
    cb_model_time_shares(&x->time, x->assumed, shares, sizeof shares);
    fprintf(out, " %8s", cb_format_si(x->time.time_s, "s").text);
    fprintf(out, " %8s %6s %4s  %s\n",
            x->measured_s > 0 ? cb_format_si(x->measured_s, "s").text : "-", error, state, shares);
    if (x->advice[0])
        fprintf(out, "  %13s %s\n", "->", x->advice);
}

/* Names of what the model cannot follow, each once. */
static void put_unknown(const cb_boundness *bounds, const cb_explanation *explained,
                        const size_t *index, size_t count, FILE *out)
{
    const char *separator = "  plain loops, of which the model knows nothing: ";
    for (size_t i = 0; i < count; i++) {
        const char *name = cb_operator_name(&bounds[index[i]].op);
        bool is_new = !explained[index[i]].known;
        for (size_t j = 0; j < i && is_new; j++)
            is_new = explained[index[j]].known ||
                     strcmp(cb_operator_name(&bounds[index[j]].op), name) != 0;
        if (!is_new)
            continue;
        fprintf(out, "%s%s", separator, name);
        separator = ", ";
    }
    if (*separator == ',')
        fputc('\n', out);
}

static const char legend[] =
    "\n  time model; !: off by more than twice its uncertainty; ~: loops assumed; measured: the "
    "least\n  time, less what the peak beside it shows of a neighbour on the core (state, st.)\n";
static const char legend_what_if[] =
    "\n  time model on that machine; ~: loops assumed; measured: the least time, on the operators' "
    "own\n  machine; change: model over measured\n";

void cb_model_time_table(const cb_boundness *bounds, const cb_explanation *explained,
                         const size_t *index, size_t count, bool what_if, FILE *out)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        known += explained[index[i]].known;
    if (!known)
        return;
    fputs(what_if ? legend_what_if : legend, out);
    fprintf(out, "  %-13s %-11s %8s %8s %8s %6s %4s  share of each limit, %%\n", "size", "name",
            "klein", "model", "measured", what_if ? "change" : "error", what_if ? "" : "st.");
    for (size_t i = 0; i < count; i++)
        if (explained[index[i]].known)
            put_line(&bounds[index[i]], &explained[index[i]], what_if, out);
    if (known < count)
        put_unknown(bounds, explained, index, count, out);
}

/* ---- JSON and CSV ---- */

static json_t *limits_json(const cb_time *t)
{
    json_t *limits = json_array();
    for (int i = 0; i < CB_PART_COUNT; i++)
        json_array_append_new(limits, json_pack("{s:s, s:f, s:f}", "name", cb_part_name((cb_part)i),
                                                "share", t->share[i], "alone_s", t->alone_s[i]));
    return limits;
}

json_t *cb_model_time_json(const cb_explanation *x)
{
    if (!x->known)
        return json_null();
    bool measured = x->measured_s > 0;
    return json_pack("{s:f, s:o, s:f, s:o, s:b, s:s, s:b, s:o, s:f, s:o}", "predicted_s",
                     x->time.time_s, "measured_s",
                     measured ? json_real(x->measured_s) : json_null(), "state", x->state, "error",
                     measured ? json_real(x->error) : json_null(), "disagrees", x->disagrees,
                     "binding", cb_part_name(x->time.binding), "loops_assumed", x->assumed,
                     "advice", x->advice[0] ? json_string(x->advice) : json_null(), "gain", x->gain,
                     "limits", limits_json(&x->time));
}

const char cb_model_time_columns[] =
    ",predicted_s,undisturbed_s,state,error,disagrees,binding,advice";

void cb_model_time_csv(const cb_explanation *x, FILE *out)
{
    if (!x->known) {
        fputs(",,,,,,,", out);
        return;
    }
    fprintf(out, ",%.9g,", x->time.time_s);
    if (x->measured_s > 0)
        fprintf(out, "%.9g,%.4g,%.4g,%s,", x->measured_s, x->state, x->error,
                x->disagrees ? "true" : "false");
    else
        fprintf(out, ",%.4g,,,", x->state);
    fprintf(out, "%s,", cb_part_name(x->time.binding));
    cb_output_csv_cell(x->advice, out);
}
