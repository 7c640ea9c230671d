#include "cli/estimate_host.h"

#include "base/units.h"
#include "bench/network/network_bench.h"
#include "cli/columns.h"
#include "cli/output.h"
#include "models/host.h"
#include "results/results.h"
#include "results/writers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    json_t *rows; /* of the network's layers, without times */
    cb_host host;
    double *estimated_s, *measured_s; /* of each layer; 0: not known */
    size_t count;
    double whole_s; /* measured; 0: not */
} comparison;

bool cb_estimate_is_host(const cb_options *options)
{
    return options->platform && strcmp(options->platform, "host") == 0;
}

static cb_status check_options(const cb_options *options, cb_error *err)
{
    if (!options->network || !options->cost)
        return cb_fail(err, CB_USAGE,
                       "--platform host needs --network N.onnx and --cost FILE (see "
                       "`cachebound calibrate --results`)");
    if (options->impl || options->sweep.count || options->set || options->plots || options->dot ||
        options->deadline || options->trace || options->tiler || options->explain)
        return cb_fail(err, CB_USAGE, "--platform host goes with --network, --cost, --against");
    return CB_OK;
}

static cb_status read_cost(const char *path, cb_error *err, cb_host *host)
{
    cb_error why = {""};
    json_error_t problem;
    json_t *cost = json_load_file(path, 0, &problem);
    if (!cost)
        return cb_fail(err, CB_IO, "%.200s: %.150s", path, problem.text);
    cb_status status = cb_host_from_json(json_object_get(cost, "layers"), &why, host);
    if (status != CB_OK)
        cb_fail(err, status, "%.200s: %.280s", path, why.text);
    json_decref(cost);
    return status;
}

/* What kernels the network's layers would run on here; nothing is run. */
static cb_status read_layers(const char *path, cb_error *err, json_t **rows)
{
    cb_network *net = NULL;
    cb_engine *engine = NULL;
    cb_machine machine;
    cb_status status = cb_machine_read("", err, &machine);
    if (status != CB_OK)
        return status;
    cb_engine_options options = {.machine = &machine, .isa = machine.isa, .allowed = ~0u};
    status = cb_network_read(path, &cb_net_default_limits, err, &net);
    options.network = net;
    if (status == CB_OK)
        status = cb_engine_new(&options, err, &engine);
    if (status == CB_OK)
        *rows = cb_network_rows(engine, net, path, machine.kinds[0].name);
    cb_engine_free(engine);
    cb_network_free(net);
    cb_machine_free(&machine);
    return status;
}

/* ---- beside what was measured ---- */

static bool is_same_layer(const json_t *row, const json_t *measured)
{
    const char *node = cb_row_text(row, "params.node");
    const char *other = cb_row_text(measured, "params.node");
    return node && other && strcmp(node, other) == 0 &&
           cb_row_number(measured, "time_s.median", 0) > 0;
}

/* Whether a row is of the network that is estimated, by the file's name. */
static bool is_same_network(const comparison *c, const json_t *row)
{
    const char *own = cb_row_text(json_array_get(c->rows, 0), "params.network");
    const char *other = cb_row_text(row, "params.network");
    return own && other && strcmp(own, other) == 0;
}

static cb_status read_measured(comparison *c, const char *path, cb_error *err)
{
    size_t i;
    json_t *document, *row;
    cb_status status = cb_results_read(path, err, &document);
    if (status != CB_OK)
        return status;
    json_array_foreach(json_object_get(document, "results"), i, row)
    {
        const char *variant = cb_row_text(row, "variant");
        double time_s = cb_row_number(row, "time_s.median", 0);
        if (!is_same_network(c, row))
            continue;
        if (variant && strcmp(variant, "whole") == 0)
            c->whole_s = time_s;
        for (size_t l = 0; l < c->count; l++)
            if (is_same_layer(json_array_get(c->rows, l), row))
                c->measured_s[l] = time_s;
    }
    json_decref(document);
    if (c->whole_s > 0)
        return CB_OK;
    return cb_fail(err, CB_PARSE,
                   "%.200s: this network was not measured in it; expected a document of "
                   "`cachebound network FILE --run --backend kernels`",
                   path);
}

