/* --deadline 60ms, or for layers: --deadline 'Conv_0=1ms,Conv_*=5ms,60ms'. */
#ifndef CB_CLI_ESTIMATE_DEADLINE_H
#define CB_CLI_ESTIMATE_DEADLINE_H

#include "models/accel/accel.h"

enum { CB_DEADLINES = 64 };

typedef struct {
    double whole_s; /* of the network; 0: none */
    struct {
        char pattern[CB_ACCEL_NAME]; /* of layers' names */
        double seconds;
        bool used; /* some layer's name fits */
    } layer[CB_DEADLINES];
    size_t count;
} cb_deadlines;

/* CB_USAGE: not a time, not above 0, two for the network, a pattern that no layer's name fits. */
cb_status cb_deadlines_parse(const char *text, const cb_accel_model *model, cb_error *err,
                             cb_deadlines *deadlines);

/* The shortest that is set for a layer; 0: none. */
double cb_deadline_of(const cb_deadlines *deadlines, const char *layer);

/* "met" by the bound, "likely" by the estimate, or "missed". */
const char *cb_deadline_verdict(double deadline_s, double estimate_s, double bound_s);

#endif
