/* What the models say of the documents of a report, as JSON for its page. */
#include "models/cost/explain.h"
#include "models/machines.h"
#include "models/rows.h"
#include "plots/report_parts.h"
#include "plots/report_verdict.h"

#include <stdlib.h>

/* The documents of one machine, all measured or all emulated. */
typedef struct {
    const json_t *document; /* all their rows */
    json_t *numbers;        /* which documents of the report they are */
    cb_error *err;
} part;

static json_t *positive_or_null(double value)
{
    return value > 0 ? json_real(value) : json_null();
}

static const char *origin_text(cb_origin origin)
{
    static const char *const names[] = {"measured", "published", "port limit"};
    return names[origin];
}

static const char *form_text(cb_access_form form)
{
    return form == CB_FORM_NARROW ? "64-bit loads" : "widest loads";
}

/* ---- levels ---- */

static json_t *level_json(const cb_level *level)
{
    static const char *const verdicts[] = {"unknown", "agrees", "disagrees", "no edge"};
    return json_pack("{s:s, s:o, s:o, s:o, s:i, s:s, s:o, s:o}", "name", level->name, "bytes",
                     positive_or_null(cb_level_bytes(level)), "measured_bytes",
                     positive_or_null(level->measured_bytes), "stated_bytes",
                     positive_or_null(level->stated_bytes), "shared_by", level->shared_by,
                     "verdict", verdicts[level->verdict], "latency_s",
                     positive_or_null(level->latency_s), "latency_cycles",
                     positive_or_null(level->latency_cycles));
}

static json_t *rate_json(const cb_levels *levels, const cb_rate *rate)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:f, s:f, s:f, s:s?, s:b, s:b}", "level",
                     levels->level[rate->level].name, "pattern", rate->pattern, "threads",
                     rate->threads, "form", form_text(rate->form), "bytes_per_s", rate->bytes_per_s,
                     "low_per_s", rate->low_per_s, "high_per_s", rate->high_per_s, "kernel",
                     rate->kernel, "near_edge", (int)rate->near_edge, "published",
                     (int)rate->published);
}

static void add_levels(json_t *view, const cb_levels *levels)
{
    json_t *sizes = json_array(), *rates = json_array();
    for (size_t i = 0; i < levels->level_count; i++)
        json_array_append_new(sizes, level_json(&levels->level[i]));
    for (size_t i = 0; i < levels->rate_count; i++)
        json_array_append_new(rates, rate_json(levels, &levels->rates[i]));
    json_object_set_new(view, "levels", sizes);
    json_object_set_new(view, "rates", rates);
}

/* ---- rooflines ---- */

static json_t *roofline_json(const cb_roofline *r)
{
    json_t *compute = json_array(), *memory = json_array();
    for (size_t i = 0; i < r->compute_count; i++)
        json_array_append_new(compute, json_pack("{s:s?, s:s?, s:f, s:s}", "isa", r->compute[i].isa,
                                                 "kernel", r->compute[i].kernel, "ops_per_s",
                                                 r->compute[i].ops_per_s, "origin",
                                                 origin_text(r->compute[i].origin)));
    for (size_t i = 0; i < r->memory_count; i++)
        json_array_append_new(
            memory, json_pack("{s:s, s:s, s:s?, s:f, s:f, s:s}", "level", r->memory[i].level,
                              "form", form_text(r->memory[i].form), "kernel", r->memory[i].kernel,
                              "bytes_per_s", r->memory[i].bytes_per_s, "ridge", r->memory[i].ridge,
                              "origin", origin_text(r->memory[i].origin)));
    return json_pack("{s:s, s:i, s:o, s:o}", "dtype", r->dtype, "threads", r->threads, "compute",
                     compute, "memory", memory);
}

