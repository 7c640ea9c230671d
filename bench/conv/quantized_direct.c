/* Direct convolution of 8-bit numbers on tiles of pixels x channels in registers: kernels read
 * pixels where they lie in the (padded) NHWC image, there is no im2col matrix. Weights lie in
 * panels of as many channels as a tile has; a panel is used by all pixels before the next one. */
#include "bench/conv/quantized_kernel.h"
#include "bench/conv/quantized_stage.h"
#include "bench/conv/quantized_variants.h"
#include "bench/gemm/panels.h"
#include "bench/gemm/requantize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLACK_BYTES = 4096 };

/* Output pixels that are equally far from each other in the image. */
typedef struct {
    size_t first, count;
} piece;

typedef struct {
    cb_quantized_problem problem;
    cb_quantized_stage stage;
    const cb_q8_kernel *kernel;
    size_t span, run; /* bytes at a tap: of the layer, and rounded up to the kernel's step */
    ptrdiff_t *taps;
    size_t tap_count;
    piece *pieces;
    size_t piece_count, large_count; /* the first large_count have a pixel more than the others */
    size_t *in_places, *out_places;  /* of each piece's first pixel; of bytes */
    size_t panels;                   /* of one group of channels */
    int8_t *weights;                 /* groups x panels x tap_count x run x channels */
    size_t panel_bytes;
    int32_t *start, *no_terms; /* for each channel of each panel */
    cb_requant_factors factors;
    cb_requant_fn *requantize;
    bool in_kernel;   /* the kernel requantizes */
    bool cuts_pixels; /* threads share out pixels, not channels */
    bool raises;
    int32_t *sums; /* of two tiles for each thread */
    size_t sums_stride;
    cb_conv_barrier barrier;
} direct;

static size_t group_cout(const direct *d)
{
    return d->problem.base.layer.cout / d->problem.base.layer.groups;
}

static size_t width_of(const direct *d)
{
    return (size_t)d->kernel->channels;
}

static const char *refuses(const cb_quantized_problem *problem)
{
    const cb_layer *l = &problem->base.layer;
    const cb_quantization *q = problem->quantization;
    if (!cb_q8_kernel_best(problem->base.isa, problem->is_signed, l->cout / l->groups))
        return "it has no kernel for this instruction set";
    for (size_t c = 0; c < l->cout; c++)
        if (cb_quantized_weight_zero(q, c))
            return "the weights have a zero point, which needs sums of activations";
    if (l->groups > 1 && l->cout / l->groups < 4)
        return "a tile for each group of fewer than four channels";
    return NULL;
}

static void direct_free(void *work)
{
    direct *d = work;
    if (!d)
        return;
    cb_quantized_stage_free(&d->stage);
    cb_conv_buffer_free(d->weights);
    cb_conv_buffer_free(d->sums);
    free(d->taps);
    free(d->pieces);
    free(d->in_places);
    free(d->out_places);
    free(d->start);
    free(d->no_terms);
    free(d->factors.multipliers);
    free(d->factors.shifts);
    free(d->factors.scales);
    free(d);
}

/* ---- the shape of the work ---- */

/* Neighbouring taps of an undilated row follow each other where a pixel is all of one group. */
static bool taps_join(const cb_layer *l)
{
    return l->groups == 1 && l->dilation == 1;
}

static void set_runs(direct *d)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t cg = l->cin / l->groups, kr = (size_t)d->kernel->kr;
    d->span = taps_join(l) ? l->kw * cg : cg;
    d->run = (d->span + kr - 1) / kr * kr;
    d->tap_count = l->kh * (taps_join(l) ? 1 : l->kw);
}

static cb_status make_taps(direct *d, cb_error *err)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t per_row = d->tap_count / l->kh;
    d->taps = malloc(d->tap_count * sizeof *d->taps);
    if (!d->taps)
        return cb_fail(err, CB_NO_MEMORY, "no memory for taps");
    for (size_t t = 0; t < d->tap_count; t++)
        d->taps[t] = (ptrdiff_t)((t / per_row * d->stage.w + t % per_row) * l->dilation * l->cin);
    return CB_OK;
}

