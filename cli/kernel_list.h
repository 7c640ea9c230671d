/* Every kernel of every family, and whether it can run here. */
#ifndef CB_CLI_KERNEL_LIST_H
#define CB_CLI_KERNEL_LIST_H

#include "cli/command.h"

/* Prints the kernels of `family` (NULL: of all) that match --kernel, as --format says, to --output.
 * CB_USAGE when none matches. */
cb_status cb_kernel_list_print(const cb_options *options, const char *family, cb_error *err);

#endif
