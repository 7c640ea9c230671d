/* What a results document says that a machine's memory levels give, for gemm --tune. */
#ifndef CB_CLI_GEMM_BANDWIDTHS_H
#define CB_CLI_GEMM_BANDWIDTHS_H

#include "base/status.h"
#include "bench/gemm/gemm_bench.h"

#include <jansson.h>

/* Reads the document at `path`, which must be of the machine that `here` is of (CB_USAGE) and have
 * rows of reading (CB_USAGE). The caller frees *bandwidths. */
cb_status cb_gemm_bandwidths_read(const char *path, const json_t *here, cb_error *err,
                                  cb_gemm_bandwidth **bandwidths, size_t *count);

#endif
