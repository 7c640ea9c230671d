#include "bench/peak/peak.h"

#include "cli/kernel_list.h"
#include "cli/session.h"

static cb_status run_peak(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_peak_run(bench, options, err);
}

cb_status cb_cmd_peak(const cb_options *options, cb_error *err)
{
    cb_session session;
    const cb_peak_options peak = {
        .dtypes = options->dtype, .paper_mode = options->paper, .latency = options->latency};
    if (options->list)
        return cb_kernel_list_print(options, "peak", err);
    cb_status status = cb_session_open(&session, options, false, err);
    if (status != CB_OK)
        return status;
    status = cb_session_run(&session, "peak", 1, run_peak, &peak, err);
    status = cb_session_finish(&session, status, err);
    status = cb_session_print(&session, status, err);
    cb_session_free(&session);
    return status;
}
