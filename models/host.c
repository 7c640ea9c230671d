#include "models/host.h"

#include "results/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A kernel with fewer rows shares the costs of its implementation. */
enum { FEWEST_ROWS = 24, ROUNDS = 4000 };

static const char *const term_names[CB_HOST_TERMS] = {
    "call", "macs",     "tiles",        "tile_macs",    "lines",
    "taps", "gathered", "weight_bytes", "floats_taken", "outputs",
};

/* ---- what a row says ---- */

typedef struct {
    double x[CB_HOST_TERMS];
    double time_s;
} sample;

static double count_of(const json_t *row, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "counts.%s", name);
    return cb_row_number(row, path, 0);
}

/* Products of a kernel are its tiles'; floats that are made cost like those that are taken. */
static void read_terms(const json_t *row, double *x)
{
    const char *means = cb_row_text(row, "variant");
    const bool by_tiles = count_of(row, "tile_macs") > 0;
    for (size_t i = 0; i < CB_HOST_TERMS; i++)
        x[i] = i ? count_of(row, term_names[i]) : 1;
    if (by_tiles)
        x[1] = 0;
    x[8] += count_of(row, "floats_made");
    if (means && strcmp(means, "executor") == 0)
        x[6] = count_of(row, "inputs");
}

static void class_names(const json_t *row, char *own, char *shared, size_t bytes)
{
    const char *means = cb_row_text(row, "variant"), *kernel = cb_row_text(row, "kernel");
    const char *covers = cb_row_text(row, "params.covers");
    bool executor = means && strcmp(means, "executor") == 0;
    snprintf(shared, bytes, "%.31s", means ? means : "?");
    snprintf(own, bytes, "%.31s %.60s", means ? means : "?",
             executor ? (covers ? covers : "?") : (kernel ? kernel : "?"));
}

static bool is_layer(const json_t *row)
{
    const char *family = cb_row_text(row, "family");
    return family && strcmp(family, "network") == 0 && json_object_get(row, "counts");
}

static bool is_measured(const json_t *row, const char *without)
{
    const char *status = cb_row_text(row, "status"), *net = cb_row_text(row, "params.network");
    return is_layer(row) && status && strcmp(status, "ok") == 0 &&
           cb_row_number(row, "time_s.median", 0) > 0 &&
           !(without && net && strcmp(net, without) == 0);
}

/* ---- fitting ---- */

/* Least squares of relative errors with costs that are not negative, term by term in turn. */
static void fit_class(const sample *samples, size_t count, cb_host_class *class)
{
    double gram[CB_HOST_TERMS][CB_HOST_TERMS] = {{0}}, right[CB_HOST_TERMS] = {0};
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < CB_HOST_TERMS; i++) {
            double xi = samples[s].x[i] / samples[s].time_s;
            right[i] += xi;
            for (size_t j = 0; j < CB_HOST_TERMS; j++)
                gram[i][j] += xi * samples[s].x[j] / samples[s].time_s;
        }
    memset(class->cost_s, 0, sizeof class->cost_s);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < CB_HOST_TERMS; i++) {
            double rest = right[i];
            for (size_t j = 0; j < CB_HOST_TERMS; j++)
                rest -= j == i ? 0 : gram[i][j] * class->cost_s[j];
            class->cost_s[i] = gram[i][i] > 0 && rest > 0 ? rest / gram[i][i] : 0;
        }
    double squares = 0;
    for (size_t s = 0; s < count; s++) {
        double predicted = 0;
        for (size_t i = 0; i < CB_HOST_TERMS; i++)
            predicted += class->cost_s[i] * samples[s].x[i];
        squares += pow(predicted / samples[s].time_s - 1, 2);
    }
    class->rows = count;
    class->spread = count ? sqrt(squares / (double)count) : 0;
}

static cb_host_class *find_class(const cb_host *host, const char *name)
{
    for (size_t i = 0; i < host->count; i++)
        if (strcmp(host->classes[i].name, name) == 0)
            return (cb_host_class *)&host->classes[i];
    return NULL;
}