/* Pixels in one line of memory: all of them, or those of an output row. */
static size_t line_pixels(const direct *d)
{
    const cb_layer *l = &d->problem.base.layer;
    return d->stage.is_dense ? d->stage.pixel_count : cb_layer_out_w(l);
}

/* Each line in as few pieces as can be, which differ by one pixel at most; the larger ones of all
 * lines first, so that pieces of one size follow each other. */
static void cut_pieces(direct *d, size_t line, size_t per_line)
{
    size_t lines = d->stage.pixel_count / line, small = line / per_line;
    size_t large_ones = line % per_line;
    piece *at = d->pieces;
    for (size_t i = 0; i < lines; i++)
        for (size_t j = 0; j < large_ones; j++)
            *at++ = (piece){i * line + j * (small + 1), small + 1};
    for (size_t i = 0; i < lines; i++)
        for (size_t j = large_ones; j < per_line; j++)
            *at++ = (piece){i * line + j * small + large_ones, small};
}

static cb_status make_pieces(direct *d, cb_error *err)
{
    size_t most = (size_t)d->kernel->pixels, line = line_pixels(d);
    size_t per_line = (line + most - 1) / most, lines = d->stage.pixel_count / line;
    d->large_count = lines * (line % per_line);
    d->piece_count = lines * per_line;
    d->pieces = malloc(d->piece_count * sizeof *d->pieces);
    d->in_places = malloc(d->piece_count * sizeof *d->in_places);
    d->out_places = malloc(d->piece_count * sizeof *d->out_places);
    if (!d->pieces || !d->in_places || !d->out_places)
        return cb_fail(err, CB_NO_MEMORY, "no memory for pieces of the output");
    cut_pieces(d, line, per_line);
    for (size_t i = 0; i < d->piece_count; i++) {
        d->in_places[i] = d->stage.places[d->pieces[i].first];
        d->out_places[i] = d->pieces[i].first * d->problem.base.layer.cout;
    }
    return CB_OK;
}

/* ---- weights ---- */

/* Where the weight of a tap, channel and output channel of a panel lies. */
static size_t weight_at(const direct *d, size_t ky, size_t kx, size_t c, size_t o)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t tap = taps_join(l) ? ky : ky * l->kw + kx;
    size_t k = tap * d->run + (taps_join(l) ? kx * l->cin : 0) + c;
    return (k / 4 * width_of(d) + o) * 4 + k % 4;
}

/* Packs one output channel; its sum. */
static int32_t pack_channel(const direct *d, const int8_t *from, int8_t *panel, size_t o)
{
    const cb_layer *l = &d->problem.base.layer;
    int32_t sum = 0;
    for (size_t c = 0; c < l->cin / l->groups; c++)
        for (size_t ky = 0; ky < l->kh; ky++)
            for (size_t kx = 0; kx < l->kw; kx++) {
                int8_t w = from[(c * l->kh + ky) * l->kw + kx];
                panel[weight_at(d, ky, kx, c, o)] = w;
                sum += w;
            }
    return sum;
}

/* What one channel's sum starts with: everything that does not depend on the image. */
static int32_t start_of(const direct *d, size_t channel, int32_t weight_sum)
{
    const cb_quantization *q = d->problem.quantization;
    int32_t zero = q->activation_zero;
    if (d->stage.flips)
        zero += d->problem.is_signed ? 128 : -128;
    uint32_t bias = q->bias ? (uint32_t)q->bias[channel] : 0;
    return (int32_t)(bias - (uint32_t)zero * (uint32_t)weight_sum);
}

static void set_factors(direct *d, size_t channel, size_t at)
{
    const cb_quantization *q = d->problem.quantization;
    size_t from = q->per_channel ? channel : 0;
    if (q->form == CB_QUANT_FLOAT) {
        d->factors.scales[at] = q->scales[from];
    } else if (q->form != CB_QUANT_NONE) {
        d->factors.multipliers[at] = q->multipliers[from];
        d->factors.shifts[at] = q->shifts[from];
        d->raises |= q->shifts[from] > 0;
    }
}

