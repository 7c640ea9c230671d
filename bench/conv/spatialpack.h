/* Inside of spatialpack: what is planned once, and what each thread does with it. */
#ifndef CB_BENCH_CONV_SPATIALPACK_H
#define CB_BENCH_CONV_SPATIALPACK_H

#include "bench/conv/blocked.h"
#include "bench/conv/tiles.h"

/* Where an NHWC image of one slab is padded, groups of pixels whose taps all lie in it are read
 * where they lie; the copy of a strip's input has only what the others read. */
typedef struct {
    bool is_used;
    cb_conv_tiles tiles,
        sides; /* from a strip's row 0: inside of the image; left and right of it */
    size_t groups, side_groups; /* of each in an output row */
    size_t row_first, row_end;  /* output rows that have them */
    size_t left, right;         /* columns of the copy that sides read: [0, left), [right, end) */
    ptrdiff_t *taps;            /* taps_in_slab */
} cb_conv_inside;

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
    ptrdiff_t *taps; /* chunk x taps_in_slab */
    cb_conv_inside inside;
    float *weights;      /* [group][block of outputs][slab][ky][kx][channel][output channel] */
    size_t slab_weights; /* of one slab of one block, elements */

    size_t out_blocks;     /* blocks of output channels of a group */
    bool threads_by_block; /* threads part the blocks of a strip; else the strips */
} cb_conv_strips;

/* Rows of a strip: [first, first + count) of the output of one image and group. */
typedef struct {
    const cb_conv_strips *plan;
    const float *input;  /* the group's first channel of the image's first pixel */
    const float *image;  /* the strip's first row of it, where it lies: NHWC */
    const float *source; /* what tiles read: the strip's first pixel, copied or where it lies */
    const float *weights;
    float *output; /* the group's first channel of the image's first pixel */
    float *block;  /* scratch: one block of the strip's output */
    float *packed; /* scratch: the strip's input */
    size_t first, count;
    size_t block_first, block_end; /* blocks of output channels that this thread does */
} cb_conv_strip;

/* Plans what is read where it lies, after all else is planned; false: no memory. */
bool cb_conv_inside_plan(cb_conv_strips *s);
void cb_conv_inside_free(cb_conv_inside *inside);

/* All that one thread does of a run; `computes` false: changes of layout alone. */
void cb_conv_spatialpack_run(const cb_conv_strips *s, const float *input, float *output, int thread,
                             bool computes);

#endif
