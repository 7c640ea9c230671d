/* Inside of spatialpack: what is planned once, and what each thread does with it. */
#ifndef CB_BENCH_CONV_SPATIALPACK_H
#define CB_BENCH_CONV_SPATIALPACK_H

#include "bench/conv/blocked.h"
#include "bench/conv/tiles.h"

/* A strip is some rows of one image's output and the rows of its input that they need. A thread
 * does a strip from the copy of its input to the last channel of its output in memory of its own,
 * which stays in its second-level cache. */
typedef struct {
    cb_conv_problem problem;
    cb_conv_tiles tiles; /* of the groups of pixels in a strip */
    cb_conv_transpose_fn *pack, *unpack;
    size_t cg, og; /* channels of a group */

    bool reads_plain, writes_plain; /* input, output are used where they lie */
    size_t out_h, out_w;
    size_t strip_rows, strips;    /* of the output */
    size_t row_step, column_step; /* of the input, from one that is copied to the next */
    cb_conv_blocked in;           /* a strip's input as it is copied */
    size_t pieces;                /* groups of pixels in an output row */
    float *scratch;               /* of each thread: a strip's input, one block of its output */
    size_t in_elems, scratch_elems;

    size_t pixel_bytes, out_pixel_bytes;

    /* Input channels go by in slabs, `chunk` slabs in one pass over the strip. */
    size_t run; /* what follows each other in memory: channels, and taps of a row where they do */
    size_t slab_channels, slabs, chunk, taps_in_slab;
    ptrdiff_t slab_bytes;
    ptrdiff_t *taps;     /* chunk x taps_in_slab */
    float *weights;      /* [group][block of outputs][slab][ky][kx][channel][output channel] */
    size_t slab_weights; /* of one slab of one block, elements */

    size_t out_blocks;     /* blocks of output channels of a group */
    bool threads_by_block; /* threads part the blocks of a strip; else the strips */
} cb_conv_strips;

/* Rows of a strip: [first, first + count) of the output of one image and group. */
typedef struct {
    const cb_conv_strips *plan;
    const float *input;  /* the group's first channel of the image's first pixel */
    const float *source; /* what tiles read: the strip's first pixel, copied or where it lies */
    const float *weights;
    float *output; /* the group's first channel of the image's first pixel */
    float *block;  /* scratch: one block of the strip's output */
    float *packed; /* scratch: the strip's input */
    size_t first, count;
    size_t block_first, block_end; /* blocks of output channels that this thread does */
} cb_conv_strip;

/* All that one thread does of a run; `computes` false: changes of layout alone. */
void cb_conv_spatialpack_run(const cb_conv_strips *s, const float *input, float *output, int thread,
                             bool computes);

#endif
