/* cachebound compare A B | cachebound compare B --against A */
#include "base/units.h"
#include "cli/documents.h"
#include "cli/output.h"
#include "models/compare.h"
#include "models/rows.h"

#include <string.h>

static const double threshold = 0.02;

typedef struct {
    const json_t *a, *b;
    const char *name_a, *name_b;
    bool across;
    cb_comparison found;
    FILE *out;
} comparer;

static const char *change_text(cb_change change)
{
    static const char *const texts[] = {"", "faster", "SLOWER", "no samples"};
    return texts[change];
}

/* "m=64 n=64 k=64": the params of a row that are short enough to tell. */
static void params_text(const json_t *row, char *text, size_t bytes)
{
    const char *key;
    json_t *value;
    size_t used = 0;
    text[0] = 0;
    json_object_foreach(json_object_get(row, "params"), key, value)
    {
        char item[64] = "";
        if (json_is_string(value))
            snprintf(item, sizeof item, "%.40s", json_string_value(value));
        else if (json_is_number(value))
            snprintf(item, sizeof item, "%s=%.10g", key, json_number_value(value));
        if (item[0] && used + strlen(item) + 2 < bytes)
            used += (size_t)snprintf(text + used, bytes - used, "%s%s", used ? " " : "", item);
    }
}

static cb_text figure_text(const cb_pair *pair, const json_t *row)
{
    const char *dtype = cb_row_text(row, "dtype"), *figure = cb_compare_figure(pair->a, pair->b);
    bool is_float = dtype && (dtype[0] == 'f' || strncmp(dtype, "bf", 2) == 0);
    const char *unit = strcmp(figure, "bytes_per_s") == 0 ? "B/s"
                       : strcmp(figure, "ops_per_s") != 0 ? "s"
                       : is_float                         ? "FLOP/s"
                                                          : "OP/s";
    return cb_format_si(cb_row_number(row, figure, 0), unit);
}

static void tell_difference(void *to, const char *line)
{
    fprintf(to, "  %s\n", line);
}

static void write_pair(const comparer *c, const cb_pair *p)
{
    char params[160], interval[40] = "";
    const char *variant = cb_row_text(p->b, "variant");
    params_text(p->b, params, sizeof params);
    if (p->high > 0)
        snprintf(interval, sizeof interval, "[%.3f, %.3f]", p->low, p->high);
    fprintf(c->out, "%6.3f  %-16s %-10s  %13s  %13s  %s%s%s, %d thread%s, %s\n", p->ratio, interval,
            change_text(p->change), figure_text(p, p->a).text, figure_text(p, p->b).text,
            cb_row_text(p->b, "kernel"), variant ? " " : "", variant ? variant : "",
            cb_row_threads(p->b), cb_row_threads(p->b) == 1 ? "" : "s", params);
}

static void write_table(const comparer *c)
{
    const cb_comparison *f = &c->found;
    fprintf(c->out, "A: %s\nB: %s\n", c->name_a, c->name_b);
    fprintf(c->out, "time of B / time of A, 95 %% interval; a change is an interval beyond %g %%\n",
            100 * threshold);
    for (size_t i = 0; i < f->count; i++)
        write_pair(c, &f->pairs[i]);
    fprintf(c->out, "%zu rows compared: %zu slower, %zu faster; without a partner: %zu of A",
            f->count, f->slower, f->faster, f->only_a);
    fprintf(c->out, c->across ? "\n" : ", %zu of B\n", f->only_b);
    fprintf(c->out, "the runs differ in:\n");
    if (!cb_compare_environments(c->a, c->b, tell_difference, c->out))
        fprintf(c->out, "  nothing that is recorded\n");
}