static bool kernel_requantizes(const cb_quantization *q, size_t channels)
{
    bool all = q->form == CB_QUANT_FLOAT;
    for (size_t c = 0; all && c < (q->per_channel ? channels : 1); c++)
        all = q->scales[c] > 0 && q->scales[c] < 1;
    return all;
}

static void pack(direct *d, const int8_t *weights)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t k = l->cin / l->groups * l->kh * l->kw, og = group_cout(d), width = width_of(d);
    for (size_t channel = 0; channel < l->cout; channel++) {
        size_t inside = channel % og, panel = channel / og * d->panels + inside / width;
        size_t place = d->in_kernel ? cb_q8_place(d->kernel, inside % width) : inside % width;
        size_t at = panel * width + place;
        int32_t sum =
            pack_channel(d, weights + channel * k, d->weights + panel * d->panel_bytes, place);
        d->start[at] = start_of(d, channel, sum);
        set_factors(d, channel, at);
    }
}

/* Threads share out pixels, each with all weights, where these are few beside the image: halves of
 * a pixel's channels lie in neighbouring lines, which two cores then take from each other (two
 * threads on C3 were slower than one). */
static bool cuts_pixels(const direct *d, size_t weights_bytes)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t image_bytes = l->batch * l->h * l->w * l->cin;
    return weights_bytes / 4 <= image_bytes &&
           d->piece_count >= 4 * (size_t)d->problem.base.threads;
}

static cb_status make_weights(direct *d, const int8_t *weights, cb_error *err)
{
    const cb_conv_problem *base = &d->problem.base;
    size_t width = width_of(d), og = group_cout(d), tile_pixels;
    d->panels = (og + width - 1) / width;
    d->panel_bytes = d->tap_count * d->run * width;
    size_t panels = base->layer.groups * d->panels, channels = panels * width;
    tile_pixels = (size_t)(d->kernel->groups * d->kernel->pixels);
    d->sums_stride = 2 * tile_pixels * width + 32;
    d->weights = cb_conv_buffer(panels * d->panel_bytes + SLACK_BYTES);
    d->sums = cb_conv_buffer((size_t)base->threads * d->sums_stride * sizeof *d->sums);
    d->start = calloc(channels, sizeof *d->start);
    d->no_terms = calloc(channels, sizeof *d->no_terms);
    d->factors =
        (cb_requant_factors){calloc(channels, sizeof(int32_t)), calloc(channels, sizeof(int32_t)),
                             calloc(channels, sizeof(float))};
    if (!d->weights || !d->sums || !d->start || !d->no_terms || !d->factors.multipliers ||
        !d->factors.shifts || !d->factors.scales)
        return cb_fail(err, CB_NO_MEMORY, "no memory to pack the weights");
    d->in_kernel = kernel_requantizes(d->problem.quantization, base->layer.cout);
    d->cuts_pixels = cuts_pixels(d, panels * d->panel_bytes);
    pack(d, weights);
    return CB_OK;
}

/* A check of the quantization is the quantizer's. */
static cb_status check(const cb_quantized_problem *p, cb_error *err)
{
    cb_quantizer *quantizer;
    cb_status status = cb_quantizer_new(p->quantization, 1, p->base.layer.cout, 1, NULL, 0,
                                        p->base.isa, err, &quantizer);
    if (status == CB_OK)
        cb_quantizer_free(quantizer);
    return status;
}

