/* The whole of it: peaks, operators, bandwidths, latencies, a document, plots, a summary. */
#include "bench/bitserial/bitserial.h"
#include "bench/conv/conv.h"
#include "bench/gemm/gemm_bench.h"
#include "bench/membw/membw.h"
#include "bench/peak/peak.h"

#include "cli/session.h"
#include "models/summary.h"
#include "plots/plot.h"

#include <stdlib.h>
#include <string.h>

/* Plots and the last steps come on top: a minute and ten in all. */
enum { QUICK_S = 44, FULL_S = 450, QUICK_AGAIN_S = 6, FULL_AGAIN_S = 30 };

static cb_status run_peak(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_peak_run(bench, options, err);
}

static cb_status run_membw(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_membw_run(bench, options, err);
}

static cb_status run_gemm(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_gemm_run(bench, options, err);
}

static cb_status run_conv(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_conv_run(bench, options, err);
}

static cb_status run_bitserial(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_bitserial_run(bench, options, err);
}

static cb_status measure_int8(cb_session *session, cb_error *err)
{
    const cb_gemm_options gemm = {.dtypes = "u8s8,s8", .variants = "tuned"};
    return cb_session_run(session, "int8 gemm", 0.1, run_gemm, &gemm, err);
}

/* The paper's layers on narrow numbers; not with --quick. */
static cb_status measure_narrow_conv(cb_session *session, cb_error *err)
{
    static const cb_bits_width widths[] = {{1, 1}, {2, 2}};
    cb_layers layers = {0};
    if (session->options->quick)
        return CB_OK;
    cb_status status = cb_layers_select("resnet18:*", err, &layers);
    const cb_conv_options conv = {.layers = layers.items,
                                  .layer_count = layers.count,
                                  .dtypes = "u8s8",
                                  .variants = "direct,indirect"};
    const cb_bits_options bits = {.layers = layers.items,
                                  .layer_count = layers.count,
                                  .widths = widths,
                                  .width_count = sizeof widths / sizeof *widths,
                                  .scheme = cb_bits_scheme_of("unipolar"),
                                  .variants = CB_BITS_VARIANT_TUNED};
    status = status ? status : cb_session_run(session, "int8 conv", 0.1, run_conv, &conv, err);
    status =
        status ? status : cb_session_run(session, "bitserial conv", 0.1, run_bitserial, &bits, err);
    cb_layers_free(&layers);
    return status;
}

/* The paper's layers; a few of them with --quick. */
static cb_status measure_conv(cb_session *session, cb_error *err)
{
    bool quick = session->options->quick;
    cb_layers layers = {0};
    cb_status status = cb_layers_select(
        quick ? "resnet18:C2,resnet18:C8,resnet18:C10" : "resnet18:*", err, &layers);
    const cb_conv_options conv = {.layers = layers.items,
                                  .layer_count = layers.count,
                                  .dtypes = "f32",
                                  .variants = quick ? "spatialpack,indirect,winograd4"
                                                    : "spatialpack,im2col,indirect,winograd2,"
                                                      "winograd4,onednn"};
    status = status ? status : cb_session_run(session, "conv", 0.15, run_conv, &conv, err);
    cb_layers_free(&layers);
    return status;
}

/* A pair of widths for each width in full, and squares that lie in the L1 to beyond the L2. */
static cb_status measure_bitserial(cb_session *session, cb_error *err)
{
    static const cb_bits_width widths[] = {{1, 1}, {2, 2}, {4, 4}};
    bool quick = session->options->quick;
    cb_gemm_shape *shapes = NULL;
    size_t count = 0;
    cb_status status = cb_gemm_shapes_parse(
        NULL, quick ? "128,512" : "64,128,181,256,512,724,1024,2048", err, &shapes, &count);
    const cb_bits_options bits = {.shapes = shapes,
                                  .shape_count = count,
                                  .widths = widths,
                                  .width_count = quick ? 2 : 3,
                                  .scheme = cb_bits_scheme_of("unipolar"),
                                  .variants = CB_BITS_VARIANT_TUNED};
    status =
        status ? status : cb_session_run(session, "bitserial", 0.15, run_bitserial, &bits, err);
    free(shapes);
    return status;
}

