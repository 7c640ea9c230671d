/* The words of gemm's options as the family reads them. */
#ifndef CB_CLI_GEMM_OPTIONS_H
#define CB_CLI_GEMM_OPTIONS_H

#include "bench/gemm/gemm_bench.h"
#include "cli/command.h"

/* CB_USAGE names the word that cannot be read; CB_IO and CB_PARSE the --shapes file. The caller
 * frees parsed->shapes. */
cb_status cb_gemm_options_parse(const cb_options *options, cb_error *err, cb_gemm_options *parsed);

/* Where the tuner's log is: --log, or beside the results of this machine, which `document` will be.
 */
cb_status cb_gemm_log_path(const cb_options *options, const json_t *document, cb_error *err,
                           char *path, size_t bytes);

#endif
