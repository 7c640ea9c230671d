#include "cli/estimate_plots.h"

#include "plots/plot_accel.h"

#include <stdlib.h>
#include <string.h>

/* Standard output has the estimate; what was drawn is told beside it. */
static cb_status tell(const cb_options *options, const cb_plot_report *report, cb_error *err)
{
    for (size_t i = 0; i < report->note_count && !options->quiet; i++)
        fprintf(stderr, "cachebound: %s\n", report->notes[i]);
    if (!options->quiet)
        fprintf(stderr, "cachebound: %zu plots in %s\n", report->plots, options->plots);
    if (report->gnuplot_missing)
        return cb_fail(err, CB_UNSUPPORTED,
                       "gnuplot is not installed, so there are scripts and data but no pictures; "
                       "install the package gnuplot-nox");
    return CB_OK;
}

static void base_name(const char *path, char *text, size_t bytes)
{
    const char *slash = strrchr(path, '/');
    snprintf(text, bytes, "%.110s", slash ? slash + 1 : path);
}

cb_status cb_estimate_plot(const cb_options *options, const cb_estimate_view *view, cb_error *err)
{
    cb_plot_report report = {0};
    cb_accel_case only = {
        .platform = view->platform, .model = view->model, .estimate = view->estimate};
    if (!options->plots)
        return CB_OK;
    base_name(options->impl ? options->impl : options->network, only.name, sizeof only.name);
    cb_status status = cb_plot_accel_layers(&only, 1, "", true, options->plots, err, &report);
    if (status == CB_OK)
        status = tell(options, &report, err);
    cb_plot_report_free(&report);
    return status;
}

/* Estimates of the points where one axis has its first values and all others their first one. */
typedef struct {
    cb_accel_case cases[CB_PLOT_CASES];
    cb_accel_platform platforms[CB_PLOT_CASES];
    cb_accel_estimate estimates[CB_PLOT_CASES];
    size_t count;
} side_by_side;

static void forget(side_by_side *s)
{
    for (size_t i = 0; i < s->count; i++)
        cb_accel_estimate_free(&s->estimates[i]);
    s->count = 0;
}

static size_t stride_of(const cb_accel_sweep *sweep, size_t axis)
{
    size_t stride = 1;
    for (size_t i = axis + 1; i < sweep->axis_count; i++)
        stride *= sweep->axes[i].count;
    return stride;
}

static cb_status add_case(const cb_sweep_view *view, size_t axis, size_t value, side_by_side *s,
                          cb_error *err)
{
    size_t point = value * stride_of(view->sweep, axis), variant, n = s->count;
    const cb_accel_axis *a = &view->sweep->axes[axis];
    char short_value[128];
    if (!view->points[point].possible)
        return CB_OK;
    cb_status status = cb_accel_sweep_at(view->sweep, point, err, &s->platforms[n], &variant);
    if (status != CB_OK)
        return status;
    const cb_accel_model *model = &view->sweep->variants[variant].model;
    status = cb_accel_estimate_network(&s->platforms[n], model, view->sweep->tiler, err,
                                       &s->estimates[n]);
    if (status != CB_OK)
        return status;
    base_name(a->values[value], short_value, sizeof short_value);
    s->cases[n] = (cb_accel_case){"", &s->platforms[n], model, &s->estimates[n]};
    if (a->kind == CB_AXIS_MODEL && !strchr(a->key, '.'))
        snprintf(s->cases[n].name, sizeof s->cases->name, "%.110s", short_value);
    else
        snprintf(s->cases[n].name, sizeof s->cases->name, "%.50s %.60s", a->key, short_value);
    s->count++;
    return CB_OK;
}

static cb_status draw_axis(const cb_options *options, const cb_sweep_view *view, size_t axis,
                           cb_error *err, cb_plot_report *report)
{
    const cb_accel_axis *a = &view->sweep->axes[axis];
    static side_by_side s; /* large */
    char stem[80];
    cb_status status = CB_OK;
    s.count = 0;
    for (size_t v = 0; v < a->count && v < CB_PLOT_CASES && status == CB_OK; v++)
        status = add_case(view, axis, v, &s, err);
    cb_plot_slug(a->key, stem, sizeof stem - 1);
    strcat(stem, "_");
    if (status == CB_OK && s.count)
        status = cb_plot_accel_layers(s.cases, s.count, stem, a->kind == CB_AXIS_MODEL,
                                      options->plots, err, report);
    forget(&s);
    return status;
}

cb_status cb_estimate_plot_sweep(const cb_options *options, const cb_sweep_view *view,
                                 cb_error *err)
{
    cb_plot_report report = {0};
    cb_status status = CB_OK;
    if (!options->plots)
        return CB_OK;
    for (size_t i = 0; i < view->sweep->axis_count && status == CB_OK; i++)
        if (view->sweep->axes[i].count > 1 && view->sweep->axes[i].count <= CB_PLOT_CASES)
            status = draw_axis(options, view, i, err, &report);
    if (status == CB_OK)
        status = cb_plot_accel_sweep(view->sweep, view->points, options->plots, err, &report);
    if (status == CB_OK)
        status = tell(options, &report, err);
    cb_plot_report_free(&report);
    return status;
}
