/* Depthwise convolution of 3 x 3, stride 1 or 2. NHWC: strips of rows, a vector of channels after
 * the other, or tiles of pixels along all channels; NCHW: one channel's image after the other. */
#include "bench/conv/depthwise.h"

typedef cb_conv_depthwise_plan depthwise;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t lanes_of(const depthwise *d)
{
    return (size_t)d->kernel->lanes;
}

static const cb_conv_kernel *best(const depthwise *d, cb_conv_kind kind)
{
    const cb_conv_problem *p = &d->problem;
    return cb_conv_kernel_best(kind, p->isa, cb_conv_core(p->machine, p->cpu), NULL, NULL);
}

static void choose_nhwc(depthwise *d)
{
    size_t rows = d->plain_out.rows, lanes = lanes_of(d), vectors = d->problem.layer.cin / lanes;
    if (rows >= CB_CONV_DEPTHWISE_ROWS && d->plain_out.columns >= CB_CONV_DEPTHWISE_COLUMNS)
        d->tile = best(d, CB_CONV_DEPTHWISE_TILE);
    if (d->tile && d->tile->lanes != d->kernel->lanes)
        d->tile = NULL;
    if (d->problem.layer.pad <= 1 && rows >= CB_CONV_STRIP_ROWS &&
        vectors >= (size_t)d->problem.threads)
        d->strip = best(d, CB_CONV_DEPTHWISE_STRIP);
    if (d->strip && (d->strip->lanes != d->kernel->lanes || d->strip->isa == CB_ISA_SCALAR))
        d->strip = NULL;
    cb_layer image = d->problem.layer;
    image.batch = 1;
    size_t elems = cb_layer_input_elems(&image) + cb_layer_output_elems(&image);
    d->fetches = elems * sizeof(float) / (size_t)d->problem.threads >
                 cb_conv_cache_bytes(&d->problem, 2, 256 << 10) / 8 * 7;
}

void cb_conv_depthwise_choose_3x3(cb_conv_depthwise_plan *d)
{
    const cb_layer *l = &d->problem.layer;
    if (l->kh != 3 || l->kw != 3 || l->dilation != 1 || l->stride > 2)
        return;
    if (d->problem.layout == CB_CONV_NHWC)
        choose_nhwc(d);
    else if (l->pad <= 1)
        d->plane = best(d, CB_CONV_DEPTHWISE_PLANE);
    if (d->plane && d->plane->isa < d->kernel->isa)
        d->plane = NULL;
}

/* ---- channels that do not fill a vector ---- */

/* A pixel of the padded image. */
static const float *padded_pixel(const depthwise *d, const float *image, size_t y, size_t x)
{
    const cb_layer *l = &d->problem.layer;
    size_t iy = y - l->pad, ix = x - l->pad; /* one that is below zero is above everything */
    return iy < l->h && ix < l->w ? image + (iy * l->w + ix) * l->cin : d->zeros;
}

/* One channel of one output pixel. */
static float sum_of(const depthwise *d, const float *image, size_t y, size_t x, size_t c)
{
    const cb_layer *l = &d->problem.layer;
    const float *weights = d->weights + c / lanes_of(d) * lanes_of(d) * 9 + c % lanes_of(d);
    float sum = 0;
    for (size_t t = 0; t < 9; t++)
        sum += padded_pixel(d, image, y * l->stride + t / 3, x * l->stride + t % 3)[c] *
               weights[t * lanes_of(d)];
    return sum;
}

/* Channels that do not fill a vector, of `count` rows from y on. */
static void run_rests(const depthwise *d, const float *image, float *output, size_t y, size_t count)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_w = d->plain_out.columns, first = l->cin / lanes_of(d) * lanes_of(d);
    for (size_t i = 0; i < count * out_w; i++)
        for (size_t c = first; c < l->cin; c++)
            output[(y * out_w + i) * l->cin + c] = sum_of(d, image, y + i / out_w, i % out_w, c);
}

/* ---- NHWC: a tile at a time ---- */