static cb_status prepare(const cb_quantized_problem *problem, const int8_t *weights, cb_error *err,
                         void **work)
{
    const cb_layer *l = &problem->base.layer;
    cb_status status = check(problem, err);
    direct *d = status == CB_OK ? calloc(1, sizeof *d) : NULL;
    if (!d)
        return status ? status : cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    d->problem = *problem;
    d->barrier.threads = (unsigned)problem->base.threads;
    d->kernel = cb_q8_kernel_best(problem->base.isa, problem->is_signed, l->cout / l->groups);
    d->requantize = cb_requant_best(problem->base.isa);
    set_runs(d);
    status = cb_quantized_stage_new(&d->problem, problem->is_signed != d->kernel->is_signed,
                                    d->run != d->span, err, &d->stage);
    status = status ? status : make_taps(d, err);
    status = status ? status : make_pieces(d, err);
    status = status ? status : make_weights(d, weights, err);
    if (status != CB_OK) {
        direct_free(d);
        return status;
    }
    *work = d;
    return CB_OK;
}

/* ---- running ---- */

/* One panel of weights on pieces of the output, one after another. */
typedef struct {
    const direct *d;
    const uint8_t *image;
    char *out;
    int32_t *sums;
    size_t group, panel; /* of channels */
    size_t last_pixels;  /* of the pieces before, 0: there were none */
} job;

static size_t first_channel(const job *j)
{
    return j->group * group_cout(j->d) + j->panel * width_of(j->d);
}

static size_t channel_count(const job *j)
{
    size_t left = group_cout(j->d) - j->panel * width_of(j->d);
    return left < width_of(j->d) ? left : width_of(j->d);
}

static size_t first_place(const job *j)
{
    return (j->group * j->d->panels + j->panel) * width_of(j->d);
}

/* What the kernel does not requantize. */
static void requantize_piece(const job *j, const piece *p, const int32_t *sums)
{
    const direct *d = j->d;
    const cb_quantization *q = d->problem.quantization;
    size_t at = first_place(j), cout = d->problem.base.layer.cout;
    size_t element = cb_quantized_out_bytes(&d->problem);
    cb_requant_job one = {
        .form = q->form,
        .raises = d->raises,
        .sums = sums,
        .sums_ld = width_of(d),
        .m = p->count,
        .n = channel_count(j),
        .terms = d->no_terms,
        .factors = {d->factors.multipliers + at, d->factors.shifts + at, d->factors.scales + at},
        .out_zero = q->out_zero,
        .low = q->low,
        .high = q->high,
        .out = j->out + (p->first * cout + first_channel(j)) * element,
        .out_ld = cout};
    d->requantize(&one);
}

/* Pieces of one size; all at once where the kernel requantizes, else a tile. */
static void run_pieces(job *j, cb_range pieces)
{
    const direct *d = j->d;
    const cb_layer *l = &d->problem.base.layer;
    const cb_quantization *q = d->problem.quantization;
    size_t at = first_place(j), pixels = d->pieces[pieces.first].count;
    const cb_q8_tile one = {.image = j->image + j->group * (l->cin / l->groups),
                            .places = d->in_places + pieces.first,
                            .group_count = pieces.last - pieces.first,
                            .pixels = pixels,
                            .again = pixels == j->last_pixels,
                            .pixel_bytes = d->stage.pixel_bytes,
                            .taps = d->taps,
                            .tap_count = d->tap_count,
                            .run = d->run,
                            .weights = d->weights + at / width_of(d) * d->panel_bytes,
                            .start = d->start + at,
                            .sums = j->sums,
                            .scales = d->in_kernel ? d->factors.scales + at : NULL,
                            .out = (uint8_t *)j->out + first_channel(j),
                            .out_places = d->out_places + pieces.first,
                            .out_pixel_bytes = l->cout,
                            .out_channels = channel_count(j),
                            .out_zero = q->out_zero,
                            .low = q->low,
                            .high = q->high,
                            .out_signed = q->out == CB_S8};
    d->kernel->run(&one);
    j->last_pixels = pixels;
    for (size_t i = 0; i < one.group_count && !d->in_kernel; i++)
        requantize_piece(j, &d->pieces[pieces.first + i], j->sums + i * pixels * width_of(d));
}

