/* Inside of models/accel: what a tile takes at least, for a fraction of what it costs to work that
 * out. Layers that split pixels over cores have work that is a straight line in the tile's
 * channels, for each core and each size of rows and columns: two looks at a size are enough for all
 * numbers of channels. The floor lies a billionth below that sum, so that what it rules out cannot
 * be better. */
#ifndef CB_ACCEL_TILE_FLOOR_H
#define CB_ACCEL_TILE_FLOOR_H

#include "models/accel/work.h"

typedef struct {
    const cb_accel_platform *platform;
    const cb_accel_layer *part;
    struct cb_tile_line *lines; /* of each size; NULL: none, all floors are 0 */
} cb_tile_floor;

/* Without memory, and for layers that split channels, it rules nothing out. */
cb_tile_floor cb_tile_floor_new(const cb_accel_platform *platform, const cb_accel_layer *part);
void cb_tile_floor_free(cb_tile_floor *floor);

/* At most cb_accel_part_cycles of this tile. */
double cb_tile_floor_of(const cb_tile_floor *floor, const cb_accel_tile *tile);

#endif
