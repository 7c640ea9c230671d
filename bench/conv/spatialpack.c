/* Direct convolution on blocked data: what TVM's schedule for ARM processors does, and what the
 * paper measured (Klein et al., III-C2).
 *
 * The image is copied into blocks of channels with its padding (NCHWc), a strip of rows at a time;
 * a tile of output pixels x output channels stays in registers over all taps and input channels;
 * weights lie in the order in which the tile reads them. NHWC data without padding, or of one slab
 * of channels, is read where it lies; NHWC output is written where it belongs when tiles fit. */
#include "bench/conv/spatialpack.h"

#include "bench/conv/variants.h"

#include <stdlib.h>

/* ---- which kernel ---- */

static void choose_kernels(cb_conv_strips *s)
{
    const cb_conv_problem *p = &s->problem;
    cb_gemm_core core = cb_conv_core(p->machine, p->cpu);
    cb_conv_tiles_choose(p, s->out_w, s->og, &s->tiles);
    s->unpack = cb_conv_kernel_best(CB_CONV_TRANSPOSE, p->isa, core, NULL, NULL)->run.TRANSPOSE;
    if (s->column_step == 1)
        s->pack = s->unpack;
    else if (s->column_step == 2)
        s->pack = cb_conv_kernel_best(CB_CONV_TRANSPOSE2, p->isa, core, NULL, NULL)->run.TRANSPOSE2;
}

static const char *refuses(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->groups > 1 && l->cout / l->groups < 4)
        return "its groups have fewer than four output channels, and a tile is wider";
    return NULL;
}

/* ---- geometry ---- */

static size_t ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

/* Data may be read where it lies when no tap falls outside of it, the last group of a row ends with
 * it, and the channels make whole slabs. */
static bool can_read_plain(const cb_conv_strips *s)
{
    return s->problem.layout == CB_CONV_NHWC && s->problem.layer.pad == 0 &&
           s->out_w % (size_t)s->tiles.kernel->pixels == 0 && (s->cg <= 256 || s->cg % 64 == 0);
}

static bool can_write_plain(const cb_conv_strips *s)
{
    return s->problem.layout == CB_CONV_NHWC && s->og % (size_t)s->tiles.kernel->channels == 0 &&
           s->out_w % (size_t)s->tiles.kernel->pixels == 0;
}

static void plan_output(cb_conv_strips *s)
{
    size_t channels = (size_t)s->tiles.kernel->channels;
    s->pieces = ceil_div(s->out_w, (size_t)s->tiles.kernel->pixels);
    s->out_blocks = ceil_div(s->og, channels);
    s->writes_plain = can_write_plain(s);
    s->out_pixel_bytes = (s->writes_plain ? s->problem.layer.cout : channels) * sizeof(float);
}

/* Rows of input that are copied for `rows` of output. */
static size_t rows_for(const cb_conv_strips *s, size_t rows)
{
    const cb_layer *l = &s->problem.layer;
    return ((rows - 1) * l->stride + (l->kh - 1) * l->dilation) / s->row_step + 1;
}

/* Few channels are not transposed: what a tap's row reads of one channel follows each other too. */
static bool keeps_planes(const cb_conv_strips *s)
{
    enum { FEW = 4, LONG_RUN = 3 };
    const cb_layer *l = &s->problem.layer;
    return s->problem.layout == CB_CONV_NCHW && s->cg <= FEW && l->kw >= LONG_RUN &&
           l->dilation == 1;
}

static void plan_input(cb_conv_strips *s)
{
    enum { BLOCK = 16, PLAIN_RUN = 64 }; /* what is transposed at a time; what is copied */
    const cb_layer *l = &s->problem.layer;
    size_t most = s->problem.layout == CB_CONV_NHWC ? PLAIN_RUN : keeps_planes(s) ? 1 : BLOCK;
    size_t blocks = ceil_div(s->cg, most), out_w = s->pieces * (size_t)s->tiles.kernel->pixels;
    s->reads_plain = can_read_plain(s);
    s->in = (cb_conv_blocked){
        .channels = s->cg,
        .block = ceil_div(s->cg, blocks),
        .columns = ((out_w - 1) * l->stride + (l->kw - 1) * l->dilation) / s->column_step + 1};
    s->slab_channels = !s->reads_plain ? s->in.block : s->cg % PLAIN_RUN == 0 ? PLAIN_RUN : s->cg;
    s->slabs = ceil_div(s->cg, s->slab_channels);
    s->slab_weights = l->kh * l->kw * s->slab_channels * (size_t)s->tiles.kernel->channels;
    /* The taps of a kernel's row follow each other in memory when all that is in a pixel does. */
    bool joined = l->dilation == 1 && (!s->reads_plain || (s->slabs == 1 && l->groups == 1));
    s->run = s->slab_channels * (joined ? l->kw : 1);
    s->taps_in_slab = l->kh * (joined ? 1 : l->kw);
}

static size_t weights_bytes(const cb_conv_strips *s)
{
    return s->out_blocks * s->slabs * s->slab_weights * sizeof(float);
}

