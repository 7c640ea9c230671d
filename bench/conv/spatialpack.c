/* Direct convolution on blocked data: what TVM's schedule for ARM processors does, and what the
 * paper measured (Klein et al., III-C2).
 *
 * The image is copied into blocks of channels with its padding (NCHWc); a tile of neighbouring
 * output pixels x output channels stays in registers over all taps and input channels; weights lie
 * in the order in which the tile reads them. NHWC data without padding is read where it lies, and
 * NHWC output is written where it belongs when tiles fit. */
#include "bench/conv/variants.h"

#include "bench/conv/blocked.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_conv_problem problem;
    const cb_conv_kernel *kernel, *single; /* two groups of pixels in a tile, and one */
    const cb_conv_kernel *transposer;
    cb_conv_barrier barrier;

    bool reads_plain, writes_plain; /* input, output are used where they lie */
    cb_conv_plain plain_in, plain_out;
    cb_conv_blocked in, out; /* of one image and group */
    float *in_data, *out_data;

    /* Input channels go by in slabs of `run`, `chunk` slabs in one pass over the image. */
    size_t run, slabs, chunk;
    ptrdiff_t slab_bytes;
    ptrdiff_t *taps; /* chunk x kh x kw */
    float *weights;  /* [group][block of outputs][slab][ky][kx][run][channels] */
    size_t weights_elems;

    size_t out_blocks; /* blocks of output channels of a group */
    size_t pieces;     /* groups of pixels in an output row */
    size_t pairs;      /* tiles in an image */
} spatialpack;

/* ---- which kernel ---- */

static bool has_groups(const cb_conv_kernel *kernel, const void *arg)
{
    const cb_conv_kernel *like = arg;
    return like ? kernel->groups == 1 && kernel->pixels == like->pixels &&
                      kernel->channels == like->channels
                : kernel->groups == 2;
}

static void choose_kernels(spatialpack *s)
{
    const cb_conv_problem *p = &s->problem;
    cb_gemm_core core = cb_conv_core(p->machine, p->cpu);
    s->kernel = cb_conv_kernel_best(CB_CONV_DIRECT, p->isa, core, has_groups, NULL);
    s->single = cb_conv_kernel_best(CB_CONV_DIRECT, p->isa, core, has_groups, s->kernel);
    s->transposer = cb_conv_kernel_best(CB_CONV_TRANSPOSE, p->isa, core, NULL, NULL);
}

static const char *refuses(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->groups > 1 && l->cout / l->groups < 4)
        return "its groups have fewer than four output channels, and a tile is wider";
    return NULL;
}

/* ---- geometry ---- */

/* Data may be read where it lies when no tap falls outside of it, the last group of a row ends with
 * it, and the channels make whole slabs. */
static bool can_read_plain(const spatialpack *s)
{
    const cb_layer *l = &s->problem.layer;
    size_t cg = l->cin / l->groups;
    return s->problem.layout == CB_CONV_NHWC && l->pad == 0 &&
           cb_layer_out_w(l) % (size_t)s->kernel->pixels == 0 && (cg <= 256 || cg % 64 == 0);
}

static bool can_write_plain(const spatialpack *s)
{
    const cb_layer *l = &s->problem.layer;
    return s->problem.layout == CB_CONV_NHWC &&
           l->cout / l->groups % (size_t)s->kernel->channels == 0 &&
           cb_layer_out_w(l) % (size_t)s->kernel->pixels == 0;
}

static void plan_input(spatialpack *s)
{
    enum { BLOCK = 16, PLAIN_RUN = 64 };
    const cb_layer *l = &s->problem.layer;
    size_t cg = l->cin / l->groups, blocks = (cg + BLOCK - 1) / BLOCK;
    size_t out_w = s->pieces * (size_t)s->kernel->pixels;
    s->reads_plain = can_read_plain(s);
    s->plain_in = (cb_conv_plain){s->problem.layout, l->cin, l->h, l->w};
    s->in = (cb_conv_blocked){.channels = cg,
                              .block = (cg + blocks - 1) / blocks,
                              .rows = (cb_layer_out_h(l) - 1) * l->stride +
                                      (l->kh - 1) * l->dilation + 1,
                              .columns = (out_w - 1) * l->stride + (l->kw - 1) * l->dilation + 1};
    if (s->reads_plain) {
        s->run = cg % PLAIN_RUN == 0 ? PLAIN_RUN : cg;
        s->slabs = cg / s->run;
        s->slab_bytes = (ptrdiff_t)(s->run * sizeof(float));
    } else {
        s->run = s->in.block;
        s->slabs = cb_conv_blocks(&s->in);
        s->slab_bytes = (ptrdiff_t)(s->in.rows * s->in.columns * s->in.block * sizeof(float));
    }
}

