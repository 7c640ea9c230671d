/* Activations in blocks of channels, NCHWc: [block][row][column][channel of the block]. */
#ifndef CB_BENCH_CONV_BLOCKED_H
#define CB_BENCH_CONV_BLOCKED_H

#include "bench/conv/variant.h"

/* One image of one group. Rows and columns count the padding. */
typedef struct {
    size_t channels; /* that there are; the last block is filled up with zeros */
    size_t block;    /* channels in a block */
    size_t rows, columns;
} cb_conv_blocked;

static inline size_t cb_conv_blocks(const cb_conv_blocked *b)
{
    return (b->channels + b->block - 1) / b->block;
}

static inline size_t cb_conv_blocked_elems(const cb_conv_blocked *b)
{
    return cb_conv_blocks(b) * b->rows * b->columns * b->block;
}

/* A plain image beside it. `data` is its first channel's first pixel; `all_channels` are those of
 * the tensor, of which `channels` of the blocked one follow each other. */
typedef struct {
    cb_conv_layout layout;
    size_t all_channels, rows, columns;
} cb_conv_plain;

/* Writes the plain row `y` of a block to row y + pad, columns from pad on, of the blocked one;
 * columns that it does not have are left out, its padding is not touched. */
void cb_conv_pack_row(cb_conv_transpose_fn *transpose, const cb_conv_plain *plain,
                      const float *data, const cb_conv_blocked *blocked, float *to, size_t block,
                      size_t y, size_t pad);

/* Writes rows [y, y + count) of a block back to the plain image; blocked columns beyond the plain
 * ones are dropped. */
void cb_conv_unpack_rows(cb_conv_transpose_fn *transpose, const cb_conv_blocked *blocked,
                         const float *from, const cb_conv_plain *plain, float *data, size_t block,
                         size_t y, size_t count);

/* Rows that are best unpacked together: their pixels fill whole vectors. */
size_t cb_conv_unpack_height(const cb_conv_blocked *blocked, const cb_conv_plain *plain);

#endif
