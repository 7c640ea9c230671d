/* The cost file, "cachebound/cost/1" (docs/SCHEMA.md): a machine's ceilings and the figures of the
 * time model, as `calibrate` leaves them for `model` and `estimate`. */
#ifndef CB_COST_COST_FILE_H
#define CB_COST_COST_FILE_H

#include "models/cost/observed.h"

#define CB_COST_SCHEMA "cachebound/cost/1"

enum { CB_COST_KINDS = 8 };

/* One kind of core. */
typedef struct {
    char kind[64]; /* "": not named */
    cb_hardware hardware;
    cb_costs costs;
    double spread; /* standard deviation of log(predicted / measured) */
} cb_cost_core;

/* Texts belong to `document`. */
typedef struct {
    cb_cost_core core[CB_COST_KINDS];
    size_t count;
    json_t *document;
} cb_cost_file;

/* The object for one kind of core: its ceilings, the fit, the errors. NULL without memory. */
json_t *cb_cost_core_json(const cb_observed *samples, const cb_fit *fit,
                          const cb_fit_validation *validation);

/* The whole document; `cores` (reference taken over) is an array of the above. */
json_t *cb_cost_json(const json_t *results, json_t *cores);

/* CB_IO, CB_PARSE with the file and the place. Freed with cb_cost_free. */
cb_status cb_cost_read(const char *path, cb_error *err, cb_cost_file *cost);
void cb_cost_free(cb_cost_file *cost);

/* The kind of that name, else the first one. NULL when there is none. */
const cb_cost_core *cb_cost_core_of(const cb_cost_file *cost, const char *core_kind);

#endif
