/* What the options of `conv` say, as the family takes it. */
#ifndef CB_CLI_CONV_OPTIONS_H
#define CB_CLI_CONV_OPTIONS_H

#include "bench/conv/conv.h"
#include "cli/command.h"

/* CB_USAGE for a bad layer, CB_IO for a list that cannot be read. The caller frees `layers`, which
 * `parsed` points into. */
cb_status cb_conv_options_parse(const cb_options *options, cb_error *err, cb_layers *layers,
                                cb_conv_options *parsed);

#endif
