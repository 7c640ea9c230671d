/* Share of misses of a random walk through a block that does not fit a cache, by the shape of the
 * cache: the curves that cb_edges_find fits. */
#ifndef CB_MODELS_MISSCURVE_H
#define CB_MODELS_MISSCURVE_H

#include <stddef.h>

typedef enum { CB_REPLACE_LRU, CB_REPLACE_RANDOM, CB_REPLACE_QUAD_AGE } cb_replacement;

typedef struct {
    const char *name;
    cb_replacement replacement;
    int coloured; /* 0: block contiguous in the sets; 1: pages fall on sets by chance */
    double ways;
} cb_miss_shape;

extern const cb_miss_shape cb_miss_shapes[];
extern const size_t cb_miss_shape_count;

/* Miss share for `ratio` = block / capacity, 0 <= result <= 1. */
double cb_miss_share(const cb_miss_shape *shape, double ratio);

/* The same for cb_miss_shapes[shape] at log2(ratio), interpolated in a table that the first call
 * makes; beyond 4 octaves as at 4. For fits, which ask thousands of times. */
double cb_miss_share_at(size_t shape, double octaves);

#endif
