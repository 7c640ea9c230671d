/* Depthwise convolution: one filter for each channel.
 *
 * 3 x 3 in NHWC: strips of rows, a vector of channels after the other; or tiles of pixels along all
 * channels, where pixels in the padding are zeros elsewhere.
 * 3 x 3 in NCHW: one channel's image after the other, vectors along its rows.
 * All others have vectors across channels: NHWC data is read and written where it lies, taps that
 * fall outside of the image are left out of the kernel; NCHW data goes through a strip of rows with
 * its channels in a block, one after another, which stays in the first-level cache. */
#include "bench/conv/depthwise.h"
#include "bench/conv/variants.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 };

typedef cb_conv_depthwise_plan depthwise;

static const char *refuses(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->groups != l->cin || l->cout != l->cin)
        return "it is for one input and one output channel in each group";
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t lanes_of(const depthwise *d)
{
    return (size_t)d->kernel->lanes;
}

/* ---- preparing ---- */

static void depthwise_free(void *work)
{
    depthwise *d = work;
    if (!d)
        return;
    cb_conv_buffer_free(d->weights);
    cb_conv_buffer_free(d->scratch);
    cb_conv_buffer_free(d->zeros);
    free(d);
}

/* Rows of the padded input that `rows` of the output need. */
static size_t input_rows(const cb_layer *l, size_t rows)
{
    return (rows - 1) * l->stride + (l->kh - 1) * l->dilation + 1;
}

/* As many rows as half of the first-level cache holds. */
static void plan_strips(depthwise *d)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_w = d->plain_out.columns, room = cb_conv_cache_bytes(&d->problem, 1, 32 << 10) / 2;
    size_t in_w = (out_w - 1) * l->stride + (l->kw - 1) * l->dilation + 1;
    size_t rows = d->plain_out.rows;
    while (rows > 1 && (input_rows(l, rows) * in_w + rows * out_w) * BLOCK * sizeof(float) > room)
        rows = (rows + 1) / 2;
    d->strip_rows = rows;
    d->in = (cb_conv_blocked){BLOCK, BLOCK, input_rows(l, rows), in_w};
    d->out = (cb_conv_blocked){BLOCK, BLOCK, rows, out_w};
    d->scratch_elems = cb_conv_blocked_elems(&d->in) + cb_conv_blocked_elems(&d->out);
}

static void pack_weights(const depthwise *d, const float *weights)
{
    size_t taps = d->problem.layer.kh * d->problem.layer.kw, lanes = lanes_of(d);
    for (size_t c = 0; c < d->problem.layer.cin; c++)
        for (size_t t = 0; t < taps; t++)
            d->weights[d->plane ? c * taps + t : (c / lanes * taps + t) * lanes + c % lanes] =
                weights[c * taps + t];
}

static size_t weights_elems(const depthwise *d)
{
    const cb_layer *l = &d->problem.layer;
    return (l->cin + BLOCK - 1) / BLOCK * BLOCK * l->kh * l->kw;
}

static cb_status prepare(const cb_conv_problem *problem, const float *weights, cb_error *err,
                         void **work)
{
    const cb_layer *l = &problem->layer;
    depthwise *d = calloc(1, sizeof *d);
    if (!d)
        return cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    d->problem = *problem;
    d->kernel = cb_conv_kernel_best(CB_CONV_DEPTHWISE, problem->isa,
                                    cb_conv_core(problem->machine, problem->cpu), NULL, NULL);
    d->transposer =
        cb_conv_kernel_best(CB_CONV_TRANSPOSE, problem->isa, CB_GEMM_ANY_CORE, NULL, NULL);
    d->plain_in = (cb_conv_plain){problem->layout, l->cin, l->h, l->w};
    d->plain_out = (cb_conv_plain){problem->layout, l->cout, cb_layer_out_h(l), cb_layer_out_w(l)};
    plan_strips(d);
    cb_conv_depthwise_choose_3x3(d);
    if (d->plane || d->tile)
        d->scratch_elems = 0;
    d->zeros = cb_conv_buffer(l->cin * sizeof(float));
    d->weights = cb_conv_buffer(weights_elems(d) * sizeof(float));
    d->scratch = cb_conv_buffer(d->scratch_elems * (size_t)problem->threads * sizeof(float));
    if (!d->weights || !d->scratch || !d->zeros) {
        depthwise_free(d);
        return cb_fail(err, CB_NO_MEMORY, "no memory for weights and a strip of rows");
    }
    pack_weights(d, weights);
    *work = d;
    return CB_OK;
}

/* ---- NHWC: where it lies ---- */

