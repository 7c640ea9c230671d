/* How long the layers of a network take on a machine: linear in what their rows say that they do
 * (`counts`, docs/SCHEMA.md, "params of network"), with costs that are fitted to layers of other
 * networks, measured on the same machine. docs/MODELS.md, "Layers of networks". */
#ifndef CB_MODELS_HOST_H
#define CB_MODELS_HOST_H

#include "base/status.h"

#include <jansson.h>

enum { CB_HOST_TERMS = 25, CB_HOST_AGAIN = 19, CB_HOST_CLASSES = 64 };

/* Layers that share their costs: of one kernel, of one implementation where a kernel has too few
 * rows, and of one operator where the executor runs them. */
typedef struct {
    char name[96];
    size_t rows;
    double cost_s[CB_HOST_TERMS];
    double spread; /* standard deviation of the fitted rows' relative errors */
} cb_host_class;

typedef struct {
    cb_host_class classes[CB_HOST_CLASSES];
    size_t count;
} cb_host;

/* From measured rows of the family `network`; those of networks called `without` are left out
 * (NULL: none). CB_USAGE when there are none. */
cb_status cb_host_fit(const json_t *results, const char *without, cb_error *err, cb_host *host);

/* Seconds of a layer's row; 0 when no class has its like. */
double cb_host_predict(const cb_host *host, const json_t *row);

/* The cost file's "layers", and back. */
json_t *cb_host_to_json(const cb_host *host);
cb_status cb_host_from_json(const json_t *layers, cb_error *err, cb_host *host);

#endif
