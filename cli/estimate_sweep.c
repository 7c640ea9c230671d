#include "cli/estimate_sweep.h"

#include "cli/estimate_deadline.h"
#include "cli/estimate_files.h"
#include "cli/estimate_plots.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/threads.h"
#include "models/accel/variant.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_VARIANTS = 100000 };

/* A network with one implementation file, before nodes are changed. */
typedef struct {
    cb_accel_model model;
    double accuracy;
} base_model;

typedef struct {
    const cb_options *options;
    cb_accel_axis axes[CB_TEXTS];
    size_t axis_count;
    base_model *bases; /* networks x implementation files */
    size_t base_count;
    cb_accel_variant *variants;
    size_t variant_count;
    cb_progress progress;
    double painted_s;
} session;

static const cb_accel_axis *axis_named(const session *s, const char *key)
{
    for (size_t i = 0; i < s->axis_count; i++)
        if (strcmp(s->axes[i].key, key) == 0)
            return &s->axes[i];
    return NULL;
}

static cb_status read_axes(session *s, cb_error *err)
{
    cb_status status = CB_OK;
    for (size_t i = 0; status == CB_OK && i < s->options->sweep.count; i++) {
        cb_accel_axis axis;
        status = cb_accel_axis_parse(s->options->sweep.item[i], err, &axis);
        if (status != CB_OK)
            return status;
        bool twice = axis_named(s, axis.key) != NULL;
        s->axes[s->axis_count++] = axis;
        if (twice)
            status = cb_fail(err, CB_USAGE, "--sweep %.80s stands there twice", axis.key);
    }
    return status;
}

/* ---- networks and implementation files ---- */

/* "N.onnx+I.yaml" */
static void split_files(const char *value, char *network, size_t bytes, const char **impl)
{
    const char *plus = strrchr(value, '+');
    int length = plus ? (int)(plus - value) : (int)strlen(value);
    snprintf(network, bytes, "%.*s", length, value);
    if (plus)
        *impl = plus + 1;
}

static cb_status read_base(session *s, const char *network, const char *impl, cb_error *err,
                           base_model *base)
{
    cb_status status = cb_estimate_model(network, impl, err, &base->model);
    return status == CB_OK ? cb_estimate_accuracy(network, s->options, err, &base->accuracy)
                           : status;
}

static cb_status read_bases(session *s, cb_error *err)
{
    const cb_accel_axis *networks = axis_named(s, "network"), *impls = axis_named(s, "impl");
    size_t network_count = networks ? networks->count : 1, impl_count = impls ? impls->count : 1;
    cb_status status = CB_OK;
    s->bases = calloc(network_count * impl_count, sizeof *s->bases);
    if (!s->bases)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the sweep's networks");
    for (; status == CB_OK && s->base_count < network_count * impl_count; s->base_count++) {
        char path[4096];
        const char *network = s->options->network, *impl = s->options->impl;
        if (networks) {
            split_files(networks->values[s->base_count / impl_count], path, sizeof path, &impl);
            network = path;
        }
        if (impls)
            impl = impls->values[s->base_count % impl_count];
        status = read_base(s, network, impl, err, &s->bases[s->base_count]);
    }
    return status;
}

/* ---- variants ---- */

static cb_status copy_model(const cb_accel_model *from, cb_error *err, cb_accel_model *to)
{
    to->layers = malloc((from->count + 1) * sizeof *to->layers);
    if (!to->layers)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the sweep's layers");
    memcpy(to->layers, from->layers, from->count * sizeof *to->layers);
    to->count = from->count;
    return CB_OK;
}

/* Variant number `index` of the model axes, the last of them fastest. */
static cb_status make_variant(session *s, size_t index, cb_error *err, cb_accel_variant *variant)
{
    const cb_accel_axis *networks = axis_named(s, "network"), *impls = axis_named(s, "impl");
    size_t value[CB_TEXTS] = {0}, network = 0, impl = 0;
    for (size_t i = s->axis_count; i-- > 0;) {
        if (s->axes[i].kind != CB_AXIS_MODEL)
            continue;
        value[i] = index % s->axes[i].count;
        index /= s->axes[i].count;
        if (&s->axes[i] == networks)
            network = value[i];
        if (&s->axes[i] == impls)
            impl = value[i];
    }
    const base_model *base = &s->bases[network * (impls ? impls->count : 1) + impl];
    bool own_widths = !networks && !s->options->network;
    variant->accuracy = base->accuracy;
    cb_status status = copy_model(&base->model, err, &variant->model);
    for (size_t i = 0; status == CB_OK && i < s->axis_count; i++)
        if (s->axes[i].kind == CB_AXIS_MODEL && &s->axes[i] != networks && &s->axes[i] != impls)
            status = cb_accel_node_set(s->axes[i].key, s->axes[i].values[value[i]], own_widths, err,
                                       &variant->model);
    variant->refused = status == CB_OK ? cb_accel_model_refused(&variant->model) : NULL;
    return status;
}

