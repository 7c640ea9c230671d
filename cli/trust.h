/* How far the figures of a run can be trusted: what about the machine makes them unsteady, and what
 * the rows say about themselves. */
#ifndef CB_CLI_TRUST_H
#define CB_CLI_TRUST_H

#include "machine/machine.h"

#include <jansson.h>

enum { CB_DOUBTS = 12 };

typedef struct {
    struct {
        char text[200];
        bool serious; /* --strict ends the run for it */
    } doubts[CB_DOUBTS];
    size_t count;
} cb_trust;

/* From the state of the machine, before measuring. */
cb_trust cb_trust_machine(const cb_machine *machine, const cb_environment *environment);

/* From the rows of a finished document: failed checks, disturbed samples, a clock that drifted. */
void cb_trust_add_rows(cb_trust *trust, const json_t *document);

/* CB_UNSTABLE with the first serious doubt, else CB_OK. */
cb_status cb_trust_strict(const cb_trust *trust, cb_error *err);

#endif
