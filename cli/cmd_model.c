/* cachebound model DOCUMENT... [--machine DOCUMENT] [--cost FILE] */
#include "cli/documents.h"
#include "cli/model_write.h"
#include "cli/output.h"
#include "models/machines.h"
#include "models/rows.h"

#include <stdlib.h>

typedef struct {
    cb_format format;
    FILE *out;
    const json_t *ceilings;   /* of --machine, or NULL */
    const cb_cost_file *cost; /* of --cost, or NULL */
    json_t *array;            /* for JSON */
    size_t operators;
} writer;

static void write_model(writer *w, const cb_model *model)
{
    if (w->format == CB_FORMAT_JSON)
        json_array_append_new(w->array, cb_model_json(model));
    else if (w->format == CB_FORMAT_CSV)
        cb_model_write_csv(model, !w->operators, w->out);
    else if (model->count)
        cb_model_write_table(model, w->out);
    w->operators += model->count;
}

static cb_status model_machine(writer *w, json_t *document, cb_error *err)
{
    cb_explainer *explainer = calloc(1, sizeof *explainer);
    cb_model model = {.document = document,
                      .machine = w->ceilings ? w->ceilings : document,
                      .explainer = explainer};
    if (document && explainer)
        model.peaks = cb_rows_peaks(model.machine);
    if (!model.peaks) {
        free(explainer);
        json_decref(document);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the documents' rows");
    }
    cb_status status =
        cb_cachebound_find(document, model.machine, err, &model.bounds, &model.count);
    if (status == CB_OK)
        status = cb_model_explain(document, model.machine, w->cost, model.bounds, model.count, err,
                                  &model.explained, explainer);
    if (status == CB_OK)
        write_model(w, &model);
    free(model.explained);
    free(model.bounds);
    free(explainer);
    json_decref(model.peaks);
    json_decref(document);
    return status;
}

static cb_status write_all(writer *w, const cb_documents *documents, cb_error *err)
{
    const json_t *const *all = (const json_t *const *)documents->item;
    cb_status status = cb_machines_check(all, documents->count, "modelled", err);
    for (size_t i = 0; i < documents->count && status == CB_OK; i++)
        if (!cb_machines_seen(all, i))
            status = model_machine(w, cb_machines_merge(all, documents->count, i), err);
    if (status == CB_OK && !w->operators)
        status = cb_fail(err, CB_UNSUPPORTED,
                         "the documents hold no operators (gemm, conv, bitserial, ...) to model; "
                         "measure one, for example with `cachebound gemm`");
    if (status == CB_OK && w->format == CB_FORMAT_JSON) {
        json_t *whole =
            json_pack("{s:s, s:O}", "schema", "cachebound/model/1", "machines", w->array);
        json_dumpf(whole, w->out, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
        fputc('\n', w->out);
        json_decref(whole);
    }
    return status;
}

cb_status cb_cmd_model(const cb_options *options, cb_error *err)
{
    cb_documents documents;
    cb_output output;
    cb_cost_file cost = {.count = 0};
    json_t *ceilings = NULL;
    cb_status status = cb_documents_read_summaries(options, err, &documents);
    if (status == CB_OK && options->machine)
        status = cb_results_read_summaries(options->machine, err, &ceilings);
    if (status == CB_OK && options->cost)
        status = cb_cost_read(options->cost, err, &cost);
    if (status == CB_OK)
        status = cb_output_open(options, err, &output);
    if (status == CB_OK) {
        writer w = {.format = cb_output_format(options),
                    .out = output.stream,
                    .ceilings = ceilings,
                    .cost = options->cost ? &cost : NULL,
                    .array = json_array()};
        status = write_all(&w, &documents, err);
        status = cb_output_close(&output, status, err);
        json_decref(w.array);
    }
    json_decref(ceilings);
    cb_cost_free(&cost);
    cb_documents_free(&documents);
    return status;
}
