/* Inside of measure/: a team's threads and the barrier that starts them together. */
#ifndef CB_MEASURE_TEAM_H
#define CB_MEASURE_TEAM_H

#include "measure/measure.h"

/* Spinning, so that all threads leave within a few hundred nanoseconds. */
void cb_team_barrier(cb_team *team);

/* Pins the calling thread. CB_USAGE when the CPU may not be used. */
cb_status cb_pin(int cpu, cb_error *err);

#endif
