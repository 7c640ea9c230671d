/* Standard output, or the --output file, for what is no results document. */
#ifndef CB_CLI_OUTPUT_H
#define CB_CLI_OUTPUT_H

#include "base/status.h"

#include <stdio.h>

/* Opens `path` (NULL: standard output). */
cb_status cb_output_open(const char *path, cb_error *err, FILE **out);

/* Passes `status` on, or CB_IO when not everything has been written. */
cb_status cb_output_close(FILE *out, const char *path, cb_status status, cb_error *err);

#endif
