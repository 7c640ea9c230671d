/* The whole of it: peaks, bandwidths, latencies, a document, plots, a summary. */
#include "bench/membw/membw.h"
#include "bench/peak/peak.h"

#include "cli/session.h"
#include "models/summary.h"

static cb_status run_peak(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_peak_run(bench, options, err);
}

static cb_status run_membw(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_membw_run(bench, options, err);
}

static cb_status measure(cb_session *session, cb_error *err)
{
    const cb_peak_options peak = {.dtypes = NULL};
    const cb_membw_options membw = {.pages = CB_PAGES_DEFAULT};
    cb_status status = cb_session_run(session, "peak", run_peak, &peak, err);
    return status ? status : cb_session_run(session, "membw", run_membw, &membw, err);
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
    status = print(&session, status, err);
    cb_session_free(&session);
    return status;
}