static void add_rooflines(json_t *view, const json_t *document, const cb_levels *levels)
{
    const char *dtypes[CB_DTYPES_MAX];
    int threads[CB_THREADS_MAX];
    cb_roofline r;
    json_t *rooflines = json_array();
    size_t count = cb_roofline_dtypes(document, levels->core_kind, dtypes, CB_DTYPES_MAX);
    for (size_t d = 0; d < count; d++) {
        size_t t = cb_roofline_threads(document, levels, dtypes[d], threads, CB_THREADS_MAX);
        for (size_t i = 0; i < t; i++) {
            cb_roofline_build(document, levels, dtypes[d], threads[i], &r);
            if (r.compute_count)
                json_array_append_new(rooflines, roofline_json(&r));
        }
    }
    json_object_set_new(view, "rooflines", rooflines);
}

/* ---- operators ---- */

/* What the time model says beside the nearest limit; nothing where it cannot follow the row. */
static void add_prediction(json_t *operator, const cb_explainer * explainer, const cb_operator *op,
                           cb_report_bindings *bindings)
{
    cb_explanation x;
    cb_explain(explainer, op, &x);
    if (!x.known || x.assumed || !(x.measured_s > 0))
        return;
    bindings->operators++;
    bindings->of[x.time.binding]++;
    json_object_set_new(operator, "predicted_s", json_real(x.time.time_s));
    json_object_set_new(operator, "undisturbed_s", json_real(x.measured_s));
    json_object_set_new(operator, "binding", json_string(cb_part_name(x.time.binding)));
    json_object_set_new(operator, "advice", x.advice[0] ? json_string(x.advice) : json_null());
}

static json_t *operator_json(const cb_boundness *b, size_t row)
{
    const cb_ceiling *c = b->nearest < b->ceilings.count ? &b->ceilings.ceiling[b->nearest] : NULL;
    double allows = c ? cb_ceiling_ops(c, b->op.element_bytes) : 0;
    return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "row", (int)row, "time_s",
                     positive_or_null(b->op.time_s), "limit",
                     c ? json_string(c->name) : json_null(), "allows_ops_per_s",
                     positive_or_null(allows), "limit_time_s",
                     positive_or_null(allows > 0 ? 2 * b->op.macs / allows : 0), "over_limit",
                     positive_or_null(c ? b->ratio[b->nearest] : 0));
}

/* Operators come in the order of the rows, so one walk finds their numbers. */
static void add_operators(json_t *view, const part *p, const cb_explainer *explainer,
                          const char *core_kind, const cb_boundness *bounds, size_t count,
                          cb_report_bindings *bindings)
{
    json_t *operators = json_array();
    size_t row = 0;
    for (size_t i = 0; i < count; i++) {
        while (cb_results_row(p->document, row) != bounds[i].op.row)
            row++;
        if (cb_row_on_core(bounds[i].op.row, core_kind)) {
            json_t *operator= operator_json(&bounds[i], row);
            add_prediction(operator, explainer, &bounds[i].op, bindings);
            json_array_append_new(operators, operator);
        }
        row++;
    }
    json_object_set_new(view, "operators", operators);
}

/* ---- views ---- */

static json_t *view_new(const part *p, const char *core_kind, bool emulated)
{
    return json_pack("{s:s?, s:s?, s:s?, s:b, s:O}", "machine",
                     cb_row_text(p->document, "context.machine.name"), "cpu_model",
                     cb_row_text(p->document, "context.machine.cpu_model"), "core_kind", core_kind,
                     "emulated", (int)emulated, "documents", p->numbers);
}

static cb_status add_kind(json_t *views, const part *p, const char *core_kind,
                          const cb_boundness *bounds, size_t count)
{
    cb_levels levels;
    char verdict[CB_VERDICT_BYTES];
    cb_report_bindings bindings = {.operators = 0};
    cb_explainer *explainer = calloc(1, sizeof *explainer);
    cb_status status =
        explainer ? cb_explainer_make(p->document, p->document, NULL, core_kind, p->err, explainer)
                  : cb_fail(p->err, CB_NO_MEMORY, "no memory for the report");
    if (status == CB_OK)
        status = cb_levels_find(p->document, core_kind, p->err, &levels);
    if (status != CB_OK) {
        free(explainer);
        return status;
    }
    json_t *view = view_new(p, core_kind, false);
    add_levels(view, &levels);
    add_rooflines(view, p->document, &levels);
    add_operators(view, p, explainer, core_kind, bounds, count, &bindings);
    cb_report_verdict(p->document, &levels, bounds, count, &bindings, verdict, sizeof verdict);
    json_object_set_new(view, "verdict", json_string(verdict));
    json_object_set_new(view, "model_spread", json_real(explainer->spread));
    free(explainer);
    cb_levels_free(&levels);
    if (json_array_append_new(views, view))
        return cb_fail(p->err, CB_NO_MEMORY, "no memory for the report");
    return CB_OK;
}

