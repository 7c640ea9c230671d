/* Inside of bench/conv: a sequence of groups of pixels in tiles, for direct kernels. */
#ifndef CB_BENCH_CONV_TILES_H
#define CB_BENCH_CONV_TILES_H

#include "bench/conv/variant.h"

/* Of each group: bytes from the first group's first pixel, of the input and of the output. */
typedef struct {
    const cb_conv_kernel *kernel, *rest; /* the tile, and a smaller one for what is left over */
    ptrdiff_t *places, *out_places;
} cb_conv_tiles;

/* The kernels for rows of `columns` pixels and for `channels` output channels: of the highest level
 * those whose tiles are filled best. */
void cb_conv_tiles_choose(const cb_conv_problem *problem, size_t columns, size_t channels,
                          cb_conv_tiles *tiles);

/* What is fetched to the second-level cache meanwhile, by kernels that do. */
typedef struct {
    const float *next;
    size_t left_bytes;
} cb_conv_fetch;

/* Groups [first, end) of a sequence, for one block of output channels. `like` says all but where a
 * tile lies. */
void cb_conv_tiles_run(const cb_conv_tiles *tiles, const cb_conv_tile *like, size_t first,
                       size_t end, cb_conv_fetch *fetch);

#endif
