#include "bench/conv/blocked.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t channels_of(const cb_conv_blocked *b, size_t block)
{
    return least(b->block, b->channels - block * b->block);
}

static void copy_pixels(const float *from, size_t from_stride, float *to, size_t to_stride,
                        size_t pixels, size_t channels)
{
    for (size_t p = 0; p < pixels; p++)
        memcpy(to + p * to_stride, from + p * from_stride, channels * sizeof *to);
}

void cb_conv_pack_row(cb_conv_transpose_fn *transpose, const cb_conv_plain *plain,
                      const float *data, const cb_conv_blocked *blocked, float *to, size_t block,
                      size_t y, size_t pad)
{
    if (y + pad >= blocked->rows || pad >= blocked->columns)
        return;
    size_t channels = channels_of(blocked, block), first = block * blocked->block;
    size_t columns = least(plain->columns, blocked->columns - pad);
    float *row = to + ((block * blocked->rows + y + pad) * blocked->columns + pad) * blocked->block;
    if (plain->layout == CB_CONV_NCHW)
        transpose(data + (first * plain->rows + y) * plain->columns, plain->rows * plain->columns,
                  row, blocked->block, channels, columns);
    else
        copy_pixels(data + y * plain->columns * plain->all_channels + first, plain->all_channels,
                    row, blocked->block, columns, channels);
}

void cb_conv_unpack_rows(cb_conv_transpose_fn *transpose, const cb_conv_blocked *blocked,
                         const float *from, const cb_conv_plain *plain, float *data, size_t block,
                         size_t y, size_t count)
{
    size_t channels = channels_of(blocked, block), first = block * blocked->block;
    bool joined = blocked->columns == plain->columns;
    size_t rows = joined ? 1 : count, pixels = joined ? count * plain->columns : plain->columns;
    for (size_t r = y; r < y + rows; r++) {
        const float *row = from + (block * blocked->rows + r) * blocked->columns * blocked->block;
        size_t pixel = r * plain->columns;
        if (plain->layout == CB_CONV_NCHW)
            transpose(row, blocked->block, data + first * plain->rows * plain->columns + pixel,
                      plain->rows * plain->columns, pixels, channels);
        else
            copy_pixels(row, blocked->block, data + pixel * plain->all_channels + first,
                        plain->all_channels, pixels, channels);
    }
}

size_t cb_conv_unpack_height(const cb_conv_blocked *blocked, const cb_conv_plain *plain)
{
    enum { LANES = 16 };
    size_t height = 1;
    if (blocked->columns == plain->columns)
        while (height < LANES && height * plain->columns % LANES != 0)
            height *= 2;
    return least(height, plain->rows);
}
