#include "cli/conv_options.h"
#include "cli/kernel_list.h"
#include "cli/session.h"

static cb_status run_conv(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_conv_run(bench, options, err);
}

cb_status cb_cmd_conv(const cb_options *options, cb_error *err)
{
    cb_session session;
    cb_layers layers;
    cb_conv_options conv;
    if (options->list)
        return cb_kernel_list_print(options, "conv", err);
    cb_status status = cb_conv_options_parse(options, err, &layers, &conv);
    if (status != CB_OK)
        return status;
    status = cb_session_open(&session, options, false, err);
    if (status == CB_OK) {
        status = cb_session_run(&session, "conv", 1, run_conv, &conv, err);
        status = cb_session_finish(&session, status, err);
        status = cb_session_print(&session, status, err);
        cb_session_free(&session);
    }
    cb_layers_free(&layers);
    return status;
}
