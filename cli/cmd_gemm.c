#include "cli/gemm_options.h"
#include "cli/kernel_list.h"
#include "cli/session.h"

#include <stdlib.h>

static cb_status run_gemm(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_gemm_run(bench, options, err);
}

static cb_status measure(cb_session *session, cb_gemm_options *gemm, cb_error *err)
{
    char log_path[4096];
    cb_status status =
        cb_gemm_log_path(session->options, session->document, err, log_path, sizeof log_path);
    gemm->log_path = log_path;
    status = status ? status : cb_session_run(session, "gemm", 1, run_gemm, gemm, err);
    status = cb_session_finish(session, status, err);
    if (status == CB_OK && gemm->search != CB_GEMM_NO_SEARCH)
        cb_note(&session->progress, "log: %s", log_path);
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
