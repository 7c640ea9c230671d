#include "cli/kernel_list.h"
#include "cli/membw_options.h"
#include "cli/session.h"

#include <stdlib.h>

static cb_status run_membw(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_membw_run(bench, options, err);
}

cb_status cb_cmd_membw(const cb_options *options, cb_error *err)
{
    cb_session session;
    cb_membw_options membw;
    if (options->list)
        return cb_kernel_list_print(options, "membw", err);
    cb_status status = cb_membw_options_parse(options, err, &membw);
    if (status != CB_OK)
        return status;
    status = cb_session_open(&session, options, false, err);
    if (status == CB_OK) {
        status = cb_session_run(&session, "membw", 1, run_membw, &membw, err);
        status = cb_session_finish(&session, status, err);
        status = cb_session_print(&session, status, err);
        cb_session_free(&session);
    }
    free((void *)membw.blocks);
    return status;
}