/* What the time model learns from (`calibrate --results`). */
static cb_status measure_operators(cb_session *session, cb_error *err)
{
    const cb_gemm_options gemm = {.variants = NULL};
    cb_status status = cb_session_run(session, "gemm", 0.2, run_gemm, &gemm, err);
    status = status ? status : measure_int8(session, err);
    status = status ? status : measure_conv(session, err);
    status = status ? status : measure_narrow_conv(session, err);
    return status ? status : measure_bitserial(session, err);
}

static cb_status measure(cb_session *session, cb_error *err)
{
    const cb_peak_options peak = {.dtypes = NULL};
    const cb_membw_options membw = {.pages = CB_PAGES_DEFAULT};
    session->later_attempts = true;
    cb_session_set_time(session, session->options->quick ? QUICK_S : FULL_S);
    cb_status status = cb_session_run(session, "peak", 0.3, run_peak, &peak, err);
    status = status ? status : measure_operators(session, err);
    status = status ? status : cb_session_run(session, "membw", 0.85, run_membw, &membw, err);
    double least_s = session->options->quick ? QUICK_AGAIN_S : FULL_AGAIN_S;
    const cb_later later[] = {{"peak again", run_peak, &peak}, {"membw again", run_membw, &membw}};
    return status ? status : cb_session_run_again(session, least_s, later, 2, err);
}

/* "results/vm/20240501.json" becomes "results/vm/20240501". */
static void folder_beside(const char *path, char *folder, size_t bytes)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    int length = dot && dot > path && (!slash || dot > slash + 1) ? (int)(dot - path) : -1;
    if (length < 0)
        snprintf(folder, bytes, "%s.plots", path);
    else
        snprintf(folder, bytes, "%.*s", length, path);
}

static void tell_plots(cb_session *session, const cb_plot_report *report, const char *folder)
{
    for (size_t i = 0; i < report->note_count; i++)
        cb_note(&session->progress, "note: %s", report->notes[i]);
    if (report->gnuplot_missing)
        cb_warn(&session->progress,
                "gnuplot is missing (apt-get install gnuplot-nox): %zu scripts with their data are "
                "in %s/, no pictures",
                report->plots, folder);
    else
        cb_note(&session->progress, "plots: %s/", folder);
}

/* Plots of what was measured. Results that are already safe do not get lost over a plot. */
static cb_status plot(cb_session *session, cb_status status, cb_error *err)
{
    char folder[sizeof session->sink.path + 8];
    const json_t *document = session->document;
    cb_plot_report report;
    if (status != CB_OK || session->options->no_plots || session->sink.is_stream)
        return status;
    if (cb_results_emulated(document)) {
        cb_warn(&session->progress, "emulated: nothing is plotted, for these are no measurements");
        return status;
    }
    folder_beside(session->sink.path, folder, sizeof folder);
    status = cb_plot_all(&document, 1, folder, err, &report);
    if (status == CB_OK)
        tell_plots(session, &report, folder);
    cb_plot_report_free(&report);
    return status;
}

/* The summary, or with --format the document. */
static cb_status print(cb_session *session, cb_status status, cb_error *err)
{
    const cb_options *options = session->options;
    cb_error why;
    if (options->format_given && !options->output && options->format != CB_FORMAT_TABLE)
        return cb_session_print(session, status, err);
    if (options->quiet || !cb_results_count(session->document))
        return status;
    if (cb_summary_write(session->document, stdout, &why) == CB_OK)
        return status;
    clearerr(stdout);
    return cb_fail(err, CB_IO, "standard output: %.200s; the results are in %.200s", why.text,
                   session->sink.path);
}

cb_status cb_cmd_characterize(const cb_options *options, cb_error *err)
{
    cb_session session;
    cb_status status = cb_session_open(&session, options, true, err);
    if (status != CB_OK)
        return status;
    status = cb_session_finish(&session, measure(&session, err), err);
    status = plot(&session, status, err);
    status = print(&session, status, err);
    cb_session_free(&session);
    return status;
}
