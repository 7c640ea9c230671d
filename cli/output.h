/* Where a command's data goes: standard output, or the --output file, whole or not at all. */
#ifndef CB_CLI_OUTPUT_H
#define CB_CLI_OUTPUT_H

#include "cli/command.h"

#include <stdio.h>

typedef struct {
    FILE *stream; /* for the command to write to */
    char *text;
    size_t length;
    const char *path; /* NULL: standard output */
} cb_output;

/* --format, or what the ending of --output says (.json, .csv) when --format was not typed. */
cb_format cb_output_format(const cb_options *options);

/* Collects in memory. CB_NO_MEMORY. */
cb_status cb_output_open(const cb_options *options, cb_error *err, cb_output *output);

/* Writes what was collected, if `status` is CB_OK, and frees. Returns `status`, or CB_IO. */
cb_status cb_output_close(cb_output *output, cb_status status, cb_error *err);

/* One CSV cell (RFC 4180), quoted where it has to be. */
void cb_output_csv_cell(const char *text, FILE *out);

#endif
