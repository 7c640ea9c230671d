/* `estimate --platform host`: a network's layers on this kind of machine, from its cost file. */
#ifndef CB_CLI_ESTIMATE_HOST_H
#define CB_CLI_ESTIMATE_HOST_H

#include "cli/command.h"

#include <stdbool.h>

bool cb_estimate_is_host(const cb_options *options);

/* Prints each layer's time and the whole; with --against beside what was measured. */
cb_status cb_estimate_host(const cb_options *options, cb_error *err);

#endif