static void run_tile(const depthwise *d, const float *image, float *output, size_t y, size_t x)
{
    enum {
        OUTPUTS = CB_CONV_DEPTHWISE_ROWS * CB_CONV_DEPTHWISE_COLUMNS,
        MOST_ROWS = 2 * (CB_CONV_DEPTHWISE_ROWS - 1) + 3,
        MOST_COLUMNS = 2 * (CB_CONV_DEPTHWISE_COLUMNS - 1) + 3
    };
    const cb_layer *l = &d->problem.layer;
    const float *in[MOST_ROWS * MOST_COLUMNS];
    float *out[OUTPUTS];
    size_t rows = (CB_CONV_DEPTHWISE_ROWS - 1) * l->stride + 3;
    size_t columns = (CB_CONV_DEPTHWISE_COLUMNS - 1) * l->stride + 3;
    for (size_t i = 0; i < rows * columns; i++)
        in[i] = padded_pixel(d, image, y * l->stride + i / columns, x * l->stride + i % columns);
    for (size_t i = 0; i < OUTPUTS; i++)
        out[i] = output + ((y + i / CB_CONV_DEPTHWISE_COLUMNS) * d->plain_out.columns + x +
                           i % CB_CONV_DEPTHWISE_COLUMNS) *
                              l->cin;
    cb_conv_depthwise_tile tile = {.input = in,
                                   .output = out,
                                   .weights = d->weights,
                                   .vectors = l->cin / lanes_of(d),
                                   .stride = l->stride};
    d->tile->run.DEPTHWISE_TILE(&tile);
}

/* Two rows of the output; the last tiles begin so early that they end with it. */
static void run_tile_rows(const depthwise *d, const float *image, float *output, size_t y)
{
    size_t out_w = d->plain_out.columns;
    for (size_t x = 0; x < out_w; x += CB_CONV_DEPTHWISE_COLUMNS)
        run_tile(d, image, output, y, least(x, out_w - CB_CONV_DEPTHWISE_COLUMNS));
    run_rests(d, image, output, y, CB_CONV_DEPTHWISE_ROWS);
}

/* A thread that shares its last rows with the next one begins them earlier: it may write the next
 * one's first row, the same values. */
static void run_tiles(const depthwise *d, const float *input, float *output, int thread)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_h = d->plain_out.rows, out_w = d->plain_out.columns;
    size_t steps = (out_h + CB_CONV_DEPTHWISE_ROWS - 1) / CB_CONV_DEPTHWISE_ROWS;
    cb_conv_share share = cb_conv_share_of(l->batch * steps, d->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++) {
        size_t image = i / steps, y = i % steps * CB_CONV_DEPTHWISE_ROWS;
        run_tile_rows(d, input + image * l->h * l->w * l->cin,
                      output + image * out_h * out_w * l->cin,
                      least(y, out_h - CB_CONV_DEPTHWISE_ROWS));
    }
}

/* ---- NHWC: a strip at a time ---- */

typedef struct {
    size_t image, y;       /* the strip's first row */
    size_t first, vectors; /* of channels */
    bool leads;            /* the thread does all of the next strip too */
} strip_part;

/* Where output column x of a strip's first row is, and input column 0 of its kernel: with `pad` the
 * first that there is. */
static float *output_at(const depthwise *d, float *output, const strip_part *part, size_t x)
{
    size_t row = part->image * d->plain_out.rows + part->y;
    return output + (row * d->plain_out.columns + x) * d->problem.layer.cin +
           part->first * lanes_of(d);
}

static const float *input_at(const depthwise *d, const float *input, const strip_part *part,
                             size_t x)
{
    const cb_layer *l = &d->problem.layer;
    ptrdiff_t row = (ptrdiff_t)(part->y * l->stride) - (ptrdiff_t)l->pad;
    ptrdiff_t column = x ? (ptrdiff_t)(x * l->stride) - (ptrdiff_t)l->pad : 0;
    return input +
           ((row + (ptrdiff_t)(part->image * l->h)) * (ptrdiff_t)l->w + column) *
               (ptrdiff_t)l->cin +
           (ptrdiff_t)(part->first * lanes_of(d));
}

/* Columns of output that are computed before the next ones: all, or so few that fetching them is
 * not much of the whole. */
static size_t columns_end(const depthwise *d, const strip_part *part, size_t x)
{
    enum { FEW = 7 };
    size_t out_w = d->plain_out.columns;
    bool whole = part->vectors == d->problem.layer.cin / lanes_of(d);
    return !d->fetches || !whole || out_w - x < 2 * FEW ? out_w : x + FEW;
}

/* Where input and output are more than a second-level cache holds beside other things, the next
 * columns of all rows are fetched meanwhile: the kernel's own order, a line of each pixel, is none
 * that a core foresees. */
static void fetch_next(const depthwise *d, const float *input, float *output,
                       const strip_part *part, size_t end, cb_conv_depthwise_strip *strip)
{
    strip_part next = *part;
    size_t x = end < d->plain_out.columns ? end : 0;
    if (!x)
        next.y += CB_CONV_STRIP_ROWS;
    if (!d->fetches || part->vectors < d->problem.layer.cin / lanes_of(d) ||
        (!x && (!part->leads || next.y >= d->plain_out.rows)))
        return;
    strip->next = input_at(d, input, &next, x);
    strip->next_out = output_at(d, output, &next, x);
}