static cb_status make_variants(session *s, cb_error *err)
{
    size_t count = cb_accel_sweep_variants(s->axes, s->axis_count);
    cb_status status = CB_OK;
    if (count > MOST_VARIANTS)
        return cb_fail(err, CB_USAGE, "--sweep: more than %d networks and implementations",
                       MOST_VARIANTS);
    s->variants = calloc(count, sizeof *s->variants);
    if (!s->variants)
        return cb_fail(err, CB_NO_MEMORY, "no memory for the sweep's networks");
    for (; status == CB_OK && s->variant_count < count; s->variant_count++)
        status = make_variant(s, s->variant_count, err, &s->variants[s->variant_count]);
    return status;
}

/* ---- run ---- */

static bool paint(void *user, size_t done, size_t total)
{
    session *s = user;
    double now_s = cb_progress_now_s();
    if (now_s - s->painted_s > 0.1 && done < total) {
        cb_progress_step(&s->progress, done, total, "points");
        s->painted_s = now_s;
    }
    return *cb_interrupt_flag() == 0;
}

static cb_status thread_count(const cb_options *options, cb_error *err, int *threads)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    int most = cpus > 1 ? (int)cpus : 1, *counts = NULL;
    size_t count = 0;
    cb_thread_limits limits = {most, most, most};
    cb_status status = cb_threads_parse(options->threads ? options->threads : "max", &limits, err,
                                        &counts, &count);
    if (status == CB_OK && count != 1)
        status = cb_fail(err, CB_USAGE, "--threads: one number for a sweep");
    if (status == CB_OK)
        *threads = counts[0];
    free(counts);
    return status;
}

static cb_status write_points(const session *s, const cb_sweep_view *view, cb_error *err)
{
    cb_output output;
    cb_status status = cb_output_open(s->options, err, &output);
    if (status != CB_OK)
        return status;
    switch (cb_output_format(s->options)) {
    case CB_FORMAT_TABLE:
        status = cb_sweep_print_table(view, output.stream, err);
        break;
    case CB_FORMAT_CSV:
        cb_sweep_print_csv(view, output.stream);
        break;
    case CB_FORMAT_JSON:
        status = cb_sweep_print_json(view, output.stream, err);
        break;
    }
    return cb_output_close(&output, status, err);
}

static cb_status run(session *s, const cb_accel_platform *platform, cb_error *err)
{
    cb_accel_point *points = NULL;
    bool fastest = s->options->tiler && strcmp(s->options->tiler, "fastest") == 0;
    cb_accel_sweep sweep = {.platform = platform,
                            .axes = s->axes,
                            .axis_count = s->axis_count,
                            .variants = s->variants,
                            .tiler = fastest ? CB_TILER_FASTEST : CB_TILER_DORY,
                            .progress = paint,
                            .user = s};
    cb_sweep_view view = {.sweep = &sweep, .count = cb_accel_sweep_points(&sweep)};
    cb_deadlines deadlines = {0};
    cb_status status = thread_count(s->options, err, &sweep.threads);
    if (status == CB_OK)
        status = cb_deadlines_parse(s->options->deadline, &s->variants[0].model, err, &deadlines);
    if (status == CB_OK && deadlines.count)
        status = cb_fail(err, CB_USAGE, "--deadline: a sweep takes one for the network alone");
    view.deadline_s = deadlines.whole_s;
    double started_s = cb_progress_now_s();
    cb_progress_phase(&s->progress, "sweep");
    if (status == CB_OK)
        status = cb_accel_sweep_run(&sweep, err, &points);
    cb_progress_clear(&s->progress);
    if (status == CB_OK)
        status = cb_accel_front(points, view.count, err, &view.on_front);
    cb_detail(&s->progress, "%zu points in %.3f s, %d threads", view.count,
              cb_progress_now_s() - started_s, sweep.threads);
    view.points = points;
    if (status == CB_OK)
        status = write_points(s, &view, err);
    if (status == CB_OK)
        status = cb_estimate_plot_sweep(s->options, &view, err);
    free(points);
    return status;
}

static void clean_up(session *s)
{
    for (size_t i = 0; i < s->variant_count; i++)
        cb_accel_model_free(&s->variants[i].model);
    for (size_t i = 0; i < s->base_count; i++)
        cb_accel_model_free(&s->bases[i].model);
    for (size_t i = 0; i < s->axis_count; i++)
        cb_accel_axis_free(&s->axes[i]);
    free(s->variants);
    free(s->bases);
}

cb_status cb_estimate_sweep(const cb_options *options, const cb_accel_platform *platform,
                            cb_error *err)
{
    session s = {.options = options, .progress = cb_progress_new(options)};
    cb_status status = read_axes(&s, err);
    if (status == CB_OK && !options->network && !options->impl && !axis_named(&s, "network") &&
        !axis_named(&s, "impl"))
        status = cb_fail(err, CB_USAGE, "name a network (--network) or an implementation file");
    if (status == CB_OK)
        status = read_bases(&s, err);
    if (status == CB_OK)
        status = make_variants(&s, err);
    if (status == CB_OK)
        status = run(&s, platform, err);
    clean_up(&s);
    return status;
}