static void append_line(void *to, const char *line)
{
    json_array_append_new(to, json_string(line));
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *pair_json(const cb_pair *p)
{
    static const char *const names[] = {"none", "faster", "slower", "unknown"};
    return json_pack("{s:s, s:s, s:o, s:o, s:i, s:O, s:f, s:o, s:o, s:s}", "family",
                     cb_row_text(p->b, "family"), "kernel", cb_row_text(p->b, "kernel"), "variant",
                     text_or_null(cb_row_text(p->b, "variant")), "dtype",
                     text_or_null(cb_row_text(p->b, "dtype")), "threads", cb_row_threads(p->b),
                     "params", json_object_get(p->b, "params"), "ratio", p->ratio, "low",
                     p->high > 0 ? json_real(p->low) : json_null(), "high",
                     p->high > 0 ? json_real(p->high) : json_null(), "change", names[p->change]);
}

static void write_json(const comparer *c)
{
    const cb_comparison *f = &c->found;
    json_t *pairs = json_array(), *differences = json_array();
    for (size_t i = 0; i < f->count; i++)
        json_array_append_new(pairs, pair_json(&f->pairs[i]));
    cb_compare_environments(c->a, c->b, append_line, differences);
    json_t *whole = json_pack("{s:s, s:s, s:s, s:f, s:I, s:I, s:I, s:I, s:o, s:o}", "schema",
                              "cachebound/comparison/1", "a", c->name_a, "b", c->name_b,
                              "threshold", threshold, "slower", (json_int_t)f->slower, "faster",
                              (json_int_t)f->faster, "only_a", (json_int_t)f->only_a, "only_b",
                              (json_int_t)f->only_b, "differences", differences, "rows", pairs);
    json_dumpf(whole, c->out, JSON_INDENT(2) | JSON_REAL_PRECISION(7));
    fputc('\n', c->out);
    json_decref(whole);
}

static void write_csv(const comparer *c)
{
    fprintf(c->out, "family,kernel,variant,dtype,threads,params,ratio,low,high,change\r\n");
    for (size_t i = 0; i < c->found.count; i++) {
        const cb_pair *p = &c->found.pairs[i];
        const char *cells[] = {cb_row_text(p->b, "family"), cb_row_text(p->b, "kernel"),
                               cb_row_text(p->b, "variant"), cb_row_text(p->b, "dtype")};
        char params[160];
        params_text(p->b, params, sizeof params);
        for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
            cb_output_csv_cell(cells[k] ? cells[k] : "", c->out);
            fputc(',', c->out);
        }
        fprintf(c->out, "%d,", cb_row_threads(p->b));
        cb_output_csv_cell(params, c->out);
        fprintf(c->out, ",%.6g,", p->ratio);
        if (p->high > 0)
            fprintf(c->out, "%.6g,%.6g", p->low, p->high);
        else
            fprintf(c->out, ",");
        fprintf(c->out, ",%s\r\n", change_text(p->change));
    }
}

static cb_status write_comparison(comparer *c, const cb_options *options, cb_error *err)
{
    cb_output output;
    cb_status status = cb_output_open(options, err, &output);
    if (status != CB_OK)
        return status;
    c->out = output.stream;
    cb_format format = cb_output_format(options);
    if (format == CB_FORMAT_JSON)
        write_json(c);
    else if (format == CB_FORMAT_CSV)
        write_csv(c);
    else
        write_table(c);
    return cb_output_close(&output, CB_OK, err);
}

/* Neither document's figures may be those of an emulator when the other's are not; nothing in
 * common is an error, not a pass. */
static cb_status compare(comparer *c, const cb_options *options, cb_error *err)
{
    cb_status status = cb_compare(c->a, c->b, c->across, threshold, err, &c->found);
    if (status != CB_OK)
        return status;
    if (!c->found.count)
        status = cb_fail(err, CB_UNSUPPORTED, "%.120s and %.120s have no row in common", c->name_a,
                         c->name_b);
    else
        status = write_comparison(c, options, err);
    if (status == CB_OK && c->found.slower && !c->across)
        status = cb_fail(err, CB_REGRESSION, "%zu of %zu rows became significantly slower",
                         c->found.slower, c->found.count);
    cb_comparison_free(&c->found);
    return status;
}

cb_status cb_cmd_compare(const cb_options *options, cb_error *err)
{
    cb_documents documents;
    json_t *against = NULL;
    size_t wanted = options->against ? 1 : 2;
    if (options->operand_count != wanted)
        return cb_fail(err, CB_USAGE,
                       "compare takes two documents, or one and --against DOCUMENT; %zu were given",
                       options->operand_count);
    cb_status status = cb_documents_read(options, err, &documents);
    if (status == CB_OK && options->against)
        status = cb_results_read(options->against, err, &against);
    if (status == CB_OK) {
        comparer c = {.a = against ? against : documents.item[0],
                      .b = documents.item[wanted - 1],
                      .name_a = against ? options->against : options->operands[0],
                      .name_b = options->operands[wanted - 1],
                      .across = against != NULL};
        status = compare(&c, options, err);
    }
    json_decref(against);
    cb_documents_free(&documents);
    return status;
}
