/* A layer's tiled schedule, played through event by event: each core with its own share, one DMA
 * channel that serves transfers in turn, barriers between tiles, two buffers. A core that reads a
 * shared table is slowed by those that read it at the same moment, no longer by those that are
 * done. Nothing here is random: the result is one number, at or below the bound. */
#ifndef CB_ACCEL_SIMULATE_H
#define CB_ACCEL_SIMULATE_H

#include "models/accel/time.h"

typedef struct {
    double cycles;
    double core_cycles; /* of all cores together, at work */
    double dma_cycles;  /* the channel at work between tiles */
    int64_t tiles;
} cb_accel_simulation;

/* CB_NO_MEMORY. The platform has every kernel that the layer needs (cb_accel_time_layer says so).
 */
cb_status cb_accel_simulate(const cb_accel_platform *platform, const cb_accel_layer *layer,
                            const cb_accel_plan *plan, cb_error *err,
                            cb_accel_simulation *simulation);

#endif
