/* What lies in L1 and L2 while a network runs, layer by layer. */
#ifndef CB_ACCEL_TIMELINE_H
#define CB_ACCEL_TIMELINE_H

#include "models/accel/estimate.h"

typedef struct {
    double begin_cycles, end_cycles;
    double l1_bytes; /* as the tiler lays it out: with second buffers and im2col buffers */
    double l2_bytes; /* input, output, weights; weights twice when they come in parts */
} cb_accel_use;

/* uses has a place for each layer. */
void cb_accel_timeline(const cb_accel_platform *platform, const cb_accel_model *model,
                       const cb_accel_estimate *estimate, cb_accel_use *uses);

#endif
