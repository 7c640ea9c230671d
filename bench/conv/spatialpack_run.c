/* Direct convolution on blocked data, strip by strip: spatialpack.h. */
#include "bench/conv/spatialpack.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const float *shifted(const float *from, ptrdiff_t bytes)
{
    return (const float *)(const void *)((const char *)from + bytes);
}

/* ---- input ---- */

/* `count` pixels of a block's channels, column_step apart, beside each other. */
static void copy_pixels(const cb_conv_strips *s, const float *from, float *to, size_t channels,
                        size_t count)
{
    const cb_layer *l = &s->problem.layer;
    size_t step = s->column_step, plane = l->h * l->w;
    bool nhwc = s->problem.layout == CB_CONV_NHWC;
    if (step == 1 && s->in.block == (nhwc ? l->cin : 1)) /* what is copied lies beside each other */
        memcpy(to, from, count * s->in.block * sizeof *to);
    else if (nhwc)
        for (size_t i = 0; i < count; i++)
            memcpy(to + i * s->in.block, from + i * step * l->cin, channels * sizeof *to);
    else if (s->pack)
        s->pack(from, plane, to, s->in.block, channels, count);
    else
        for (size_t i = 0; i < count; i++)
            for (size_t c = 0; c < channels; c++)
                to[i * s->in.block + c] = from[c * plane + i * step];
}

/* Columns [first, end) of a row of a block of channels, `row` of the copy; what is outside of the
 * image is zeros. */
static void pack_columns(const cb_conv_strip *strip, size_t block, size_t row, size_t first,
                         size_t end)
{
    const cb_conv_strips *s = strip->plan;
    const cb_layer *l = &s->problem.layer;
    float *to = strip->packed + (block * s->in.rows + row) * s->in.columns * s->in.block;
    size_t y = strip->first * l->stride + row * s->row_step; /* in the padded image */
    size_t column = (l->pad + s->column_step - 1) / s->column_step;
    column = column > first ? column : first;
    if (y < l->pad || y >= l->h + l->pad) {
        memset(to + first * s->in.block, 0, (end - first) * s->in.block * sizeof *to);
        return;
    }
    size_t x = column * s->column_step - l->pad;
    if (column >= end || x >= l->w)
        return;
    size_t count = least(end - column, (l->w - x - 1) / s->column_step + 1);
    size_t pixel = (y - l->pad) * l->w + x, channel = block * s->in.block;
    bool nchw = s->problem.layout == CB_CONV_NCHW;
    copy_pixels(s, strip->input + (nchw ? channel * l->h * l->w + pixel : pixel * l->cin + channel),
                to + column * s->in.block, least(s->in.block, s->cg - channel), count);
}

/* Output rows of a strip that have groups inside: [first, end). */
static void rows_inside(const cb_conv_strip *strip, size_t *first, size_t *end)
{
    const cb_conv_inside *in = &strip->plan->inside;
    size_t last = strip->first + strip->count;
    size_t from = in->row_first > strip->first ? in->row_first : strip->first;
    size_t to = in->row_end < last ? in->row_end : last;
    *first = from < to ? from - strip->first : 0;
    *end = from < to ? to - strip->first : 0;
}

static void pack_sides(const cb_conv_strip *strip, size_t block, size_t row)
{
    const cb_conv_strips *s = strip->plan;
    if (s->inside.left)
        pack_columns(strip, block, row, 0, s->inside.left);
    if (s->inside.right < s->in.columns)
        pack_columns(strip, block, row, s->inside.right, s->in.columns);
}

static void pack_strip(const cb_conv_strip *strip)
{
    const cb_conv_strips *s = strip->plan;
    const cb_layer *l = &s->problem.layer;
    size_t spared = s->strip_rows - strip->count, first = 0, end = 0;
    size_t rows = s->in.rows - spared * (l->stride / s->row_step), top = 0, bottom = 0;
    if (s->inside.is_used)
        rows_inside(strip, &first, &end);
    if (first < end) { /* rows of the copy that only the sides of an output row read */
        top = first ? (first - 1) * l->stride + (l->kh - 1) * l->dilation + 1 : 0;
        bottom = end < strip->count ? end * l->stride : rows;
    }
    for (size_t block = 0; block < cb_conv_blocks(&s->in); block++)
        for (size_t row = 0; row < rows; row++) {
            if (row >= top && row < bottom)
                pack_sides(strip, block, row);
            else
                pack_columns(strip, block, row, 0, s->in.columns);
        }
}