/* Output columns [x, end) of a part. */
static void run_columns(const depthwise *d, const float *input, float *output,
                        const strip_part *part, size_t x, size_t end)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_w = d->plain_out.columns, pad = x ? 0 : l->pad;
    size_t first = x ? x * l->stride - l->pad : 0; /* input column */
    size_t y = part->y * l->stride, last = y + (CB_CONV_STRIP_ROWS - 1) * l->stride + 2;
    bool ends = (end - 1) * l->stride + 2 < l->w + l->pad;
    size_t after = ends ? (end - 1) * l->stride + 3 - l->pad : l->w;
    cb_conv_depthwise_strip strip = {.input = input_at(d, input, part, x),
                                     .weights = d->weights + part->first * lanes_of(d) * 9,
                                     .output = output_at(d, output, part, x),
                                     .vectors = part->vectors,
                                     .columns = after - first,
                                     .out_columns = end - x,
                                     .ends = ends,
                                     .row_bytes = l->w * l->cin * sizeof(float),
                                     .pixel_bytes = l->cin * sizeof(float),
                                     .out_row_bytes = out_w * l->cin * sizeof(float),
                                     .stride = l->stride,
                                     .pad = pad,
                                     .top = y < l->pad,
                                     .bottom = last >= l->h + l->pad};
    fetch_next(d, input, output, part, end, &strip);
    d->strip->run.DEPTHWISE_STRIP(&strip);
}

static void run_part(const depthwise *d, const float *input, float *output, const strip_part *part)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_h = d->plain_out.rows, out_w = d->plain_out.columns;
    for (size_t x = 0, end; x < out_w; x = end) {
        end = columns_end(d, part, x);
        run_columns(d, input, output, part, x, end);
    }
    if (part->first + part->vectors == l->cin / lanes_of(d))
        run_rests(d, input + part->image * l->h * l->w * l->cin,
                  output + part->image * out_h * out_w * l->cin, part->y, CB_CONV_STRIP_ROWS);
}

/* Strips part by part, a strip's channels one after another. Where the last strip begins so early
 * that it ends with the image, it and the one before belong to one thread: threads part the
 * channels. */
static void run_strips(const depthwise *d, const float *input, float *output, int thread)
{
    size_t out_h = d->plain_out.rows, vectors = d->problem.layer.cin / lanes_of(d);
    size_t strips = (out_h + CB_CONV_STRIP_ROWS - 1) / CB_CONV_STRIP_ROWS;
    size_t all = d->problem.layer.batch * strips;
    bool overlap = out_h % CB_CONV_STRIP_ROWS != 0;
    cb_conv_share share =
        cb_conv_share_of(overlap ? vectors : all * vectors, d->problem.threads, thread);
    for (size_t i = 0; i < all; i++) {
        size_t begin = overlap ? 0 : i * vectors, end = begin + vectors;
        size_t first = share.first > begin ? share.first : begin;
        strip_part part = {.image = i / strips,
                           .y = least(i % strips * CB_CONV_STRIP_ROWS, out_h - CB_CONV_STRIP_ROWS),
                           .first = first - begin};
        if (first >= end || share.end <= first)
            continue;
        part.vectors = least(end, share.end) - first;
        part.leads = part.vectors == vectors && (overlap || share.end >= end + vectors);
        run_part(d, input, output, &part);
    }
}

/* ---- NCHW: images of channels ---- */

static void run_planes(const depthwise *d, const float *input, float *output, int thread)
{
    const cb_layer *l = &d->problem.layer;
    cb_conv_depthwise_plane plane = {.h = l->h,
                                     .w = l->w,
                                     .out_h = d->plain_out.rows,
                                     .out_w = d->plain_out.columns,
                                     .stride = l->stride,
                                     .pad = l->pad};
    cb_conv_share share = cb_conv_share_of(l->batch * l->cin, d->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i += plane.planes) {
        plane.planes = least(l->cin - i % l->cin, share.end - i);
        plane.input = input + i * plane.h * plane.w;
        plane.weights = d->weights + i % l->cin * 9;
        plane.output = output + i * plane.out_h * plane.out_w;
        d->plane->run.DEPTHWISE_PLANE(&plane);
    }
}

/* ---- */

void cb_conv_depthwise_run_3x3(const cb_conv_depthwise_plan *plan, const float *input,
                               float *output, int thread)
{
    if (plan->strip)
        run_strips(plan, input, output, thread);
    else if (plan->tile)
        run_tiles(plan, input, output, thread);
    else
        run_planes(plan, input, output, thread);
}