static double balance(size_t units, int threads)
{
    size_t rounds = ceil_div(units, (size_t)threads);
    return (double)units / (double)(rounds * (size_t)threads);
}

/* Strips so small that a thread's part of the second-level cache holds one. Threads take strips of
 * their own; they share a strip where there are too few, or where each would read many weights. */
static void plan_strips(cb_conv_strips *s)
{
    const cb_layer *l = &s->problem.layer;
    int threads = s->problem.threads;
    size_t l2 = cb_conv_cache_bytes(&s->problem, 2, 256 << 10), rows = s->out_h;
    size_t in_row = s->reads_plain ? 0 : cb_conv_blocks(&s->in) * s->in.block * s->in.columns;
    size_t out_row =
        s->writes_plain ? 0
                        : s->pieces * (size_t)(s->tiles.kernel->pixels * s->tiles.kernel->channels);
    while (rows > 1 && (rows_for(s, rows) * in_row + rows * out_row) * sizeof(float) > l2 / 4)
        rows--;
    s->strips = ceil_div(s->out_h, rows);
    if (s->out_h >= 4 * (size_t)threads)
        s->strips = ceil_div(s->strips, (size_t)threads) * (size_t)threads;
    s->strip_rows = ceil_div(s->out_h, s->strips);
    s->strips = ceil_div(s->out_h, s->strip_rows);
    s->in.rows = rows_for(s, s->strip_rows);
    double by_strip = balance(l->batch * l->groups * s->strips, threads);
    double by_block = balance(s->out_blocks, threads);
    /* What a thread keeps beside the weights: a strip's outputs until they are transposed. */
    size_t few_weights = s->writes_plain ? l2 : l2 / 2;
    s->threads_by_block =
        weights_bytes(s) > few_weights ? by_block > 0.9 * by_strip : by_block > 1.1 * by_strip;
}

/* Slabs whose weights stay in the second-level cache beside what streams through it. */
static void plan_chunks(cb_conv_strips *s)
{
    size_t room =
        cb_conv_cache_bytes(&s->problem, 2, 256 << 10) / (s->tiles.kernel->groups > 2 ? 8 : 2);
    size_t passes = ceil_div(s->slabs * s->slab_weights * sizeof(float), room);
    s->chunk = ceil_div(s->slabs, passes);
}

static void fill_taps(cb_conv_strips *s)
{
    const cb_layer *l = &s->problem.layer;
    size_t columns = s->reads_plain ? l->w : s->in.columns;
    size_t pixel = (s->reads_plain ? l->cin : s->in.block) * sizeof(float);
    size_t kw = s->taps_in_slab / l->kh;
    ptrdiff_t *tap = s->taps;
    s->slab_bytes = (ptrdiff_t)(s->slab_channels * sizeof(float) *
                                (s->reads_plain ? 1 : s->in.rows * s->in.columns));
    for (size_t slab = 0; slab < s->chunk; slab++)
        for (size_t ky = 0; ky < l->kh; ky++)
            for (size_t kx = 0; kx < kw; kx++)
                *tap++ = (ptrdiff_t)slab * s->slab_bytes +
                         (ptrdiff_t)((ky * columns + kx) * l->dilation * pixel);
}

static void fill_places(cb_conv_strips *s)
{
    const cb_layer *l = &s->problem.layer;
    size_t columns = s->reads_plain ? l->w : s->in.columns,
           pixels = (size_t)s->tiles.kernel->pixels;
    size_t down = l->stride, right = l->stride;
    size_t pixel = (s->reads_plain ? l->cin : s->in.block) * sizeof(float);
    if (!s->reads_plain) {
        down /= s->row_step;
        right /= s->column_step;
    }
    s->pixel_bytes = right * pixel;
    for (size_t i = 0; i < s->strip_rows * s->pieces; i++) {
        size_t y = i / s->pieces, x = i % s->pieces * pixels;
        s->tiles.places[i] = (ptrdiff_t)((y * down * columns + x * right) * pixel);
        s->tiles.out_places[i] = (ptrdiff_t)((y * s->pieces * pixels + x) * s->out_pixel_bytes);
    }
}

/* ---- weights ---- */

/* One tap of one slab for one block of outputs; what is not there stays zero. */
static void pack_tap(const cb_conv_strips *s, const float *weights, size_t block, size_t slab,
                     size_t tap, float *to)
{
    size_t taps = s->problem.layer.kh * s->problem.layer.kw,
           width = (size_t)s->tiles.kernel->channels;
    for (size_t i = 0; i < s->slab_channels && slab * s->slab_channels + i < s->cg; i++)
        for (size_t o = 0; o < width && block * width + o < s->og; o++)
            to[i * width + o] =
                weights[((block * width + o) * s->cg + slab * s->slab_channels + i) * taps + tap];
}

