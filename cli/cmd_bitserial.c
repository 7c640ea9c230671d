#include "cli/bitserial_options.h"
#include "cli/kernel_list.h"
#include "cli/session.h"

static cb_status run_bitserial(const cb_bench *bench, const void *options, cb_error *err)
{
    return cb_bitserial_run(bench, options, err);
}

cb_status cb_cmd_bitserial(const cb_options *options, cb_error *err)
{
    cb_session session;
    cb_bits_options bits;
    if (options->list)
        return cb_kernel_list_print(options, "bitserial", err);
    cb_status status = cb_bits_options_parse(options, err, &bits);
    if (status != CB_OK)
        return status;
    status = cb_session_open(&session, options, false, err);
    if (status == CB_OK) {
        status = cb_session_run(&session, "bitserial", 1, run_bitserial, &bits, err);
        status = cb_session_finish(&session, status, err);
        status = cb_session_print(&session, status, err);
        cb_session_free(&session);
    }
    cb_bits_options_free(&bits);
    return status;
}