static void plan_output(spatialpack *s)
{
    const cb_layer *l = &s->problem.layer;
    size_t out_h = cb_layer_out_h(l), out_w = cb_layer_out_w(l);
    size_t pixels = (size_t)s->kernel->pixels, channels = (size_t)s->kernel->channels;
    s->pieces = (out_w + pixels - 1) / pixels;
    s->pairs = (out_h * s->pieces + 1) / 2;
    s->out_blocks = (l->cout / l->groups + channels - 1) / channels;
    s->writes_plain = can_write_plain(s);
    s->plain_out = (cb_conv_plain){s->problem.layout, l->cout, out_h, out_w};
    s->out = (cb_conv_blocked){l->cout / l->groups, channels, out_h, s->pieces * pixels};
}

/* Slabs whose weights stay in the second-level cache beside what streams through it. */
static void plan_chunks(spatialpack *s)
{
    const cb_layer *l = &s->problem.layer;
    size_t slab_bytes = l->kh * l->kw * s->run * (size_t)s->kernel->channels * sizeof(float);
    size_t room = cb_conv_cache_bytes(&s->problem, 2, 256 << 10) / 2;
    size_t passes = (s->slabs * slab_bytes + room - 1) / room;
    s->chunk = (s->slabs + passes - 1) / passes;
    s->chunk = s->chunk < 1 ? 1 : s->chunk;
}

static size_t in_pixel_bytes(const spatialpack *s)
{
    return (s->reads_plain ? s->problem.layer.cin : s->in.block) * sizeof(float);
}

static size_t in_columns(const spatialpack *s)
{
    return s->reads_plain ? s->problem.layer.w : s->in.columns;
}

static void fill_taps(spatialpack *s)
{
    const cb_layer *l = &s->problem.layer;
    ptrdiff_t *tap = s->taps;
    for (size_t slab = 0; slab < s->chunk; slab++)
        for (size_t ky = 0; ky < l->kh; ky++)
            for (size_t kx = 0; kx < l->kw; kx++)
                *tap++ = (ptrdiff_t)slab * s->slab_bytes +
                         (ptrdiff_t)((ky * in_columns(s) + kx) * l->dilation * in_pixel_bytes(s));
}

/* ---- weights ---- */

/* One tap of one slab for one block of outputs: run x channels; what is not there stays zero. */
static void pack_tap(const spatialpack *s, const float *weights, size_t group, size_t block,
                     size_t slab, size_t tap, float *to)
{
    const cb_layer *l = &s->problem.layer;
    size_t cg = l->cin / l->groups, og = l->cout / l->groups, taps = l->kh * l->kw;
    size_t channels = (size_t)s->kernel->channels;
    for (size_t c = 0; c < s->run && slab * s->run + c < cg; c++)
        for (size_t o = 0; o < channels && block * channels + o < og; o++)
            to[c * channels + o] =
                weights[((group * og + block * channels + o) * cg + slab * s->run + c) * taps +
                        tap];
}

static void pack_weights(const spatialpack *s, const float *weights)
{
    const cb_layer *l = &s->problem.layer;
    size_t taps = l->kh * l->kw, piece = s->run * (size_t)s->kernel->channels;
    float *to = s->weights;
    for (size_t group = 0; group < l->groups; group++)
        for (size_t block = 0; block < s->out_blocks; block++)
            for (size_t slab = 0; slab < s->slabs; slab++)
                for (size_t tap = 0; tap < taps; tap++, to += piece)
                    pack_tap(s, weights, group, block, slab, tap, to);
}

/* ---- preparing ---- */

static void spatialpack_free(void *work)
{
    spatialpack *s = work;
    if (!s)
        return;
    cb_conv_buffer_free(s->in_data);
    cb_conv_buffer_free(s->out_data);
    cb_conv_buffer_free(s->weights);
    free(s->taps);
    free(s);
}

