#include "models/host.h"

#include "base/stats.h"
#include "results/results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A kernel with fewer rows shares the costs of its implementation. */
enum { FEWEST_ROWS = 24, ROUNDS = 8, SWEEPS = 1500, NO_CLASS = -1 };

/* What a row counts, and whether all kernels do it with the same code: then they share its cost. */
static const struct {
    const char *name;
    bool shared;
} terms[CB_HOST_TERMS] = {
    {"call", false},         {"macs", false},       {"inputs", false},      {"outputs", false},
    {"tiles", false},        {"edge_tiles", false}, {"tile_macs", false},   {"packed", false},
    {"weight_bytes", false}, {"taps", false},       {"tap_macs", false},    {"tap_rest", false},
    {"lines", false},        {"gathered", true},    {"pieces", true},       {"rounded", true},
    {"bounded", true},       {"followed", true},    {"finish_rest", true},  {"again", true},
    {"again_macs", true},    {"again_line", true},  {"floats_taken", true}, {"floats_made", true},
    {"floats_far", true},
};

/* ---- what a row says ---- */

static double count_of(const json_t *row, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "counts.%s", name);
    return cb_row_number(row, path, 0);
}

static bool is_executor(const json_t *row)
{
    const char *means = cb_row_text(row, "variant");
    return means && strcmp(means, "executor") == 0;
}

/* Products of a kernel are its tiles' or taps'. What was summed again is known of a row that was
 * measured, and expected of another. */
static void read_terms(const json_t *row, double *x)
{
    const bool kernel =
        !is_executor(row) && (count_of(row, "tile_macs") > 0 || count_of(row, "taps") > 0);
    const double expected = count_of(row, "again");
    const double known = cb_row_number(row, "time_s.median", 0) > 0
                             ? cb_row_number(row, "exactness.summed_again", expected)
                             : expected;
    for (size_t i = 0; i < CB_HOST_TERMS; i++)
        x[i] = i ? count_of(row, terms[i].name) : 1;
    for (size_t i = 1; kernel && i <= 3; i++)
        x[i] = 0;
    x[CB_HOST_AGAIN] = known;
    x[CB_HOST_AGAIN + 1] = known * cb_row_number(row, "params.k", 0);
    x[CB_HOST_AGAIN + 2] = known * count_of(row, "again_line");
}

static void class_names(const json_t *row, char *own, char *pooled, size_t bytes)
{
    const char *means = cb_row_text(row, "variant"), *kernel = cb_row_text(row, "kernel");
    const char *covers = cb_row_text(row, "params.covers");
    snprintf(pooled, bytes, "%.31s", means ? means : "?");
    snprintf(own, bytes, "%.31s %.60s", means ? means : "?",
             is_executor(row) ? (covers ? covers : "?") : (kernel ? kernel : "?"));
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

/* ---- least squares ---- */

typedef struct {
    double x[CB_HOST_TERMS];
    double time_s, predicted_s;
    int class; /* of those that are fitted together; NO_CLASS: not in this fit */
} sample;

typedef struct {
    size_t columns;
    double *gram, *right, *cost;
    double *errors; /* room for one a sample */
} equations;

/* Of a term in the samples of a class: shared ones come first. */
static size_t column_of(size_t term, int class)
{
    return terms[term].shared ? term : CB_HOST_TERMS * (size_t)(class + 1) + term;
}

static double log_error(const sample *s)
{
    return s->predicted_s > 0 ? fabs(log(s->predicted_s / s->time_s)) : 0;
}

/* The half of the errors are smaller than this, as of a normal distribution's first deviation. */
static double deviation_of(const sample *samples, size_t count, double *errors)
{
    size_t n = 0;
    for (size_t s = 0; s < count; s++)
        if (samples[s].class != NO_CLASS)
            errors[n++] = log_error(&samples[s]);
    return n ? cb_quantile(errors, n, 0.5) / 0.6745 : 0;
}

/* Symmetric about 1 on a logarithm's scale: errors count in parts of the mean of both times. What
 * is further off than 1.5 deviations was disturbed, and counts by its distance, not its square. */
static double weight_of(const sample *s, double deviation)
{
    double to = s->predicted_s > 0 ? s->predicted_s : s->time_s;
    double error = log_error(s), most = 1.5 * deviation;
    return (error > most && error > 0 ? most / error : 1) / (to * s->time_s);
}

static void add_sample(equations *e, const sample *s, double weight)
{
    for (size_t i = 0; i < CB_HOST_TERMS; i++) {
        const size_t row = column_of(i, s->class);
        if (s->x[i] == 0)
            continue;
        e->right[row] += weight * s->x[i] * s->time_s;
        for (size_t j = 0; j < CB_HOST_TERMS; j++)
            e->gram[row * e->columns + column_of(j, s->class)] += weight * s->x[i] * s->x[j];
    }
}

/* Costs that are not negative, one after the other in turn. */
static void sweep(equations *e)
{
    for (size_t i = 0; i < e->columns; i++) {
        const double *row = e->gram + i * e->columns;
        double rest = e->right[i];
        if (row[i] <= 0)
            continue;
        for (size_t j = 0; j < e->columns; j++)
            rest -= row[j] * e->cost[j];
        e->cost[i] = fmax(0, e->cost[i] + rest / row[i]);
    }
}

static void predict_all(const equations *e, sample *samples, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        samples[s].predicted_s = 0;
        for (size_t i = 0; samples[s].class != NO_CLASS && i < CB_HOST_TERMS; i++)
            samples[s].predicted_s += samples[s].x[i] * e->cost[column_of(i, samples[s].class)];
    }
}

