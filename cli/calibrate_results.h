/* `calibrate --results`: a machine's cost file from its results documents. */
#ifndef CB_CLI_CALIBRATE_RESULTS_H
#define CB_CLI_CALIBRATE_RESULTS_H

#include "cli/command.h"

cb_status cb_calibrate_results(const cb_options *options, cb_error *err);

#endif
