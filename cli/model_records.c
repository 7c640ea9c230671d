/* JSON and CSV of `model`. */
#include "cli/model_write.h"
#include "cli/output.h"
#include "models/klein.h"
#include "models/rows.h"

static json_t *number_or_null(double value)
{
    return value > 0 ? json_real(value) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *ceiling_json(const cb_boundness *b, size_t i)
{
    const cb_ceiling *c = &b->ceilings.ceiling[i];
    bool compute = c->kind == CB_CEILING_COMPUTE;
    double ops = cb_ceiling_ops(c, b->op.element_bytes);
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:f, s:o, s:f}", "name", c->name, "origin",
                     cb_model_origin(c->origin), "kernel", text_or_null(c->kernel), "ops_per_s",
                     compute ? json_real(c->rate) : json_null(), "bytes_per_s",
                     compute ? json_null() : json_real(c->rate), "allows_ops_per_s", ops, "time_s",
                     number_or_null(2 * b->op.macs / ops), "measured_over_bound", b->ratio[i]);
}

static json_t *operator_json(const cb_boundness *b, const cb_explanation *x)
{
    const cb_operator *op = &b->op;
    const char *nearest =
        b->nearest < b->ceilings.count ? b->ceilings.ceiling[b->nearest].name : NULL;
    json_t *params = json_object_get(op->row, "params");
    json_t *ceilings = json_array();
    for (size_t i = 0; i < b->ceilings.count; i++)
        json_array_append_new(ceilings, ceiling_json(b, i));
    json_t *row = json_pack(
        "{s:s, s:s, s:o, s:s, s:o, s:i, s:O, s:o, s:f, s:f, s:o, s:f, s:o, s:o, s:o, s:o}",
        "family", op->family, "kernel", op->kernel, "variant", text_or_null(op->variant), "dtype",
        op->dtype, "core_kind", text_or_null(op->core_kind), "threads", op->threads, "params",
        params, "macs", number_or_null(op->macs), "element_bytes", op->element_bytes, "ops_per_s",
        op->ops_per_s, "time_s", number_or_null(op->time_s), "required_bytes_per_s",
        b->required_bytes_per_s, "theoretical_ops_per_s",
        number_or_null(b->ceilings.theoretical_ops_per_s), "nearest", text_or_null(nearest),
        "published",
        json_incref(json_object_get(op->row, "published") ? json_object_get(op->row, "published")
                                                          : json_null()),
        "ceilings", ceilings);
    json_object_set_new(row, "time", cb_model_time_json(x));
    return row;
}

json_t *cb_model_json(const cb_model *model)
{
    json_t *operators = json_array();
    for (size_t i = 0; i < model->count; i++)
        if (json_array_append_new(operators,
                                  operator_json(&model->bounds[i], &model->explained[i]))) {
            json_decref(operators);
            return NULL;
        }
    return json_pack(
        "{s:o, s:o, s:o}", "machine",
        text_or_null(cb_row_text(model->document, "context.machine.name")), "ceilings_of",
        text_or_null(cb_row_text(model->machine, "context.machine.name")), "operators", operators);
}

static void put_cell(const char *text, FILE *out)
{
    cb_output_csv_cell(text ? text : "", out);
    fputc(',', out);
}

static void put_number(double value, FILE *out)
{
    if (value > 0)
        fprintf(out, "%.9g", value);
    fputc(',', out);
}

static void write_record(const cb_model *model, size_t index, size_t i, FILE *out)
{
    const cb_boundness *b = &model->bounds[index];
    const cb_operator *op = &b->op;
    const cb_ceiling *c = &b->ceilings.ceiling[i];
    char threads[16];
    snprintf(threads, sizeof threads, "%d", op->threads);
    put_cell(cb_row_text(model->document, "context.machine.name"), out);
    put_cell(op->family, out);
    put_cell(op->kernel, out);
    put_cell(op->variant, out);
    put_cell(op->dtype, out);
    put_cell(op->core_kind, out);
    put_cell(threads, out);
    put_cell(cb_row_text(op->row, "params.layer"), out);
    put_number(op->m, out);
    put_number(op->n, out);
    put_number(op->k, out);
    put_number(op->macs, out);
    put_number(op->ops_per_s, out);
    put_number(op->time_s, out);
    put_number(b->required_bytes_per_s, out);
    put_cell(c->name, out);
    put_cell(cb_model_origin(c->origin), out);
    put_number(c->rate, out);
    put_number(cb_ceiling_ops(c, op->element_bytes), out);
    put_number(b->ratio[i], out);
    fprintf(out, "%s", b->nearest == i ? "true" : "false");
    cb_model_time_csv(&model->explained[index], out);
    fputs("\r\n", out);
}

void cb_model_write_csv(const cb_model *model, bool header, FILE *out)
{
    if (header)
        fprintf(out,
                "machine,family,kernel,variant,dtype,core_kind,threads,layer,m,n,k,macs,"
                "ops_per_s,time_s,required_bytes_per_s,ceiling,origin,rate,allows_ops_per_s,"
                "measured_over_bound,nearest%s\r\n",
                cb_model_time_columns);
    for (size_t i = 0; i < model->count; i++)
        for (size_t k = 0; k < model->bounds[i].ceilings.count; k++)
            write_record(model, i, k, out);
}