/* Large pieces and small ones do not go together. */
static void run_panel(job *j, cb_range pieces)
{
    const direct *d = j->d;
    size_t most = d->in_kernel ? pieces.last : (size_t)d->kernel->groups;
    for (size_t i = pieces.first, end; i < pieces.last; i = end) {
        size_t last =
            i < d->large_count && d->large_count < pieces.last ? d->large_count : pieces.last;
        end = last - i < most ? last : i + most;
        run_pieces(j, (cb_range){i, end});
    }
}

/* A thread's panels on all pixels: weights are read once. */
static void compute_panels(job *j, int thread)
{
    const direct *d = j->d;
    size_t panels = d->problem.base.layer.groups * d->panels;
    cb_conv_share share =
        cb_conv_share_of(panels * d->piece_count, d->problem.base.threads, thread);
    for (size_t i = share.first, end; i < share.end; i = end) {
        size_t panel = i / d->piece_count, begin = panel * d->piece_count;
        end = begin + d->piece_count < share.end ? begin + d->piece_count : share.end;
        j->group = panel / d->panels;
        j->panel = panel % d->panels;
        run_panel(j, (cb_range){i - begin, end - begin});
    }
}

/* All panels on a thread's pixels: the image is read once, no pixel is written by two. */
static void compute_pixels(job *j, int thread)
{
    const direct *d = j->d;
    int threads = d->problem.base.threads;
    cb_conv_share large = cb_conv_share_of(d->large_count, threads, thread),
                  small = cb_conv_share_of(d->piece_count - d->large_count, threads, thread);
    for (size_t i = 0; i < d->problem.base.layer.groups * d->panels; i++) {
        j->group = i / d->panels;
        j->panel = i % d->panels;
        run_panel(j, (cb_range){large.first, large.end});
        run_panel(j, (cb_range){d->large_count + small.first, d->large_count + small.end});
    }
}

static void compute(const direct *d, const void *input, void *output, int thread)
{
    job j = {.d = d,
             .image = cb_quantized_stage_image(&d->stage, input),
             .out = cb_quantized_stage_out(&d->stage, output),
             .sums = d->sums + (size_t)thread * d->sums_stride};
    if (d->cuts_pixels)
        compute_pixels(&j, thread);
    else
        compute_panels(&j, thread);
}

static void run(void *work, const void *input, void *output, int thread)
{
    direct *d = work;
    cb_quantized_stage_input(&d->stage, input, thread);
    if (!d->stage.is_image)
        cb_conv_wait(&d->barrier);
    compute(d, input, output, thread);
    cb_conv_wait(&d->barrier);
    if (!d->stage.out)
        return;
    cb_quantized_stage_output(&d->stage, output, thread);
    cb_conv_wait(&d->barrier);
}

static void change_layout(void *work, const void *input, void *output, int thread)
{
    direct *d = work;
    cb_quantized_stage_input(&d->stage, input, thread);
    cb_quantized_stage_output(&d->stage, output, thread);
    cb_conv_wait(&d->barrier);
}

static void info(const void *work, cb_conv_info *out)
{
    const direct *d = work;
    *out =
        (cb_conv_info){.kernel = d->kernel->name,
                       .isa = cb_isa_name(d->kernel->isa),
                       .weights_bytes = d->problem.base.layer.groups * d->panels * d->panel_bytes,
                       .workspace_bytes = cb_quantized_stage_bytes(&d->stage),
                       .changes_layout = !d->stage.is_image};
}

static void describe(const void *work, json_t *row)
{
    const direct *d = work;
    json_object_set_new(row, "tile",
                        json_pack("{s:i, s:i, s:i}", "mr", d->kernel->groups * d->kernel->pixels,
                                  "nr", d->kernel->channels, "kr", d->kernel->kr));
}

const cb_quantized_variant cb_quantized_direct = {
    .name = "direct",
    .what = "tiles of pixels x channels that read the image where it lies, no matrix",
    .refuses = refuses,
    .prepare = prepare,
    .free = direct_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
    .describe = describe,
};
