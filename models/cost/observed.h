/* The rows of a document that the time model can follow, for one kind of core. */
#ifndef CB_COST_OBSERVED_H
#define CB_COST_OBSERVED_H

#include "models/cost/fit.h"

typedef struct {
    const char *core_kind; /* NULL: rows name none */
    cb_hardware hardware;
    cb_fit_row *rows;
    size_t count;
    size_t shapes;
    size_t untold;    /* measured operators whose rows do not say what they do */
    size_t disturbed; /* those measured beside a busy neighbour */
} cb_observed;

/* CB_UNSUPPORTED for an emulated document. Not to be copied: rows point into it. */
cb_status cb_observed_find(const json_t *document, const char *core_kind, cb_error *err,
                           cb_observed *samples);

/* The same on hardware that is known already, of every n-th row of the document, so that at most
 * `most` rows are looked at; 0: all. */
cb_status cb_observed_some(const json_t *document, const char *core_kind,
                           const cb_hardware *hardware, size_t most, cb_error *err,
                           cb_observed *samples);

/* CB_UNSUPPORTED when the rows cannot tell the model's figures: too few of them or too few shapes,
 * or no peaks and bandwidths to stand on. */
cb_status cb_fit_enough(const cb_observed *samples, cb_error *err);

void cb_observed_free(cb_observed *samples);

#endif
