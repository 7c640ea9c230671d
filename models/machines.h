/* Several documents of one machine are one: a peak measured today explains the operator measured
 * yesterday. */
#ifndef CB_MODELS_MACHINES_H
#define CB_MODELS_MACHINES_H

#include "base/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The same name and processor. */
bool cb_machines_same(const json_t *a, const json_t *b);

/* Whether an earlier document is of the same machine as number `i`. */
bool cb_machines_seen(const json_t *const *documents, size_t i);

/* A new reference to one document with the rows of all that are of the machine of number `first`,
 * and its context. NULL without memory. */
json_t *cb_machines_merge(const json_t *const *documents, size_t count, size_t first);

/* CB_UNSUPPORTED when one was measured under an emulator: `what` ("modelled", "plotted", ...) is
 * never done to such figures. CB_USAGE when there is none. */
cb_status cb_machines_check(const json_t *const *documents, size_t count, const char *what,
                            cb_error *err);

#endif
