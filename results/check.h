/* The schema check of one row, for appending (results/check.c holds the whole schema). */
#ifndef CB_RESULTS_CHECK_H
#define CB_RESULTS_CHECK_H

#include "base/status.h"

#include <jansson.h>
#include <stddef.h>

/* CB_PARSE when `row`, which is or will be results[index] of the document `name`, breaks the
 * schema. */
cb_status cb_check_row(const json_t *row, size_t index, const char *name, cb_error *err);

#endif