static cb_status add_measured(json_t *views, const part *p)
{
    const char *kinds[CB_DTYPES_MAX];
    cb_boundness *bounds;
    size_t count;
    cb_status status = cb_cachebound_find(p->document, p->document, p->err, &bounds, &count);
    if (status != CB_OK)
        return status;
    size_t kind_count = cb_rows_core_kinds(p->document, kinds, CB_DTYPES_MAX);
    for (size_t i = 0; i < kind_count && status == CB_OK; i++)
        status = add_kind(views, p, kinds[i], bounds, count);
    free(bounds);
    return status;
}

static cb_status add_emulated(json_t *views, const part *p)
{
    json_t *view = view_new(p, NULL, true);
    json_object_set_new(view, "verdict",
                        json_string("These figures were taken under an emulator. They say nothing "
                                    "about a processor, so none of them is shown."));
    return json_array_append_new(views, view)
               ? cb_fail(p->err, CB_NO_MEMORY, "no memory for the report")
               : CB_OK;
}

/* Whether document `i` is told together with document `first`. */
static bool belongs(const cb_report_input *inputs, size_t first, size_t i)
{
    bool emulated = cb_results_emulated(inputs[first].document);
    if (i == first || emulated)
        return i == first;
    return !cb_results_emulated(inputs[i].document) &&
           cb_machines_same(inputs[first].document, inputs[i].document);
}

static bool told_before(const cb_report_input *inputs, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (belongs(inputs, k, i))
            return true;
    return false;
}

static cb_status add_part(json_t *views, const cb_report_input *inputs, size_t count, size_t first,
                          cb_error *err)
{
    const json_t **group = calloc(count, sizeof *group);
    json_t *numbers = json_array(), *all = NULL;
    size_t members = 0;
    for (size_t i = first; i < count && group; i++)
        if (belongs(inputs, first, i)) {
            group[members++] = inputs[i].document;
            json_array_append_new(numbers, json_integer((json_int_t)i));
        }
    if (members)
        all = cb_machines_merge(group, members, 0);
    part p = {.document = all, .numbers = numbers, .err = err};
    cb_status status = !all ? cb_fail(err, CB_NO_MEMORY, "no memory for the documents' rows")
                       : cb_results_emulated(all) ? add_emulated(views, &p)
                                                  : add_measured(views, &p);
    json_decref(all);
    json_decref(numbers);
    free(group);
    return status;
}

/* A path that is not UTF-8 cannot stand in JSON: its file is then named by its number alone. */
static json_t *input_json(const cb_report_input *input)
{
    json_t *path = json_string(input->path);
    return json_pack("{s:o, s:O}", "path", path ? path : json_null(), "doubts", input->doubts);
}

cb_status cb_report_model(const cb_report_input *inputs, size_t count, cb_error *err,
                          json_t **model)
{
    cb_status status = CB_OK;
    json_t *views = json_array(), *named = json_array();
    for (size_t i = 0; i < count && status == CB_OK; i++) {
        json_array_append_new(named, input_json(&inputs[i]));
        if (!told_before(inputs, i))
            status = add_part(views, inputs, count, i, err);
    }
    json_t *made = json_pack("{s:o, s:o}", "inputs", named, "views", views);
    if (status == CB_OK && !made)
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the report");
    if (status == CB_OK)
        *model = made;
    else
        json_decref(made);
    return status;
}
