#include "cli/network_run.h"

#include "bench/network/network_bench.h"
#include "cli/columns.h"
#include "cli/interrupt.h"
#include "cli/network_kernels.h"
#include "cli/network_print.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "network/dataset.h"
#include "network/hash.h"
#include "network/npy.h"
#include "results/writers.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_NUMBERS = 100, NAME_COLUMNS = 60 };

/* ---- inputs ---- */

static cb_status one_input(const cb_network *net, const char *what, cb_error *err)
{
    if (cb_network_inputs(net) == 1)
        return CB_OK;
    return cb_fail(err, CB_UNSUPPORTED, "%s: the network has %zu inputs, expected one", what,
                   cb_network_inputs(net));
}

cb_status cb_network_input_read(const cb_network *net, const char *path, cb_error *err,
                                float **data)
{
    cb_array array;
    char wanted[160];
    *data = NULL;
    cb_status status = path ? one_input(net, "--input", err) : CB_OK;
    if (status != CB_OK || !path)
        return status;
    const cb_net_shape *shape = &cb_network_value(net, cb_network_input(net, 0))->shape;
    status = cb_npy_read(path, shape->count, err, &array);
    if (status != CB_OK)
        return status;
    cb_net_shape_name(shape, wanted, sizeof wanted);
    if (array.shape.count == shape->count) {
        *data = array.data;
        return CB_OK;
    }
    free(array.data);
    return cb_fail(err, CB_PARSE, "%.200s: has %zu elements; the network takes %s", path,
                   array.shape.count, wanted);
}

static cb_status fill_inputs(const cb_network *net, cb_exec *exec, const char *path, cb_error *err)
{
    float *data;
    cb_status status = cb_network_input_read(net, path, err, &data);
    if (status == CB_OK)
        cb_network_fill(net, data, exec);
    free(data);
    return status;
}

/* ---- what runs it ---- */

/* The executor, alone or with kernels in its nodes' places. */
typedef struct {
    cb_machine machine;
    cb_engine *engine; /* NULL: none */
    cb_exec *exec;
} runner;

static cb_status open_runner(const cb_network *net, const cb_options *options, cb_error *err,
                             runner *r)
{
    *r = (runner){0};
    if (!cb_network_wants_kernels(options))
        return cb_exec_new(net, NULL, err, &r->exec);
    cb_engine_options engine = {
        .network = net, .machine = &r->machine, .all_floats = options->nodes};
    cb_status status = cb_machine_read("", err, &r->machine);
    if (status == CB_OK)
        status = cb_network_engine_options(options, &r->machine, err, &engine);
    if (status == CB_OK)
        status = cb_engine_new(&engine, err, &r->engine);
    if (status == CB_OK)
        r->exec = cb_engine_exec(r->engine);
    return status;
}

static void close_runner(runner *r)
{
    if (r->engine)
        cb_engine_free(r->engine);
    else
        cb_exec_free(r->exec);
    cb_machine_free(&r->machine);
}

/* ---- what came out ---- */

static double element(const cb_net_value *value, const void *data, size_t i)
{
    return value->shape.type == CB_NET_F32 ? (double)((const float *)data)[i]
                                           : (double)((const int64_t *)data)[i];
}

static json_t *values_json(const cb_net_value *value, const void *data)
{
    json_t *values = json_array();
    for (size_t i = 0; i < value->shape.count; i++) {
        json_t *number = json_real(element(value, data, i));
        json_array_append_new(values, number ? number : json_null()); /* infinite or no number */
    }
    return values;
}

static json_t *outputs_json(const cb_network *net, const cb_exec *exec)
{
    json_t *outputs = json_array();
    for (size_t i = 0; i < cb_network_outputs(net); i++) {
        int number = cb_network_output(net, i);
        const cb_net_value *value = cb_network_value(net, number);
        json_array_append_new(outputs, json_pack("{s:s, s:o, s:o}", "name", value->name, "shape",
                                                 cb_network_shape_json(&value->shape), "values",
                                                 values_json(value, cb_exec_data(exec, number))));
    }
    return outputs;
}

static void print_outputs(const cb_network *net, const cb_exec *exec, bool csv, FILE *out)
{
    char shape[160];
    if (csv)
        fputs("output,index,value\n", out);
    for (size_t i = 0; i < cb_network_outputs(net); i++) {
        int number = cb_network_output(net, i);
        const cb_net_value *value = cb_network_value(net, number);
        const void *data = cb_exec_data(exec, number);
        size_t count = value->shape.count;
        cb_net_shape_name(&value->shape, shape, sizeof shape);
        if (!csv)
            fprintf(out, "%s (%s)\n", value->name, shape);
        for (size_t k = 0; k < count && (csv || k < TABLE_NUMBERS); k++) {
            if (csv)
                cb_output_csv_cell(value->name, out);
            fprintf(out, csv ? ",%zu,%.9g\n" : "  %zu  %.9g\n", k, element(value, data, k));
        }
        if (!csv && count > TABLE_NUMBERS)
            fprintf(out, "  .. %zu more; --format json has all\n", count - TABLE_NUMBERS);
    }
}

