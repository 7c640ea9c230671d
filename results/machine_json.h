/* The machine and its state as the parts of a results document's context (docs/SCHEMA.md). */
#ifndef CB_RESULTS_MACHINE_JSON_H
#define CB_RESULTS_MACHINE_JSON_H

#include "machine/machine.h"

#include <jansson.h>

/* "machine": what it is. What is not known is null with "<key>_reason" beside it. NULL only without
 * memory. */
json_t *cb_machine_to_json(const cb_machine *machine);

/* "environment": the state that it was in, without the times that the document adds. */
json_t *cb_environment_to_json(const cb_environment *environment);

#endif
