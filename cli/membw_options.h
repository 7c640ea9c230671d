/* The words of membw's options as the family reads them. */
#ifndef CB_CLI_MEMBW_OPTIONS_H
#define CB_CLI_MEMBW_OPTIONS_H

#include "bench/membw/membw.h"
#include "cli/command.h"

/* CB_USAGE names the word that cannot be read. The caller frees parsed->blocks. */
cb_status cb_membw_options_parse(const cb_options *options, cb_error *err,
                                 cb_membw_options *parsed);

#endif