static void pack_weights(const cb_conv_strips *s, const float *weights)
{
    const cb_layer *l = &s->problem.layer;
    size_t taps = l->kh * l->kw, piece = s->slab_channels * (size_t)s->tiles.kernel->channels;
    float *to = s->weights;
    for (size_t group = 0; group < l->groups; group++, weights += s->og * s->cg * taps)
        for (size_t block = 0; block < s->out_blocks; block++)
            for (size_t slab = 0; slab < s->slabs; slab++)
                for (size_t tap = 0; tap < taps; tap++, to += piece)
                    pack_tap(s, weights, block, slab, tap, to);
}

/* ---- preparing ---- */

static void spatialpack_free(void *work)
{
    cb_conv_strips *s = work;
    if (!s)
        return;
    cb_conv_buffer_free(s->scratch);
    cb_conv_buffer_free(s->weights);
    cb_conv_inside_free(&s->inside);
    free(s->taps);
    free(s->tiles.places);
    free(s->tiles.out_places);
    free(s);
}

static bool allocate(cb_conv_strips *s)
{
    size_t places = s->strip_rows * s->pieces;
    size_t pixels = s->strip_rows * s->pieces * (size_t)s->tiles.kernel->pixels;
    s->in_elems = s->reads_plain ? 0 : (cb_conv_blocked_elems(&s->in) + 15) / 16 * 16;
    s->scratch_elems =
        s->in_elems + (s->writes_plain ? 0 : pixels * (size_t)s->tiles.kernel->channels);
    s->scratch_elems = (s->scratch_elems + 1023) / 1024 * 1024;
    s->scratch = cb_conv_buffer(s->scratch_elems * (size_t)s->problem.threads * sizeof(float));
    s->weights = cb_conv_buffer(s->problem.layer.groups * weights_bytes(s));
    s->taps = calloc(s->chunk * s->taps_in_slab, sizeof *s->taps);
    s->tiles.places = calloc(places, sizeof *s->tiles.places);
    s->tiles.out_places = calloc(places, sizeof *s->tiles.out_places);
    return s->scratch && s->weights && s->taps && s->tiles.places && s->tiles.out_places;
}

static cb_status prepare(const cb_conv_problem *problem, const float *weights, cb_error *err,
                         void **work)
{
    const cb_layer *l = &problem->layer;
    cb_conv_strips *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    s->problem = *problem;
    s->cg = l->cin / l->groups;
    s->og = l->cout / l->groups;
    s->out_h = cb_layer_out_h(l);
    s->out_w = cb_layer_out_w(l);
    s->row_step = l->kh == 1 ? l->stride : 1;
    s->column_step = l->kw == 1 ? l->stride : 1;
    choose_kernels(s);
    plan_output(s);
    plan_input(s);
    plan_strips(s);
    plan_chunks(s);
    if (!allocate(s)) {
        spatialpack_free(s);
        return cb_fail(err, CB_NO_MEMORY, "no memory for packed weights and blocked activations");
    }
    fill_taps(s);
    fill_places(s);
    if (!cb_conv_inside_plan(s)) {
        spatialpack_free(s);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the places of pixels");
    }
    pack_weights(s, weights);
    *work = s;
    return CB_OK;
}

/* ---- the variant ---- */

static void run(void *work, const float *input, float *output, int thread)
{
    cb_conv_spatialpack_run(work, input, output, thread, true);
}

static void change_layout(void *work, const float *input, float *output, int thread)
{
    cb_conv_spatialpack_run(work, input, output, thread, false);
}

static void info(const void *work, cb_conv_info *out)
{
    const cb_conv_strips *s = work;
    size_t scratch = s->reads_plain && s->writes_plain ? 0 : s->scratch_elems;
    *out = (cb_conv_info){.kernel = s->tiles.kernel->name,
                          .isa = cb_isa_name(s->tiles.kernel->isa),
                          .weights_bytes = s->problem.layer.groups * weights_bytes(s),
                          .workspace_bytes = scratch * (size_t)s->problem.threads * sizeof(float),
                          .changes_layout = !s->reads_plain || !s->writes_plain};
}

static void describe(const void *work, json_t *row)
{
    const cb_conv_strips *s = work;
    const cb_layer *l = &s->problem.layer;
    size_t kc = s->chunk * s->slab_channels * l->kh * l->kw;
    json_object_set_new(row, "tile",
                        json_pack("{s:i, s:i, s:i}", "mr",
                                  s->tiles.kernel->groups * s->tiles.kernel->pixels, "nr",
                                  s->tiles.kernel->channels, "kr", 1));
    json_object_set_new(row, "blocking",
                        json_pack("{s:I, s:I, s:I, s:s}", "kc", (json_int_t)kc, "c_block",
                                  (json_int_t)s->slab_channels, "rows", (json_int_t)s->strip_rows,
                                  "order", "strip, oc, chunk, pixels"));
}

const cb_conv_variant cb_conv_spatialpack = {
    .name = "spatialpack",
    .what = "direct, register-tiled, on blocked channels (NCHWc)",
    .refuses = refuses,
    .prepare = prepare,
    .free = spatialpack_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
    .describe = describe,
};
