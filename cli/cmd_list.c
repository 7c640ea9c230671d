#include "cli/kernel_list.h"

cb_status cb_cmd_list(const cb_options *options, cb_error *err)
{
    return cb_kernel_list_print(options, NULL, err);
}
