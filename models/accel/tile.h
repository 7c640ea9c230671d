/* Tiles: what part of a layer lies in L2 at once, and what part of that in L1. */
#ifndef CB_ACCEL_TILE_H
#define CB_ACCEL_TILE_H

#include "models/accel/platform.h"

/* How tiles are chosen. */
typedef enum {
    CB_TILER_DORY,    /* what DORY's objective likes best of all that fit */
    CB_TILER_FASTEST, /* the fewest estimated cycles of all that fit */
    CB_TILERS
} cb_accel_tiler;

/* Output channels, rows and columns of a tile, and the input rows and columns that it needs. */
typedef struct {
    int64_t n, h, w, in_h, in_w;
} cb_accel_tile;

typedef struct {
    int64_t l2_channels;      /* output channels whose weights lie in L2 at once */
    int64_t parts;            /* so many times that, the last one maybe smaller */
    cb_accel_tile tile;       /* of a whole part, in L1 */
    cb_accel_tile last;       /* of the last part */
    double l1_bytes;          /* of one tile; no second buffer */
    double l2_bytes;          /* of one part, without its second buffer */
    uint64_t looked_at, fits; /* candidates of the search */
    uint64_t ruled_out;       /* that fit and cannot be the fastest: their floor says so */
} cb_accel_plan;

/* CB_UNSUPPORTED when nothing fits; the message names the layer. */
cb_status cb_accel_plan_layer(const cb_accel_platform *platform, const cb_accel_layer *layer,
                              cb_accel_tiler tiler, cb_error *err, cb_accel_plan *plan);

/* A part of a layer: a layer with fewer output channels. */
cb_accel_layer cb_accel_part(const cb_accel_layer *layer, int64_t channels);

/* Bytes of a tile, counted as the traces count them: input, weights, biases (16 times for depthwise
 * layers), output, and the look-up table's entries with 32 bytes each. */
double cb_accel_tile_bytes(const cb_accel_layer *layer, const cb_accel_tile *tile, bool with_table);

/* Values in a byte of the narrowest of input, weight and output. */
int64_t cb_accel_per_byte(const cb_accel_layer *layer);

#endif