static bool allocate(spatialpack *s)
{
    const cb_layer *l = &s->problem.layer;
    s->weights_elems =
        l->groups * s->out_blocks * s->slabs * l->kh * l->kw * s->run * (size_t)s->kernel->channels;
    s->weights = cb_conv_buffer(s->weights_elems * sizeof(float));
    s->taps = calloc(s->chunk * l->kh * l->kw, sizeof *s->taps);
    if (!s->reads_plain)
        s->in_data = cb_conv_buffer(cb_conv_blocked_elems(&s->in) * sizeof(float));
    if (!s->writes_plain)
        s->out_data = cb_conv_buffer(cb_conv_blocked_elems(&s->out) * sizeof(float));
    return s->weights && s->taps && (s->reads_plain || s->in_data) &&
           (s->writes_plain || s->out_data);
}

static cb_status prepare(const cb_conv_problem *problem, const float *weights, cb_error *err,
                         void **work)
{
    spatialpack *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    s->problem = *problem;
    s->barrier.threads = (unsigned)problem->threads;
    choose_kernels(s);
    plan_output(s);
    plan_input(s);
    plan_chunks(s);
    if (!allocate(s)) {
        spatialpack_free(s);
        return cb_fail(err, CB_NO_MEMORY, "no memory for packed weights and blocked activations");
    }
    fill_taps(s);
    pack_weights(s, weights);
    *work = s;
    return CB_OK;
}

/* ---- running ---- */

/* Rows that no tap reads need not be there. */
static bool row_is_read(const cb_layer *l, size_t padded_row)
{
    for (size_t ky = 0; ky < l->kh; ky++)
        if (padded_row >= ky * l->dilation && (padded_row - ky * l->dilation) % l->stride == 0)
            return true;
    return false;
}