/* ---- output ---- */

static void unpack_pixels(const cb_conv_strips *s, const float *from, float *to, size_t count,
                          size_t channels)
{
    size_t block = (size_t)s->tiles.kernel->channels;
    if (s->problem.layout == CB_CONV_NCHW)
        s->unpack(from, block, to, s->out_h * s->out_w, count, channels);
    else
        for (size_t i = 0; i < count; i++)
            memcpy(to + i * s->problem.layer.cout, from + i * block, channels * sizeof *to);
}

static bool is_joined(const cb_conv_strips *s)
{
    return s->pieces * (size_t)s->tiles.kernel->pixels == s->out_w;
}

/* Groups [first, end) of one block of output channels, from the thread's scratch to where they
 * belong: all groups of a strip where its rows in the scratch are longer than the output's. */
static void unpack_groups(const cb_conv_strip *strip, size_t block, size_t first, size_t end)
{
    const cb_conv_strips *s = strip->plan;
    size_t width = (size_t)s->tiles.kernel->channels, pixels = (size_t)s->tiles.kernel->pixels;
    size_t rows = is_joined(s) ? 1 : strip->count, channel = block * width;
    size_t count = is_joined(s) ? (end - first) * pixels : s->out_w;
    bool nchw = s->problem.layout == CB_CONV_NCHW;
    for (size_t row = 0; row < rows; row++) {
        size_t pixel = (strip->first + row) * s->out_w + first * pixels;
        size_t at =
            nchw ? channel * s->out_h * s->out_w + pixel : pixel * s->problem.layer.cout + channel;
        unpack_pixels(s, strip->block + (row * s->pieces + first) * pixels * width,
                      strip->output + at, count, least(width, s->og - channel));
    }
}

/* ---- tiles ---- */

/* A block of an image that is partly read where it lies: what is above, the sides, what is inside,
 * and what is below. */
static void compute_parts(const cb_conv_strip *strip, const cb_conv_tile *copied,
                          cb_conv_fetch *fetch)
{
    const cb_conv_strips *s = strip->plan;
    const cb_conv_inside *in = &s->inside;
    cb_conv_tile tile = *copied;
    size_t first, end;
    rows_inside(strip, &first, &end);
    tile.input = strip->image;
    tile.taps = in->taps;
    cb_conv_tiles_run(&s->tiles, copied, 0, first * s->pieces, fetch);
    cb_conv_tiles_run(&in->sides, copied, first * in->side_groups, end * in->side_groups, fetch);
    cb_conv_tiles_run(&in->tiles, &tile, first * in->groups, end * in->groups, fetch);
    cb_conv_tiles_run(&s->tiles, copied, end * s->pieces, strip->count * s->pieces, fetch);
}

/* One chunk of one block of output channels. The last one's results go where they belong a few
 * tiles at a time: so many stores wait in the core's buffer while it computes the next ones. */
static void compute_chunk(const cb_conv_strip *strip, size_t block, const cb_conv_tile *tile,
                          cb_conv_fetch *fetch, bool is_last)
{
    const cb_conv_strips *s = strip->plan;
    enum { FEW_PIXELS = 48 };
    size_t groups = strip->count * s->pieces, few = groups;
    if (is_last && !s->writes_plain && is_joined(s))
        few = (FEW_PIXELS + (size_t)s->tiles.kernel->pixels - 1) / (size_t)s->tiles.kernel->pixels;
    for (size_t at = 0, end; at < groups; at = end) {
        end = groups - at < 2 * few ? groups : at + few;
        cb_conv_tiles_run(&s->tiles, tile, at, end, fetch);
        if (is_last && !s->writes_plain)
            unpack_groups(strip, block, at, end);
    }
}

/* One block of output channels: chunk by chunk, so that a chunk's weights are read from a near
 * cache by all tiles but the first. */