/* ---- fingerprints ---- */

typedef struct {
    const char *output, *op_type;
    char shape[160], hash[CB_HASH_TEXT];
} fingerprint;

static fingerprint fingerprint_of(const cb_network *net, const runner *r, size_t i)
{
    const cb_net_node *node = cb_network_node(net, i);
    const cb_net_value *value = cb_network_value(net, node->output);
    size_t bytes = value->shape.type == CB_NET_F32 ? sizeof(float) : sizeof(int64_t);
    fingerprint f = {.output = value->name, .op_type = node->op_type};
    cb_net_shape_name(&value->shape, f.shape, sizeof f.shape);
    if (!r->engine || cb_engine_has_floats(r->engine, i))
        cb_hash(cb_exec_data(r->exec, node->output), value->shape.count * bytes, f.hash);
    else
        snprintf(f.hash, sizeof f.hash, "(in a layer)");
    return f;
}

static json_t *fingerprints_json(const cb_network *net, const runner *r)
{
    json_t *nodes = json_array();
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        fingerprint f = fingerprint_of(net, r, i);
        const cb_net_value *value = cb_network_value(net, cb_network_node(net, i)->output);
        json_array_append_new(
            nodes, json_pack("{s:s, s:s, s:o, s:s}", "output", f.output, "op_type", f.op_type,
                             "shape", cb_network_shape_json(&value->shape), "sha256_16", f.hash));
    }
    return nodes;
}

static void print_fingerprints(const cb_network *net, const runner *r, bool csv, FILE *out)
{
    char name[128];
    cb_columns table = {0};
    if (csv)
        fputs("output,operator,shape,sha256_16\n", out);
    for (size_t i = 0; i < cb_network_nodes(net); i++) {
        fingerprint f = fingerprint_of(net, r, i);
        if (csv) {
            cb_output_csv_cell(f.output, out);
            fprintf(out, ",%s,%s,%s\n", f.op_type, f.shape, f.hash);
            continue;
        }
        cb_network_short_name(f.output, NAME_COLUMNS, name, sizeof name);
        cb_columns_put(&table, 0, "%s", f.hash);
        cb_columns_put(&table, 1, "%s", f.op_type);
        cb_columns_put(&table, 2, "%s", f.shape);
        cb_columns_put(&table, 3, "%s", name);
    }
    cb_columns_print(&table, out);
}

/* ---- one run ---- */

static cb_status write_run(const cb_network *net, const runner *r, const cb_options *options,
                           FILE *out, cb_error *err)
{
    cb_format format = cb_output_format(options);
    if (format != CB_FORMAT_JSON && options->nodes)
        print_fingerprints(net, r, format == CB_FORMAT_CSV, out);
    else if (format != CB_FORMAT_JSON)
        print_outputs(net, r->exec, format == CB_FORMAT_CSV, out);
    if (format != CB_FORMAT_JSON)
        return CB_OK;
    json_t *document =
        json_pack("{s:s, s:s, s:s, s:o}", "schema", "cachebound/network-run/1", "file",
                  options->operands[0], "input", options->input ? options->input : "made-up",
                  "outputs", outputs_json(net, r->exec));
    if (document && options->nodes)
        json_object_set_new(document, "nodes", fingerprints_json(net, r));
    cb_status status = document ? cb_write_json(document, out, err)
                                : cb_fail(err, CB_NO_MEMORY, "no memory for the outputs");
    json_decref(document);
    return status;
}

cb_status cb_network_run_once(const cb_network *net, const cb_options *options, FILE *out,
                              cb_error *err)
{
    runner r;
    cb_status status = open_runner(net, options, err, &r);
    if (status == CB_OK)
        status = fill_inputs(net, r.exec, options->input, err);
    if (status == CB_OK)
        status = cb_exec_run(r.exec, err);
    if (status == CB_OK)
        status = write_run(net, &r, options, out, err);
    close_runner(&r);
    return status;
}

/* ---- a data set ---- */

typedef struct {
    const cb_network *net;
    runner runner;
    cb_dataset *images;
    size_t done, correct;
    double elapsed_s;
} trial;

