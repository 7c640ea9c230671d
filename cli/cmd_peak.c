#include "bench/peak/peak.h"

#include "cli/kernel_list.h"
#include "cli/session.h"

/* How long other attempts may take at what stands below its core's known limit. */
enum { QUICK_AGAIN_S = 5, AGAIN_S = 15 };

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
    const cb_later later = {"peak again", run_peak, &peak};
    if (status == CB_OK && !options->paper)
        status = cb_session_run_again(&session, options->quick ? QUICK_AGAIN_S : AGAIN_S, &later, 1,
                                      err);
    status = cb_session_finish(&session, status, err);
    status = cb_session_print(&session, status, err);
    cb_session_free(&session);
    return status;
}
