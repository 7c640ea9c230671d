#include "cli/calibrate_results.h"

#include "cli/output.h"
#include "cli/progress.h"
#include "models/cost/cost_file.h"
#include "models/cost/klein_rows.h"
#include "models/host.h"
#include "models/machines.h"
#include "models/rows.h"

#include <stdlib.h>

/* --results and the operands behind it, as one list. */
static cb_status read_documents(const cb_options *options, cb_error *err, json_t **merged)
{
    size_t count = options->operand_count + 1, read = 0;
    json_t **all = calloc(count, sizeof *all);
    cb_status status = all ? CB_OK : cb_fail(err, CB_NO_MEMORY, "no memory for the documents");
    for (; read < count && status == CB_OK; read++)
        status = cb_results_read_summaries(read ? options->operands[read - 1] : options->results,
                                           err, &all[read]);
    const json_t *const *documents = (const json_t *const *)all;
    if (status == CB_OK)
        status = cb_machines_check(documents, count, "fitted", err);
    for (size_t i = 1; i < count && status == CB_OK; i++)
        if (!cb_machines_same(documents[0], documents[i]))
            status = cb_fail(err, CB_USAGE, "%s: of another machine than %s",
                             options->operands[i - 1], options->results);
    if (status == CB_OK && !(*merged = cb_machines_merge(documents, count, 0)))
        status = cb_fail(err, CB_NO_MEMORY, "no memory for the documents' rows");
    for (size_t i = 0; all && i < count; i++)
        json_decref(all[i]);
    free(all);
    return status;
}

static void tell_errors(const char *what, const cb_fit_errors *e, cb_progress *progress)
{
    cb_note(progress, "%-36s median %5.1f %%, 95th percentile %5.1f %%, worst %.0f %% (%zu rows)",
            what, 100 * e->median, 100 * e->p95, 100 * e->worst, e->rows);
}

static void tell(const cb_observed *s, const cb_fit *fit, const cb_fit_validation *v,
                 cb_progress *progress)
{
    cb_fit_errors klein = cb_klein_errors(s);
    cb_note(progress, "%s: %zu rows of %zu shapes; %zu rows do not say what they do",
            s->core_kind ? s->core_kind : "unnamed core", s->count, s->shapes, s->untold);
    if (s->disturbed)
        cb_note(progress, "%zu rows were measured beside a busy neighbour and are left out",
                s->disturbed);
    for (size_t i = 0; i < CB_COST_COUNT; i++)
        cb_note(progress, "  %-11s %9.4g  %9.4g .. %-9.4g %s%s", cb_cost_terms[i].name,
                fit->term[i].value, fit->term[i].low, fit->term[i].high, cb_cost_terms[i].unit,
                fit->term[i].determined ? "" : ", not determined");
    tell_errors("rows that it was fitted to", &v->own, progress);
    tell_errors("each shape from the others, 5-fold", &v->folds, progress);
    for (size_t i = 0; i < v->families; i++) {
        char what[64];
        snprintf(what, sizeof what, "all %s from the other families", v->without[i].name);
        tell_errors(what, &v->without[i].errors, progress);
    }
    tell_errors("klein's nearest bound, for comparison", &klein, progress);
}

/* `alone`: layers of networks are all that the document may have. */
static cb_status fit_kind(const json_t *document, const char *kind, bool alone,
                          cb_progress *progress, cb_error *err, json_t *cores)
{
    cb_observed samples;
    cb_fit fit;
    cb_fit_validation validation;
    cb_status status = cb_observed_find(document, kind, err, &samples);
    if (status != CB_OK)
        return status;
    if (alone && samples.count == 0) {
        cb_note(progress, "%s: no operators but layers of networks: the time model is left out",
                kind ? kind : "unnamed core");
        cb_observed_free(&samples);
        return CB_OK;
    }
    status = cb_fit_enough(&samples, err);
    if (status == CB_OK)
        status = cb_fit_run(samples.rows, samples.count, NULL, err, &fit);
    if (status == CB_OK)
        status = cb_fit_validate(samples.rows, samples.count, &fit, err, NULL, &validation);
    if (status == CB_OK) {
        tell(&samples, &fit, &validation, progress);
        if (json_array_append_new(cores, cb_cost_core_json(&samples, &fit, &validation)))
            status = cb_fail(err, CB_NO_MEMORY, "no memory for the cost file");
    }
    cb_observed_free(&samples);
    return status;
}

static cb_status fit_all(const json_t *document, bool alone, cb_progress *progress, cb_error *err,
                         json_t *cores)
{
    const char *kinds[CB_COST_KINDS];
    size_t count = cb_rows_core_kinds(document, kinds, CB_COST_KINDS);
    cb_status status = CB_OK;
    for (size_t i = 0; i < count && status == CB_OK; i++)
        status = fit_kind(document, kinds[i], alone, progress, err, cores);
    return status;
}

/* What layers of networks cost, where some were measured. */
static void add_layers(const cb_host *host, cb_progress *progress, json_t *cost)
{
    if (!cost || !host->count)
        return;
    json_object_set_new(cost, "layers", cb_host_to_json(host));
    for (size_t i = 0; i < host->count; i++)
        cb_note(progress, "layers %-36s relative errors %.1f %% (%zu rows)", host->classes[i].name,
                100 * host->classes[i].spread, host->classes[i].rows);
}

cb_status cb_calibrate_results(const cb_options *options, cb_error *err)
{
    cb_progress progress = cb_progress_new(options);
    cb_output output;
    cb_host host = {.count = 0};
    json_t *document = NULL, *cores = json_array(), *cost;
    cb_status status = read_documents(options, err, &document);
    if (status == CB_OK && cb_host_fit(document, NULL, NULL, &host) != CB_OK)
        host.count = 0; /* it has none */
    if (status == CB_OK)
        status = fit_all(document, host.count > 0, &progress, err, cores);
    if (status == CB_OK)
        status = cb_output_open(options, err, &output);
    if (status == CB_OK) {
        cost = cb_cost_json(document, json_incref(cores));
        add_layers(&host, &progress, cost);
        if (!cost || json_dumpf(cost, output.stream, JSON_INDENT(2) | JSON_REAL_PRECISION(7)))
            status = cb_fail(err, CB_NO_MEMORY, "no memory for the cost file");
        fputc('\n', output.stream);
        json_decref(cost);
        status = cb_output_close(&output, status, err);
    }
    json_decref(cores);
    json_decref(document);
    return status;
}