/* The place of the largest number, the first of equal ones; of a single whole number, itself. */
static int64_t answer(const trial *t)
{
    int output = cb_network_output(t->net, 0);
    const cb_net_value *value = cb_network_value(t->net, output);
    const void *data = cb_exec_data(t->runner.exec, output);
    size_t best = 0;
    if (value->shape.type == CB_NET_I64 && value->shape.count == 1)
        return *(const int64_t *)data;
    for (size_t i = 1; i < value->shape.count; i++)
        if (element(value, data, i) > element(value, data, best))
            best = i;
    return (int64_t)best;
}

static cb_status try_image(trial *t, cb_error *err)
{
    int label;
    cb_status status =
        cb_dataset_get(t->images, t->done, err, cb_exec_input(t->runner.exec, 0), &label);
    if (status == CB_OK)
        status = cb_exec_run(t->runner.exec, err);
    if (status != CB_OK)
        return status;
    t->correct += answer(t) == label;
    t->done++;
    return CB_OK;
}

static cb_status try_images(trial *t, const cb_options *options, cb_error *err)
{
    const double started_s = cb_progress_now_s();
    const size_t total = cb_dataset_size(t->images);
    cb_progress progress = cb_progress_new(options);
    double painted_s = 0;
    cb_status status = CB_OK;
    cb_progress_phase(&progress, "network");
    while (t->done < total && status == CB_OK && !*cb_interrupt_flag()) {
        double now_s = cb_progress_now_s();
        if (now_s - painted_s > 0.1) {
            char right[48];
            snprintf(right, sizeof right, "%zu right", t->correct);
            cb_progress_step(&progress, t->done, total, right);
            painted_s = now_s;
        }
        status = try_image(t, err);
    }
    cb_progress_clear(&progress);
    t->elapsed_s = cb_progress_now_s() - started_s;
    return status;
}

static cb_status write_trial(const trial *t, const cb_options *options, FILE *out, cb_error *err)
{
    double accuracy = t->done ? (double)t->correct / (double)t->done : 0;
    switch (cb_output_format(options)) {
    case CB_FORMAT_TABLE:
        fprintf(out, "%s on %s: %zu of %zu right, %.2f %%\n", options->operands[0],
                options->dataset, t->correct, t->done, 100 * accuracy);
        return CB_OK;
    case CB_FORMAT_CSV:
        fputs("file,dataset,images,correct,accuracy,elapsed_s\n", out);
        cb_output_csv_cell(options->operands[0], out);
        putc(',', out);
        cb_output_csv_cell(options->dataset, out);
        fprintf(out, ",%zu,%zu,%.6g,%.4g\n", t->done, t->correct, accuracy, t->elapsed_s);
        return CB_OK;
    case CB_FORMAT_JSON:
        break;
    }
    json_t *document = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:f, s:f}", "schema", "cachebound/network-dataset/1", "file",
        options->operands[0], "dataset", options->dataset, "images", (json_int_t)t->done, "correct",
        (json_int_t)t->correct, "accuracy", accuracy, "elapsed_s", t->elapsed_s);
    cb_status status = document ? cb_write_json(document, out, err)
                                : cb_fail(err, CB_NO_MEMORY, "no memory for the result");
    json_decref(document);
    return status;
}

static cb_status run_trial(trial *t, const cb_options *options, cb_error *err)
{
    cb_status status = one_input(t->net, "--dataset", err);
    if (status != CB_OK)
        return status;
    size_t elements = cb_network_value(t->net, cb_network_input(t->net, 0))->shape.count;
    status = cb_dataset_open(options->dataset, elements, err, &t->images);
    if (status == CB_OK)
        status = cb_exec_new(t->net, NULL, err, &t->runner.exec);
    return status == CB_OK ? try_images(t, options, err) : status;
}

static void end_trial(trial *t)
{
    cb_exec_free(t->runner.exec);
    cb_dataset_free(t->images);
}

cb_status cb_network_run_dataset(const cb_network *net, const cb_options *options, FILE *out,
                                 cb_error *err, bool *interrupted)
{
    trial t = {.net = net};
    cb_status status = run_trial(&t, options, err);
    if (status == CB_OK) {
        *interrupted = t.done < cb_dataset_size(t.images);
        status = write_trial(&t, options, out, err);
    }
    end_trial(&t);
    return status;
}

cb_status cb_network_accuracy(const cb_network *net, const cb_options *options, cb_error *err,
                              double *accuracy)
{
    trial t = {.net = net};
    cb_status status = run_trial(&t, options, err);
    if (status == CB_OK && t.done < cb_dataset_size(t.images))
        status = cb_fail(err, CB_INTERRUPTED, "interrupted after %zu images", t.done);
    if (status == CB_OK)
        *accuracy = t.done ? (double)t.correct / (double)t.done : 0;
    end_trial(&t);
    return status;
}