static void compute_block(const cb_conv_strip *strip, size_t block)
{
    const cb_conv_strips *s = strip->plan;
    size_t all = s->slabs * s->slab_weights, width = (size_t)s->tiles.kernel->channels;
    const float *weights = strip->weights + block * all;
    size_t after = block + 1 < strip->block_end ? block + 1 : strip->block_first;
    cb_conv_tile tile = {.output = strip->block,
                         .taps = s->taps,
                         .run = s->run,
                         .pixel_bytes = s->pixel_bytes,
                         .out_pixel_bytes = s->out_pixel_bytes,
                         .out_vector_bytes = (size_t)s->tiles.kernel->lanes * sizeof(float)};
    if (s->writes_plain)
        tile.output =
            strip->output + strip->first * s->out_w * s->problem.layer.cout + block * width;
    for (size_t slab = 0; slab < s->slabs; slab += s->chunk) {
        size_t slabs = least(s->slabs - slab, s->chunk);
        bool is_last = slab + slabs == s->slabs;
        cb_conv_fetch fetch = {is_last ? strip->weights + after * all
                                       : weights + (slab + slabs) * s->slab_weights,
                               slabs * s->slab_weights * sizeof(float)};
        tile.input = shifted(strip->source, (ptrdiff_t)slab * s->slab_bytes);
        tile.tap_count = slabs * s->taps_in_slab;
        tile.weights = weights + slab * s->slab_weights;
        tile.accumulate = slab > 0;
        if (s->inside.is_used)
            compute_parts(strip, &tile, &fetch);
        else
            compute_chunk(strip, block, &tile, &fetch, is_last);
    }
}

/* ---- strips ---- */

static void run_strip(const cb_conv_strip *strip, bool computes)
{
    if (!strip->plan->reads_plain)
        pack_strip(strip);
    for (size_t block = strip->block_first; block < strip->block_end; block++) {
        if (computes)
            compute_block(strip, block);
        else if (!strip->plan->writes_plain)
            unpack_groups(strip, block, 0, strip->count * strip->plan->pieces);
    }
}

static cb_conv_strip strip_of(const cb_conv_strips *s, const float *input, float *output,
                              size_t unit)
{
    const cb_layer *l = &s->problem.layer;
    size_t strip = unit % s->strips, group = unit / s->strips % l->groups;
    size_t image = unit / s->strips / l->groups;
    size_t in_plane = l->h * l->w, out_plane = s->out_h * s->out_w;
    bool nchw = s->problem.layout == CB_CONV_NCHW;
    cb_conv_strip made = {
        .plan = s,
        .input = input + image * l->cin * in_plane + group * s->cg * (nchw ? in_plane : 1),
        .output = output + image * l->cout * out_plane + group * s->og * (nchw ? out_plane : 1),
        .weights = s->weights + group * s->out_blocks * s->slabs * s->slab_weights,
        .first = strip * s->strip_rows,
        .block_end = s->out_blocks};
    made.count = least(s->strip_rows, s->out_h - made.first);
    return made;
}

void cb_conv_spatialpack_run(const cb_conv_strips *s, const float *input, float *output, int thread,
                             bool computes)
{
    const cb_layer *l = &s->problem.layer;
    int threads = s->problem.threads;
    cb_conv_share units = {0, l->batch * l->groups * s->strips}, blocks = {0, s->out_blocks};
    if (s->threads_by_block)
        blocks = cb_conv_share_of(s->out_blocks, threads, thread);
    else
        units = cb_conv_share_of(units.end, threads, thread);
    for (size_t i = units.first; i < units.end; i++) {
        cb_conv_strip strip = strip_of(s, input, output, i);
        strip.packed = s->scratch + (size_t)thread * s->scratch_elems;
        strip.block = strip.packed + s->in_elems;
        if (s->reads_plain || s->inside.is_used)
            strip.image = strip.input + strip.first * l->stride * l->w * l->cin;
        strip.source = s->reads_plain ? strip.image : strip.packed;
        strip.block_first = blocks.first;
        strip.block_end = blocks.end;
        run_strip(&strip, computes);
    }
}