static double sum_of(const double *seconds, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += seconds[i];
    return sum;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median of |estimated / measured - 1| over the layers that were measured; -1 without memory. */
static double median_error(const comparison *c)
{
    double *errors = malloc((c->count + 1) * sizeof *errors), median = 0;
    size_t known = 0;
    for (size_t i = 0; errors && i < c->count; i++)
        if (c->measured_s[i] > 0)
            errors[known++] = fabs(c->estimated_s[i] / c->measured_s[i] - 1);
    if (!errors)
        return -1;
    qsort(errors, known, sizeof *errors, by_size);
    if (known)
        median = errors[known / 2];
    free(errors);
    return median;
}

/* ---- output ---- */

static void print_layer(const comparison *c, size_t i, cb_columns *table)
{
    const json_t *row = json_array_get(c->rows, i);
    cb_columns_put(table, 0, "%zu", i);
    cb_columns_put(table, 1, "%s", cb_row_text(row, "params.covers"));
    cb_columns_put(table, 2, "%s", cb_row_text(row, "dtype"));
    cb_columns_put(table, 3, "%s", cb_row_text(row, "variant"));
    cb_columns_put(table, 4, "%s", cb_format_si(c->estimated_s[i], "s").text);
    if (c->measured_s[i] > 0) {
        cb_columns_put(table, 5, "%s", cb_format_si(c->measured_s[i], "s").text);
        cb_columns_put(table, 6, "%.2f", c->estimated_s[i] / c->measured_s[i]);
    }
}

static void print_table(const comparison *c, FILE *out)
{
    static const char *const heads[] = {"layer",     "operators", "bits", "by",
                                        "estimated", "measured",  "ratio"};
    cb_columns table = {.right = 1u << 4 | 1u << 5 | 1u << 6};
    double estimated_s = sum_of(c->estimated_s, c->count);
    for (int i = 0; i < (c->whole_s > 0 ? 7 : 5); i++)
        cb_columns_put(&table, i, "%s", heads[i]);
    for (size_t i = 0; i < c->count; i++)
        print_layer(c, i, &table);
    cb_columns_print(&table, out);
    fprintf(out, "\nestimated: %s for the whole network\n", cb_format_si(estimated_s, "s").text);
    if (c->whole_s > 0)
        fprintf(out,
                "measured:  %s back to back; estimated / measured %.3f\n"
                "layers:    median error %.1f %%\n",
                cb_format_si(c->whole_s, "s").text, estimated_s / c->whole_s,
                100 * median_error(c));
}

static void print_csv(const comparison *c, FILE *out)
{
    fputs("layer,operators,by,estimated_s,measured_s\n", out);
    for (size_t i = 0; i < c->count; i++) {
        const json_t *row = json_array_get(c->rows, i);
        fprintf(out, "%zu,%s,%s,%.6g,", i, cb_row_text(row, "params.covers"),
                cb_row_text(row, "variant"), c->estimated_s[i]);
        if (c->measured_s[i] > 0)
            fprintf(out, "%.6g", c->measured_s[i]);
        putc('\n', out);
    }
}

static json_t *to_json(const comparison *c, const char *network)
{
    json_t *layers = json_array();
    for (size_t i = 0; i < c->count; i++) {
        const json_t *row = json_array_get(c->rows, i);
        json_t *measured = c->measured_s[i] > 0 ? json_real(c->measured_s[i]) : json_null();
        json_array_append_new(layers, json_pack("{s:s, s:s, s:s, s:f, s:o}", "node",
                                                cb_row_text(row, "params.node"), "covers",
                                                cb_row_text(row, "params.covers"), "by",
                                                cb_row_text(row, "variant"), "estimated_s",
                                                c->estimated_s[i], "measured_s", measured));
    }
    json_t *document =
        json_pack("{s:s, s:s, s:o, s:f}", "schema", "cachebound/host-estimate/1", "network",
                  network, "layers", layers, "estimated_s", sum_of(c->estimated_s, c->count));
    if (document && c->whole_s > 0) {
        json_object_set_new(document, "measured_s", json_real(c->whole_s));
        json_object_set_new(document, "layer_error_median", json_real(median_error(c)));
    }
    return document;
}

static cb_status write_comparison(const comparison *c, const cb_options *options, FILE *out,
                                  cb_error *err)
{
    cb_format format = cb_output_format(options);
    if (format == CB_FORMAT_TABLE)
        print_table(c, out);
    if (format == CB_FORMAT_CSV)
        print_csv(c, out);
    if (format != CB_FORMAT_JSON)
        return CB_OK;
    json_t *document = to_json(c, options->network);
    cb_status status = document ? cb_write_json(document, out, err)
                                : cb_fail(err, CB_NO_MEMORY, "no memory for the estimate");
    json_decref(document);
    return status;
}

static cb_status estimate(comparison *c, cb_error *err)
{
    c->count = json_array_size(c->rows);
    c->estimated_s = calloc(c->count + 1, sizeof *c->estimated_s);
    c->measured_s = calloc(c->count + 1, sizeof *c->measured_s);
    if (!c->rows || !c->estimated_s || !c->measured_s)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the estimate");
    for (size_t i = 0; i < c->count; i++) {
        const json_t *row = json_array_get(c->rows, i);
        c->estimated_s[i] = cb_host_predict(&c->host, row);
        if (c->estimated_s[i] <= 0)
            return cb_fail(err, CB_UNSUPPORTED,
                           "layer %zu (%.80s by %.40s): the cost file has none of its like", i,
                           cb_row_text(row, "params.covers"), cb_row_text(row, "variant"));
    }
    return CB_OK;
}

cb_status cb_estimate_host(const cb_options *options, cb_error *err)
{
    cb_output output;
    comparison *c = calloc(1, sizeof *c);
    if (!c)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the estimate");
    cb_status status = check_options(options, err);
    if (status == CB_OK)
        status = read_cost(options->cost, err, &c->host);
    if (status == CB_OK)
        status = read_layers(options->network, err, &c->rows);
    if (status == CB_OK)
        status = estimate(c, err);
    if (status == CB_OK && options->against)
        status = read_measured(c, options->against, err);
    if (status == CB_OK)
        status = cb_output_open(options, err, &output);
    if (status == CB_OK)
        status = cb_output_close(&output, write_comparison(c, options, output.stream, err), err);
    json_decref(c->rows);
    free(c->estimated_s);
    free(c->measured_s);
    free(c);
    return status;
}