/* Taps of one output position that lie inside, along one side: [first, end). */
typedef struct {
    size_t first, end;
} taps;

static taps taps_inside(const cb_layer *l, size_t position, size_t kernel, size_t size)
{
    size_t at = position * l->stride; /* of tap 0, in the padded image */
    taps t = {0, kernel};
    if (at < l->pad)
        t.first = least((l->pad - at + l->dilation - 1) / l->dilation, kernel);
    while (t.end > t.first && at + (t.end - 1) * l->dilation >= size + l->pad)
        t.end--;
    return t;
}

/* The output columns whose whole kernel is inside: [first, end). */
static taps columns_inside(const cb_layer *l, size_t out_w)
{
    taps t = {least((l->pad + l->stride - 1) / l->stride, out_w), out_w};
    while (t.end > t.first && (t.end - 1) * l->stride + (l->kw - 1) * l->dilation >= l->w + l->pad)
        t.end--;
    return t;
}

/* One output row. */
typedef struct {
    const float *image;
    float *row; /* of the output, pixel 0 */
    size_t y;
    taps rows;
} nhwc_row;

/* Pixels [x, x + count) of a row, all with the same taps, for all whole vectors of channels. */
static void run_pixels(const depthwise *d, const nhwc_row *r, size_t x, size_t count, taps columns)
{
    const cb_layer *l = &d->problem.layer;
    size_t lanes = lanes_of(d), pixel_bytes = l->cin * sizeof(float);
    if (r->rows.first == r->rows.end || columns.first == columns.end) {
        memset(r->row + x * l->cin, 0, count * pixel_bytes);
        return;
    }
    size_t iy = r->y * l->stride + r->rows.first * l->dilation - l->pad;
    size_t ix = x * l->stride + columns.first * l->dilation - l->pad;
    cb_conv_depthwise_row row = {.kh = r->rows.end - r->rows.first,
                                 .kw = columns.end - columns.first,
                                 .pixels = count,
                                 .row_bytes = l->dilation * l->w * pixel_bytes,
                                 .step_bytes = l->stride * pixel_bytes,
                                 .tap_bytes = l->dilation * pixel_bytes,
                                 .weight_row_bytes = l->kw * lanes * sizeof(float),
                                 .out_pixel_bytes = pixel_bytes};
    for (size_t c = 0; c + lanes <= l->cin; c += lanes) {
        row.input = r->image + (iy * l->w + ix) * l->cin + c;
        row.weights = d->weights +
                      (c / lanes * l->kh * l->kw + r->rows.first * l->kw + columns.first) * lanes;
        row.output = r->row + x * l->cin + c;
        d->kernel->run.DEPTHWISE(&row);
    }
}

/* Channels that do not fill a vector, one by one. */
static void run_rest(const depthwise *d, const nhwc_row *r, size_t x, taps columns)
{
    const cb_layer *l = &d->problem.layer;
    size_t lanes = lanes_of(d), taps_all = l->kh * l->kw;
    for (size_t c = l->cin / lanes * lanes; c < l->cin; c++) {
        float sum = 0;
        for (size_t ky = r->rows.first; ky < r->rows.end; ky++)
            for (size_t kx = columns.first; kx < columns.end; kx++) {
                size_t iy = r->y * l->stride + ky * l->dilation - l->pad;
                size_t ix = x * l->stride + kx * l->dilation - l->pad;
                sum += r->image[(iy * l->w + ix) * l->cin + c] *
                       d->weights[(c / lanes * taps_all + ky * l->kw + kx) * lanes + c % lanes];
            }
        r->row[x * l->cin + c] = sum;
    }
}

static void run_nhwc_row(const depthwise *d, const nhwc_row *r)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_w = d->plain_out.columns;
    taps inner = columns_inside(l, out_w);
    for (size_t x = 0; x < out_w; x++) {
        taps columns = taps_inside(l, x, l->kw, l->w);
        if (x < inner.first || x >= inner.end)
            run_pixels(d, r, x, 1, columns);
        else if (x == inner.first)
            run_pixels(d, r, x, inner.end - inner.first, columns);
        run_rest(d, r, x, columns);
    }
}

static void run_nhwc(const depthwise *d, const float *input, float *output, int thread)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_h = d->plain_out.rows, out_w = d->plain_out.columns;
    cb_conv_share share = cb_conv_share_of(l->batch * out_h, d->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++) {
        nhwc_row r = {.image = input + i / out_h * l->h * l->w * l->cin,
                      .row = output + i * out_w * l->cin,
                      .y = i % out_h,
                      .rows = taps_inside(l, i % out_h, l->kh, l->h)};
        run_nhwc_row(d, &r);
    }
}

