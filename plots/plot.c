#include "plots/plot.h"

#include "models/machines.h"
#include "models/rows.h"
#include "plots/plots.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

cb_style cb_plot_style(size_t i)
{
    static const int colours[] = {1, 2, 3, 4, 0, 5, 6};
    static const int shapes[] = {7, 5, 9, 13, 6, 4, 8, 12, 10};
    return (cb_style){
        .colour = colours[i % 7], .dash = (int)(i % 5), .shape = shapes[i % 9], .width = 1.8};
}

const char *cb_plot_ops_unit(const char *dtype)
{
    return dtype[0] == 'f' || strncmp(dtype, "bf", 2) == 0 ? "FLOP/s" : "OP/s";
}

void cb_plot_slug(const char *name, char *slug, size_t bytes)
{
    size_t used = 0;
    for (const char *c = name; *c && used + 1 < bytes; c++) {
        bool plain = isalnum((unsigned char)*c) || *c == '_' || *c == '-' || (*c == '.' && used);
        if (plain)
            slug[used++] = *c;
        else if (used && slug[used - 1] != '-')
            slug[used++] = '-';
    }
    while (used && slug[used - 1] == '-')
        used--;
    if (!used && bytes > 1)
        slug[used++] = 'x';
    slug[used] = 0;
}

void cb_plot_report_free(cb_plot_report *report)
{
    for (size_t i = 0; i < report->file_count; i++)
        free(report->files[i]);
    for (size_t i = 0; i < report->note_count; i++)
        free(report->notes[i]);
    free(report->files);
    free(report->notes);
    *report = (cb_plot_report){0};
}

static const char *machine_text(const json_t *document, const char *key)
{
    char path[64];
    snprintf(path, sizeof path, "context.machine.%s", key);
    const char *text = cb_row_text(document, path);
    return text ? text : "";
}

/* "measured 2026-11-21", "published figures", or both. */
static void describe_origin(const json_t *document, char *text, size_t bytes)
{
    size_t published = 0, measured = 0;
    for (size_t i = 0; i < cb_results_count(document); i++) {
        const json_t *row = cb_results_row(document, i);
        published += cb_row_ok(row) && cb_row_published(row);
        measured += cb_row_ok(row) && !cb_row_published(row);
    }
    const char *started = cb_row_text(document, "context.environment.started");
    if (!measured)
        snprintf(text, bytes, "published figures, not measured here");
    else
        snprintf(text, bytes, "measured%s%.10s%s", started ? " " : "", started ? started : "",
                 published ? " and published figures" : "");
}

static cb_status plot_kind(cb_plot_context *context)
{
    cb_levels levels;
    cb_status status = cb_levels_find(context->document, context->core_kind, context->err, &levels);
    if (status)
        return status;
    context->levels = &levels;
    status = cb_plot_rooflines(context);
    if (!status)
        status = cb_plot_bandwidth(context);
    if (!status)
        status = cb_plot_latency(context);
    if (!status)
        status = cb_plot_scaling(context);
    if (!status)
        status = cb_plot_gemm(context);
    if (!status)
        status = cb_plot_conv(context);
    if (!status)
        status = cb_plot_traffic(context);
    if (!status)
        status = cb_plot_bitserial(context);
    cb_levels_free(&levels);
    return status;
}

static void set_names(cb_plot_context *context, bool name_machine, bool name_kind)
{
    const char *name = machine_text(context->document, "name");
    const char *model =
        context->core_kind ? context->core_kind : machine_text(context->document, "cpu_model");
    char slug[40];
    context->prefix[0] = 0;
    if (name_machine) {
        cb_plot_slug(name, slug, sizeof slug);
        snprintf(context->prefix, sizeof context->prefix, "%s_", slug);
    }
    if (name_kind && context->core_kind) {
        size_t used = strlen(context->prefix);
        cb_plot_slug(context->core_kind, slug, sizeof slug);
        snprintf(context->prefix + used, sizeof context->prefix - used, "%s_", slug);
    }
    snprintf(context->machine, sizeof context->machine, "%.60s%s%.50s%s", name, *model ? " (" : "",
             model, *model ? ")" : "");
    describe_origin(context->document, context->origin, sizeof context->origin);
}

static cb_status plot_machine(cb_plot_context *context, bool name_machine)
{
    const char *kinds[CB_DTYPES_MAX];
    size_t count = cb_rows_core_kinds(context->document, kinds, CB_DTYPES_MAX);
    cb_status status = CB_OK;
    for (size_t k = 0; k < count && !status; k++) {
        context->core_kind = kinds[k];
        set_names(context, name_machine, count > 1);
        status = plot_kind(context);
    }
    return status;
}

cb_status cb_plot_folder(const char *directory, cb_error *err)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s", directory) >= sizeof path || !*path)
        return cb_fail(err, CB_IO, "'%.80s' is no folder that plots can go to", directory);
    for (char *c = path + 1;; c++) {
        char end = *c;
        if (end && end != '/')
            continue;
        *c = 0;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return cb_fail(err, CB_IO, "%s: the folder cannot be made: %s", path, strerror(errno));
        if (!end)
            return CB_OK;
        *c = end;
    }
}

cb_status cb_plot_all(const json_t *const *documents, size_t count, const char *directory,
                      cb_error *err, cb_plot_report *report)
{
    *report = (cb_plot_report){0};
    size_t machines = 0;
    cb_status status = cb_machines_check(documents, count, "plotted", err);
    if (!status)
        status = cb_plot_folder(directory, err);
    for (size_t i = 0; i < count && !status; i++)
        machines += !cb_machines_seen(documents, i);
    for (size_t i = 0; i < count && !status; i++) {
        if (cb_machines_seen(documents, i))
            continue;
        json_t *all = cb_machines_merge(documents, count, i);
        cb_plot_context context = {
            .document = all, .directory = directory, .err = err, .report = report};
        status = all ? plot_machine(&context, machines > 1)
                     : cb_fail(err, CB_NO_MEMORY, "no memory for the documents' rows");
        json_decref(all);
    }
    return status;
}
