#include "cli/gemm_bandwidths.h"
#include "cli/gemm_options.h"
#include "cli/kernel_list.h"
#include "cli/session.h"

#include <stdlib.h>

static cb_status run_gemm(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_gemm_run(bench, options, err);
}

static void tell_bandwidths(cb_session *session, const cb_gemm_options *gemm)
{
    if (gemm->search == CB_GEMM_NO_SEARCH)
        return;
    cb_note(&session->progress, "bandwidths for the prediction: %s",
            gemm->bandwidths_from ? gemm->bandwidths_from : "measured by the tuner");
}

static cb_status measure(cb_session *session, cb_gemm_options *gemm, cb_error *err)
{
    char log_path[4096];
    cb_gemm_bandwidth *bandwidths = NULL;
    cb_status status =
        cb_gemm_log_path(session->options, session->document, err, log_path, sizeof log_path);
    gemm->log_path = log_path;
    gemm->bandwidths_from = session->options->results;
    if (status == CB_OK && gemm->bandwidths_from)
        status = cb_gemm_bandwidths_read(gemm->bandwidths_from, session->document, err, &bandwidths,
                                         &gemm->bandwidth_count);
    gemm->bandwidths = bandwidths;
    if (status == CB_OK)
        tell_bandwidths(session, gemm);
    status = status ? status : cb_session_run(session, "gemm", 1, run_gemm, gemm, err);
    status = cb_session_finish(session, status, err);
    if (status == CB_OK && gemm->search != CB_GEMM_NO_SEARCH)
        cb_note(&session->progress, "log: %s", log_path);
    free(bandwidths);
    return cb_session_print(session, status, err);
}

cb_status cb_cmd_gemm(const cb_options *options, cb_error *err)
{
    cb_session session;
    cb_gemm_options gemm;
    if (options->list)
        return cb_kernel_list_print(options, "gemm", err);
    cb_status status = cb_gemm_options_parse(options, err, &gemm);
    if (status != CB_OK)
        return status;
    status = cb_session_open(&session, options, false, err);
    if (status == CB_OK) {
        status = measure(&session, &gemm, err);
        cb_session_free(&session);
    }
    free((void *)gemm.shapes);
    return status;
}
