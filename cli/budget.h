/* A run that must end by a certain time: how long the benchmarks that are left may take. */
#ifndef CB_CLI_BUDGET_H
#define CB_CLI_BUDGET_H

#include "measure/measure.h"

typedef struct {
    cb_sampling full;  /* the policy with time enough */
    double deadline_s; /* 0: none */
    double started_s;  /* of the steps that are counted */
    double share;      /* of the full policy's times that is granted now, 1 at the start */
} cb_budget;

/* The policy for the step that comes next, `done` of `total` being finished at `now_s`. Times are
 * cut when the rest would not fit at the mean pace, to a tenth at most; counts stay. */
cb_sampling cb_budget_next(cb_budget *budget, double now_s, size_t done, size_t total);

#endif