static void name_class(cb_host *host, const char *name)
{
    if (find_class(host, name) || host->count == CB_HOST_CLASSES)
        return;
    cb_host_class *class = &host->classes[host->count++];
    *class = (cb_host_class){.rows = 0};
    snprintf(class->name, sizeof class->name, "%s", name);
}

static size_t collect(const json_t *rows, const char *name, const char *without, sample *samples)
{
    size_t i, count = 0;
    json_t *row;
    char own[96], shared[96];
    json_array_foreach(rows, i, row)
    {
        if (!is_measured(row, without))
            continue;
        class_names(row, own, shared, sizeof own);
        if (strcmp(own, name) != 0 && strcmp(shared, name) != 0)
            continue;
        read_terms(row, samples[count].x);
        samples[count++].time_s = cb_row_number(row, "time_s.median", 0);
    }
    return count;
}

cb_status cb_host_fit(const json_t *results, const char *without, cb_error *err, cb_host *host)
{
    const json_t *rows = json_object_get(results, "results");
    sample *samples = malloc((json_array_size(rows) + 1) * sizeof *samples);
    size_t i;
    json_t *row;
    char own[96], shared[96];
    if (!samples)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the layers' times");
    host->count = 0;
    json_array_foreach(rows, i, row)
    {
        if (!is_measured(row, without))
            continue;
        class_names(row, own, shared, sizeof own);
        name_class(host, own);
        name_class(host, shared);
    }
    for (i = 0; i < host->count; i++) {
        cb_host_class *class = &host->classes[i];
        fit_class(samples, collect(rows, class->name, without, samples), class);
    }
    free(samples);
    if (host->count)
        return CB_OK;
    return cb_fail(err, CB_USAGE,
                   "no layers of networks: measure some with `cachebound network "
                   "made-up:60 --run --backend kernels`");
}

double cb_host_predict(const cb_host *host, const json_t *row)
{
    double x[CB_HOST_TERMS], time_s = 0;
    char own[96], shared[96];
    class_names(row, own, shared, sizeof own);
    const cb_host_class *class = find_class(host, own);
    const bool executor = strncmp(own, "executor", 8) == 0;
    if (!class || (class->rows < FEWEST_ROWS && !executor))
        class = find_class(host, shared);
    if (!class)
        return 0;
    read_terms(row, x);
    for (size_t i = 0; i < CB_HOST_TERMS; i++)
        time_s += class->cost_s[i] * x[i];
    return time_s;
}

/* ---- the cost file ---- */

json_t *cb_host_to_json(const cb_host *host)
{
    json_t *layers = json_array();
    for (size_t i = 0; i < host->count; i++) {
        const cb_host_class *c = &host->classes[i];
        json_t *costs = json_object();
        for (size_t t = 0; t < CB_HOST_TERMS; t++)
            if (c->cost_s[t] > 0)
                json_object_set_new(costs, term_names[t], json_real(c->cost_s[t]));
        json_array_append_new(layers,
                              json_pack("{s:s, s:I, s:o, s:f}", "class", c->name, "rows",
                                        (json_int_t)c->rows, "cost_s", costs, "spread", c->spread));
    }
    return layers;
}

cb_status cb_host_from_json(const json_t *layers, cb_error *err, cb_host *host)
{
    size_t i;
    json_t *one;
    host->count = 0;
    json_array_foreach(layers, i, one)
    {
        const char *name = cb_row_text(one, "class");
        if (!name || host->count == CB_HOST_CLASSES)
            return cb_fail(err, CB_PARSE, "layers[%zu]: expected a class with its costs", i);
        cb_host_class *c = &host->classes[host->count++];
        *c = (cb_host_class){.rows = (size_t)cb_row_number(one, "rows", 0),
                             .spread = cb_row_number(one, "spread", 0)};
        snprintf(c->name, sizeof c->name, "%.90s", name);
        for (size_t t = 0; t < CB_HOST_TERMS; t++)
            c->cost_s[t] =
                json_number_value(json_object_get(json_object_get(one, "cost_s"), term_names[t]));
    }
    if (host->count)
        return CB_OK;
    return cb_fail(err, CB_PARSE,
                   "the cost file has no layers of networks; give `calibrate "
                   "--results` a document of `network made-up:60 --run` too");
}
