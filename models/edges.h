/* Where a curve of time against block size steps up: the edges of the caches.
 *
 * Pure numbers: no document, no sysfs, no cpuid. docs/MODELS.md, "Cache sizes", has the equations.
 */
#ifndef CB_MODELS_EDGES_H
#define CB_MODELS_EDGES_H

#include "base/status.h"

#include <stddef.h>

/* One measurement: a block of so many bytes, and what one access (or one byte) of it cost. */
typedef struct {
    double block_bytes;
    double time_s;
} cb_edge_point;

typedef struct {
    double bytes;      /* the capacity that explains the step best */
    double low_bytes;  /* the step begins here ... */
    double high_bytes; /* ... and has ended here */
    double below_s;    /* plateau before it */
    double above_s;    /* plateau behind it */
    const char *shape; /* how the step looks: "lru", "random", "coloured lru", "half height", ... */
} cb_edge;

/* Finds steps of at least 1.3 times, in order of size. Points may come in any order and twice (the
 * least time of a block counts: disturbance only adds); points that are not positive are left out.
 * Writes at most `capacity` edges and returns how many there are; 0 for fewer than 8 blocks. */
cb_status cb_edges_find(const cb_edge_point *points, size_t n, size_t capacity, cb_edge *edges,
                        size_t *count);

#endif