/* ---- NCHW: a strip at a time ---- */

/* Rows of a strip's input with their padding; the columns' padding was zeroed once and stays. */
static void fill_strip(const depthwise *d, const float *plane, size_t channels, size_t y, float *to)
{
    const cb_layer *l = &d->problem.layer;
    for (size_t r = 0; r < d->in.rows; r++) {
        size_t row = y * l->stride + r; /* of the padded image */
        if (row < l->pad || row >= l->h + l->pad) {
            memset(to + r * d->in.columns * BLOCK, 0, d->in.columns * BLOCK * sizeof *to);
            continue;
        }
        if (l->pad < d->in.columns)
            d->transposer->run.TRANSPOSE(plane + (row - l->pad) * l->w, l->h * l->w,
                                         to + (r * d->in.columns + l->pad) * BLOCK, BLOCK, channels,
                                         least(l->w, d->in.columns - l->pad));
    }
}

static void run_strip(const depthwise *d, const float *in, size_t block, float *out)
{
    const cb_layer *l = &d->problem.layer;
    size_t lanes = lanes_of(d), pixel_bytes = BLOCK * sizeof(float);
    cb_conv_depthwise_row row = {.kh = l->kh,
                                 .kw = l->kw,
                                 .pixels = d->out.columns,
                                 .row_bytes = l->dilation * d->in.columns * pixel_bytes,
                                 .step_bytes = l->stride * pixel_bytes,
                                 .tap_bytes = l->dilation * pixel_bytes,
                                 .weight_row_bytes = l->kw * lanes * sizeof(float),
                                 .out_pixel_bytes = pixel_bytes};
    for (size_t r = 0; r < d->out.rows; r++)
        for (size_t c = 0; c < BLOCK; c += lanes) {
            row.input = in + r * l->stride * d->in.columns * BLOCK + c;
            row.weights = d->weights + (block * BLOCK + c) * l->kh * l->kw;
            row.output = out + r * d->out.columns * BLOCK + c;
            d->kernel->run.DEPTHWISE(&row);
        }
}

static void run_nchw(const depthwise *d, const float *input, float *output, int thread)
{
    const cb_layer *l = &d->problem.layer;
    size_t out_h = d->plain_out.rows, out_w = d->plain_out.columns;
    size_t blocks = (l->cin + BLOCK - 1) / BLOCK;
    size_t strips = (out_h + d->strip_rows - 1) / d->strip_rows;
    float *in = d->scratch + (size_t)thread * d->scratch_elems;
    float *out = in + cb_conv_blocked_elems(&d->in);
    cb_conv_share share = cb_conv_share_of(l->batch * blocks * strips, d->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++) {
        size_t image = i / strips / blocks, block = i / strips % blocks;
        size_t y = i % strips * d->strip_rows, rows = least(d->strip_rows, out_h - y);
        size_t first = image * l->cin + block * BLOCK,
               channels = least(BLOCK, l->cin - block * BLOCK);
        fill_strip(d, input + first * l->h * l->w, channels, y, in);
        run_strip(d, in, block, out);
        d->transposer->run.TRANSPOSE(out, BLOCK, output + first * out_h * out_w + y * out_w,
                                     out_h * out_w, rows * out_w, channels);
    }
}

static void run(void *work, const float *input, float *output, int thread)
{
    const depthwise *d = work;
    if (d->strip || d->tile || d->plane)
        cb_conv_depthwise_run_3x3(d, input, output, thread);
    else if (d->problem.layout == CB_CONV_NHWC)
        run_nhwc(d, input, output, thread);
    else
        run_nchw(d, input, output, thread);
}

static void info(const void *work, cb_conv_info *out)
{
    const depthwise *d = work;
    size_t scratch = d->scratch_elems * (size_t)d->problem.threads * sizeof(float);
    const cb_conv_kernel *kernel = d->strip   ? d->strip
                                   : d->tile  ? d->tile
                                   : d->plane ? d->plane
                                              : d->kernel;
    *out = (cb_conv_info){.kernel = kernel->name,
                          .isa = cb_isa_name(kernel->isa),
                          .weights_bytes = weights_elems(d) * sizeof(float),
                          .workspace_bytes = d->problem.layout == CB_CONV_NCHW ? scratch : 0};
}

const cb_conv_variant cb_conv_depthwise = {
    .name = "depthwise",
    .what = "direct, one filter for each channel",
    .refuses = refuses,
    .prepare = prepare,
    .free = depthwise_free,
    .info = info,
    .run = run,
};