/* Root mean square of the relative errors of a class. */
static double spread_of(const sample *samples, size_t count, int class)
{
    double squares = 0;
    size_t n = 0;
    for (size_t s = 0; s < count; s++) {
        if (samples[s].class != class)
            continue;
        squares += pow(samples[s].predicted_s / samples[s].time_s - 1, 2);
        n++;
    }
    return n ? sqrt(squares / (double)n) : 0;
}

static cb_status fit_samples(sample *samples, size_t count, size_t classes, cb_error *err,
                             equations *out)
{
    equations e = {.columns = CB_HOST_TERMS * (classes + 1)};
    e.gram = calloc(e.columns * e.columns, sizeof *e.gram);
    e.right = calloc(e.columns, sizeof *e.right);
    e.cost = calloc(e.columns, sizeof *e.cost);
    e.errors = calloc(count + 1, sizeof *e.errors);
    *out = e;
    if (!e.gram || !e.right || !e.cost || !e.errors)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the layers' times");
    for (int round = 0; round < ROUNDS; round++) {
        double deviation = round ? deviation_of(samples, count, e.errors) : 1;
        memset(e.gram, 0, e.columns * e.columns * sizeof *e.gram);
        memset(e.right, 0, e.columns * sizeof *e.right);
        for (size_t s = 0; s < count; s++)
            if (samples[s].class != NO_CLASS)
                add_sample(&e, &samples[s], weight_of(&samples[s], deviation));
        for (int i = 0; i < SWEEPS; i++)
            sweep(&e);
        predict_all(&e, samples, count);
    }
    return CB_OK;
}

static void free_equations(equations *e)
{
    free(e->gram);
    free(e->right);
    free(e->cost);
    free(e->errors);
}

/* ---- classes ---- */

static int find_class(const cb_host *host, const char *name)
{
    for (size_t i = 0; i < host->count; i++)
        if (strcmp(host->classes[i].name, name) == 0)
            return (int)i;
    return NO_CLASS;
}

static int name_class(cb_host *host, const char *name)
{
    int at = find_class(host, name);
    if (at == NO_CLASS && host->count < CB_HOST_CLASSES) {
        at = (int)host->count++;
        host->classes[at] = (cb_host_class){.rows = 0};
        snprintf(host->classes[at].name, sizeof host->classes[at].name, "%s", name);
    }
    if (at != NO_CLASS)
        host->classes[at].rows++;
    return at;
}

static void keep_costs(const equations *e, const sample *samples, size_t count, int class,
                       cb_host_class *to)
{
    for (size_t t = 0; t < CB_HOST_TERMS; t++)
        to->cost_s[t] = e->cost[column_of(t, class)];
    to->spread = spread_of(samples, count, class);
}

/* All layers that a test names, each in the class that `names` gives it, fitted together. */
typedef struct {
    bool executor, pooled;
} selection;

static cb_status fit_selection(const json_t *rows, const char *without, selection which,
                               sample *samples, cb_error *err, cb_host *host)
{
    size_t i, count = 0, first = host->count;
    json_t *row;
    equations e;
    char own[96], pooled[96];
    json_array_foreach(rows, i, row)
    {
        if (!is_measured(row, without) || is_executor(row) != which.executor)
            continue;
        class_names(row, own, pooled, sizeof own);
        int class = name_class(host, which.pooled ? pooled : own);
        read_terms(row, samples[count].x);
        samples[count].time_s = cb_row_number(row, "time_s.median", 0);
        samples[count].predicted_s = 0;
        samples[count++].class = class == NO_CLASS ? NO_CLASS : class - (int)first;
    }
    cb_status status = fit_samples(samples, count, host->count - first, err, &e);
    for (size_t c = first; status == CB_OK && c < host->count; c++)
        keep_costs(&e, samples, count, (int)(c - first), &host->classes[c]);
    free_equations(&e);
    return status;
}

cb_status cb_host_fit(const json_t *results, const char *without, cb_error *err, cb_host *host)
{
    static const selection all[] = {{true, false}, {true, true}, {false, false}, {false, true}};
    const json_t *rows = json_object_get(results, "results");
    sample *samples = malloc((json_array_size(rows) + 1) * sizeof *samples);
    cb_status status = CB_OK;
    if (!samples)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the layers' times");
    host->count = 0;
    for (size_t i = 0; status == CB_OK && i < sizeof all / sizeof *all; i++)
        status = fit_selection(rows, without, all[i], samples, err, host);
    free(samples);
    if (status != CB_OK || host->count)
        return status;
    return cb_fail(err, CB_USAGE,
                   "no layers of networks: measure some with `cachebound network "
                   "made-up:200 --run --backend kernels`");
}

double cb_host_predict(const cb_host *host, const json_t *row)
{
    double x[CB_HOST_TERMS], time_s = 0;
    char own[96], pooled[96];
    class_names(row, own, pooled, sizeof own);
    int class = find_class(host, own);
    if (class == NO_CLASS || (host->classes[class].rows < FEWEST_ROWS && !is_executor(row)))
        class = find_class(host, pooled);
    if (class == NO_CLASS)
        return 0;
    read_terms(row, x);
    for (size_t i = 0; i < CB_HOST_TERMS; i++)
        time_s += host->classes[class].cost_s[i] * x[i];
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
                json_object_set_new(costs, terms[t].name, json_real(c->cost_s[t]));
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
                json_number_value(json_object_get(json_object_get(one, "cost_s"), terms[t].name));
    }
    if (host->count)
        return CB_OK;
    return cb_fail(err, CB_PARSE,
                   "the cost file has no layers of networks; give `calibrate "
                   "--results` a document of `network made-up:200 --run` too");
}
