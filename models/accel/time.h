/* How long layers take: an estimate, a bound, and where they come from. Cycles of one inference. */
#ifndef CB_ACCEL_TIME_H
#define CB_ACCEL_TIME_H

#include "models/accel/work.h"

typedef struct {
    cb_accel_terms counts;
    double compute_cycles; /* counts x cycles of one */
    double stall_cycles;   /* cores wait for DMA between tiles */
    double far_cycles;     /* weights on their way from L3 that nothing hides */
    double cycles;         /* the estimate: all three */
    double spread;         /* 95 % of estimates err by less than this share */
    double guard;          /* what the bound adds to the estimate, as a share of it */
    double bound_cycles;
    int busy_cores; /* that have work in a whole tile */
} cb_accel_time;

/* Cycles of one part of a layer: its work and what cores wait. */
double cb_accel_part_cycles(const cb_accel_platform *platform, const cb_accel_layer *part,
                            const cb_accel_tile *tile);

/* DMA of a tile between L2 and L1: its inputs, weights and outputs. */
double cb_accel_tile_dma(const cb_accel_platform *platform, const cb_accel_layer *part,
                         const cb_accel_tile *tile);

/* CB_UNSUPPORTED when the platform has no kernel for the layer. */
cb_status cb_accel_time_layer(const cb_accel_platform *platform, const cb_accel_layer *layer,
                              const cb_accel_plan *plan, cb_error *err, cb_accel_time *time);

#endif
