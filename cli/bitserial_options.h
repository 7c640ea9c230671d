/* The words of bitserial's options as the family reads them. */
#ifndef CB_CLI_BITSERIAL_OPTIONS_H
#define CB_CLI_BITSERIAL_OPTIONS_H

#include "bench/bitserial/bitserial.h"
#include "cli/command.h"

/* CB_USAGE names the word that cannot be read. The caller frees with cb_bits_options_free. */
cb_status cb_bits_options_parse(const cb_options *options, cb_error *err, cb_bits_options *parsed);
void cb_bits_options_free(cb_bits_options *parsed);

#endif