/* Each thread's share of one group's image, blocked. */
static void block_input(const spatialpack *s, const float *data, int thread)
{
    const cb_layer *l = &s->problem.layer;
    if (s->reads_plain)
        return;
    cb_conv_share share =
        cb_conv_share_of(cb_conv_blocks(&s->in) * l->h, s->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        if (row_is_read(l, i % l->h + l->pad))
            cb_conv_pack_row(s->transposer->run.TRANSPOSE, &s->plain_in, data, &s->in, s->in_data,
                             i / l->h, i % l->h, l->pad);
}

static void unblock_output(const spatialpack *s, float *data, int thread)
{
    if (s->writes_plain)
        return;
    size_t height = cb_conv_unpack_height(&s->out, &s->plain_out);
    size_t strips = (s->out.rows + height - 1) / height;
    cb_conv_share share = cb_conv_share_of(s->out_blocks * strips, s->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++) {
        size_t y = i % strips * height, left = s->out.rows - y;
        cb_conv_unpack_rows(s->transposer->run.TRANSPOSE, &s->out, s->out_data, &s->plain_out, data,
                            i / strips, y, left < height ? left : height);
    }
}

/* Where a group of pixels lies, in pixels of the input and of the output. */
typedef struct {
    size_t in, out;
} place;

static place place_of(const spatialpack *s, size_t group)
{
    size_t y = group / s->pieces, x = group % s->pieces * (size_t)s->kernel->pixels;
    size_t stride = s->problem.layer.stride;
    return (place){(y * in_columns(s) + x) * stride, y * s->out.columns + x};
}

/* The operands of one image and group: `input` its first channel, `output` its first channel. */
typedef struct {
    const float *input, *weights;
    float *output;
} operands;

static void tile_of(const spatialpack *s, const float *input, float *output, size_t pair,
                    cb_conv_tile *tile)
{
    size_t pixel_bytes = in_pixel_bytes(s), groups = s->out.rows * s->pieces;
    place first = place_of(s, 2 * pair), second = first;
    if (2 * pair + 1 < groups)
        second = place_of(s, 2 * pair + 1);
    tile->input = (const float *)(const void *)((const char *)input + first.in * pixel_bytes);
    tile->output = (float *)(void *)((char *)output + first.out * tile->out_pixel_bytes);
    tile->group_bytes = (second.in - first.in) * pixel_bytes;
    tile->out_group_bytes = (second.out - first.out) * tile->out_pixel_bytes;
    if (2 * pair + 1 < groups)
        s->kernel->run.DIRECT(tile);
    else
        s->single->run.DIRECT(tile);
}

/* Tiles [first, end) of one block of output channels: chunk by chunk, so that a chunk's weights are
 * read from a near cache by all tiles but the first. */
static void compute_block(const spatialpack *s, const operands *o, size_t block, size_t first,
                          size_t end)
{
    const cb_layer *l = &s->problem.layer;
    size_t taps = l->kh * l->kw, channels = (size_t)s->kernel->channels;
    size_t pixel_elems = s->writes_plain ? l->cout : channels;
    float *output = s->writes_plain ? o->output + block * channels
                                    : s->out_data + block * s->out.rows * s->out.columns * channels;
    cb_conv_tile tile = {.taps = s->taps,
                         .run = s->run,
                         .pixel_bytes = l->stride * in_pixel_bytes(s),
                         .out_pixel_bytes = pixel_elems * sizeof(float),
                         .out_vector_bytes = (size_t)s->kernel->lanes * sizeof(float)};
    for (size_t slab = 0; slab < s->slabs; slab += s->chunk) {
        size_t slabs = s->slabs - slab < s->chunk ? s->slabs - slab : s->chunk;
        const char *input = (const char *)(s->reads_plain ? o->input : s->in_data);
        tile.tap_count = slabs * taps;
        tile.weights = o->weights + (block * s->slabs + slab) * taps * s->run * channels;
        tile.accumulate = slab > 0;
        for (size_t pair = first; pair < end; pair++)
            tile_of(s, (const float *)(const void *)(input + (ptrdiff_t)slab * s->slab_bytes),
                    output, pair, &tile);
    }
}

static void compute(const spatialpack *s, const operands *o, int thread)
{
    cb_conv_share share = cb_conv_share_of(s->out_blocks * s->pairs, s->problem.threads, thread);
    for (size_t at = share.first; at < share.end;) {
        size_t block = at / s->pairs, end = (block + 1) * s->pairs;
        end = end < share.end ? end : share.end;
        compute_block(s, o, block, at - block * s->pairs, end - block * s->pairs);
        at = end;
    }
}

static operands operands_of(const spatialpack *s, const float *input, float *output, size_t image,
                            size_t group)
{
    const cb_layer *l = &s->problem.layer;
    size_t in_plane = l->h * l->w, out_plane = s->plain_out.rows * s->plain_out.columns;
    bool nchw = s->problem.layout == CB_CONV_NCHW;
    size_t cg = l->cin / l->groups, og = l->cout / l->groups;
    return (operands){input + image * l->cin * in_plane + group * cg * (nchw ? in_plane : 1),
                      s->weights + group * (s->weights_elems / l->groups),
                      output + image * l->cout * out_plane + group * og * (nchw ? out_plane : 1)};
}

static void run_phases(spatialpack *s, const float *input, float *output, int thread, bool computes)
{
    const cb_layer *l = &s->problem.layer;
    for (size_t i = 0; i < l->batch * l->groups; i++) {
        operands o = operands_of(s, input, output, i / l->groups, i % l->groups);
        block_input(s, o.input, thread);
        cb_conv_wait(&s->barrier);
        if (computes)
            compute(s, &o, thread);
        cb_conv_wait(&s->barrier);
        unblock_output(s, o.output, thread);
        if (!s->writes_plain)
            cb_conv_wait(&s->barrier);
    }
}

static void run(void *work, const float *input, float *output, int thread)
{
    run_phases(work, input, output, thread, true);
}

static void change_layout(void *work, const float *input, float *output, int thread)
{
    run_phases(work, input, output, thread, false);
}

static void info(const void *work, cb_conv_info *out)
{
    const spatialpack *s = work;
    size_t in = s->in_data ? cb_conv_blocked_elems(&s->in) : 0;
    size_t result = s->out_data ? cb_conv_blocked_elems(&s->out) : 0;
    *out = (cb_conv_info){.kernel = s->kernel->name,
                          .isa = cb_isa_name(s->kernel->isa),
                          .weights_bytes = s->weights_elems * sizeof(float),
                          .workspace_bytes = (in + result) * sizeof(float),
                          .changes_layout = in || result};
}

static void describe(const void *work, json_t *row)
{
    const spatialpack *s = work;
    json_object_set_new(row, "tile",
                        json_pack("{s:i, s:i, s:i}", "mr", s->kernel->groups * s->kernel->pixels,
                                  "nr", s->kernel->channels, "kr", 1));
    json_object_set_new(
        row, "blocking",
        json_pack("{s:I, s:I, s:s}", "kc",
                  (json_int_t)(s->chunk * s->run * s->problem.layer.kh * s->problem.layer.kw),
                  "c_block", (json_int_t)s->run, "order", "oc, chunk, pixels"));
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
