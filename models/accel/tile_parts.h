/* Inside of models/accel: what the search of one tile and that of all L1 sizes at once share. */
#ifndef CB_ACCEL_TILE_PARTS_H
#define CB_ACCEL_TILE_PARTS_H

#include "models/accel/tile.h"

/* All of a layer as one tile, and the bytes of L1 that it then takes: nothing twice. */
cb_accel_tile cb_tile_whole(const cb_accel_layer *layer);
int64_t cb_tile_at_once_bytes(const cb_accel_layer *layer);

/* L1 with two buffers of everything that moves. */
int64_t cb_tile_buffered_bytes(const cb_accel_layer *layer, const cb_accel_tile *tile);

/* What DORY wants most of. */
int64_t cb_tile_objective(const cb_accel_layer *layer, const cb_accel_tile *tile, int64_t bytes);

/* Every tile there is, in the order in which the constraint solver meets them; some read more rows
 * than the layer has. */
void cb_tile_each(const cb_accel_layer *layer,
                  void (*look)(void *context, const cb_accel_tile *tile), void *context);

/* The output channels that share L2; 0 when none fit. */
int64_t cb_tile_l2_channels(const cb_accel_platform *platform, const cb_accel_layer *layer);

#endif
