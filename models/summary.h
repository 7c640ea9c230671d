/* What `characterize` says at its end: a machine in some twenty lines. */
#ifndef CB_MODELS_SUMMARY_H
#define CB_MODELS_SUMMARY_H

#include "base/status.h"

#include <jansson.h>
#include <stdio.h>

/* Writes peaks, bandwidths, latencies, cache sizes, ridge points and what makes the figures
 * doubtful. An emulated document gives the one line that says so, and CB_OK. CB_IO when `out`
 * fails. */
cb_status cb_summary_write(const json_t *document, FILE *out, cb_error *err);

#endif
