/* What a layer costs, counted: for the slowest core, with all tiles. */
#ifndef CB_ACCEL_WORK_H
#define CB_ACCEL_WORK_H

#include "models/accel/tile.h"

/* Output rows of one core, and in each row pairs of pixels and lone ones. */
typedef struct {
    int64_t rows, pairs, lone;
} cb_accel_share;

/* The share of a core in a tile of h rows and w columns. */
cb_accel_share cb_accel_share_of(cb_accel_split split, int64_t h, int64_t w, int cores, int core);

/* Channels (or groups of them) of the core that has most. */
int64_t cb_accel_channels_of(cb_accel_split split, int64_t channels, int cores);

/* Cores that have anything to do in a tile. */
int cb_accel_busy(const cb_accel_platform *platform, const cb_accel_layer *layer,
                  const cb_accel_tile *tile);

/* How much more often than in a table of 4-bit activations two cores look into the same bank. They
 * share a weight and differ in the activation; half of the activations are taken as 0 (a ReLU's),
 * the others as all alike; the table has no more places than it has entries and L1 banks. */
double cb_accel_crowding(const cb_accel_platform *platform, const cb_accel_layer *layer);

/* Counts x cycles. */
double cb_accel_dot(const cb_accel_terms *counts, const cb_accel_terms *cycles);

/* The work of one core in one tile, as if all that have any were busy as long as it is. */
void cb_accel_core_work(const cb_accel_platform *platform, const cb_accel_layer *layer,
                        const cb_accel_tile *tile, int core, cb_accel_terms *terms);

/* The work of the slowest core in one tile. */
void cb_accel_tile_work(const cb_accel_platform *platform, const cb_accel_layer *layer,
                        const cb_accel_tile *tile, cb_accel_terms *terms);

/* A kind of tile and how many there are of it: at most 8 kinds, sizes whole or what is left. */
typedef struct {
    cb_accel_tile tile;
    int64_t times;
} cb_accel_tile_kind;

enum { CB_TILE_KINDS = 8 };
int cb_accel_tile_kinds(const cb_accel_layer *part, const cb_accel_tile *tile,
                        cb_accel_tile_kind kinds[CB_TILE_KINDS]);

/* Cycles of a part beside its tiles' work: start, further tiles, DMA while nobody computes. */
double cb_accel_part_ends(const cb_accel_platform *platform, const cb_accel_layer *part,
                          const cb_accel_tile_kind *kinds, int count);

/* The work of a part that lies in L2: all its tiles, their overhead, and what DMA moves while
 * nobody computes. */
void cb_accel_part_work(const cb_accel_platform *platform, const cb_accel_layer *part,
                        const cb_accel_tile *tile, cb_accel_terms *terms);

/* And that of a whole layer. */
void cb_accel_layer_work(const cb_accel_platform *platform, const cb_accel_layer *layer,
                         const cb_accel_plan *plan, cb_accel_terms *terms);

cb_accel_family cb_accel_family_of(const cb_accel_layer *layer);

#endif
