/* The tiles that a layer would be given for every size of L1 at once: one look at all tiles instead
 * of one for each size. The answers are those of cb_accel_plan_layer. */
#ifndef CB_ACCEL_FRONTIER_H
#define CB_ACCEL_FRONTIER_H

#include "models/accel/tile.h"

/* From so many bytes of L1 on, this tile is the one, until the next step. */
typedef struct {
    int64_t bytes;
    double worth; /* objective, or -cycles */
    cb_accel_tile tile;
} cb_accel_stair;

typedef struct {
    cb_accel_stair *stairs; /* bytes and worth grow */
    size_t count;
} cb_accel_frontier;

/* Of a part of a layer. The platform matters to CB_TILER_FASTEST alone, and none of its memory
 * sizes does. CB_NO_MEMORY. The caller frees. */
cb_status cb_accel_frontier_find(const cb_accel_platform *platform, const cb_accel_layer *part,
                                 cb_accel_tiler tiler, cb_error *err, cb_accel_frontier *frontier);
void cb_accel_frontier_free(cb_accel_frontier *frontier);

/* The tile for this much L1; NULL when none fits. */
const cb_accel_tile *cb_accel_frontier_tile(const cb_accel_frontier *frontier, int64_t l1_bytes);

#endif
