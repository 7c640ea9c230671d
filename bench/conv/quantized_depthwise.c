/* Depthwise convolution of 8-bit numbers: a row of output pixels and 64 channels at a time, read
 * where they lie in the (padded) NHWC image. Kernels multiply uint8. */
#include "bench/conv/quantized_kernel.h"
#include "bench/conv/quantized_stage.h"
#include "bench/conv/quantized_variants.h"
#include "bench/gemm/requantize.h"

#include <stdlib.h>

enum { BLOCK = CB_Q8_DEPTHWISE_CHANNELS, RUN_PIXELS = 64, QUAD = 4 };

typedef struct {
    cb_quantized_problem problem;
    cb_quantized_stage stage;
    const cb_q8_depthwise_kernel *kernel;
    ptrdiff_t *taps;
    size_t tap_count; /* rounded up to whole quads */
    size_t blocks;    /* of channels */
    int8_t *weights;  /* blocks x tap_count x BLOCK */
    int32_t *start;   /* of each channel of each block, in the kernel's places, and */
    float *scales;
    int32_t *no_terms; /* these in the channels' own order */
    cb_requant_factors factors;
    cb_requant_fn *requantize;
    bool in_kernel, raises;
    int32_t *sums; /* RUN_PIXELS x BLOCK, twice, for each thread */
    cb_conv_barrier barrier;
} depthwise;

static const char *refuses(const cb_quantized_problem *problem)
{
    const cb_layer *l = &problem->base.layer;
    if (l->groups != l->cin || l->cout != l->cin)
        return "not depthwise: each channel has its own weights and gives one";
    for (size_t c = 0; c < l->cout; c++)
        if (cb_quantized_weight_zero(problem->quantization, c))
            return "the weights have a zero point, which needs sums of activations";
    return NULL;
}

static void depthwise_free(void *work)
{
    depthwise *d = work;
    if (!d)
        return;
    cb_quantized_stage_free(&d->stage);
    cb_conv_buffer_free(d->weights);
    cb_conv_buffer_free(d->sums);
    free(d->taps);
    free(d->start);
    free(d->scales);
    free(d->no_terms);
    free(d->factors.multipliers);
    free(d->factors.shifts);
    free(d->factors.scales);
    free(d);
}

/* ---- making ---- */

static bool allocate(depthwise *d)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t channels = d->blocks * BLOCK, taps = l->kh * l->kw;
    d->tap_count = (taps + QUAD - 1) / QUAD * QUAD;
    d->taps = calloc(d->tap_count, sizeof *d->taps);
    d->weights = cb_conv_buffer(channels * d->tap_count);
    d->start = calloc(channels, sizeof *d->start);
    d->scales = calloc(channels, sizeof *d->scales);
    d->no_terms = calloc(channels, sizeof *d->no_terms);
    d->factors =
        (cb_requant_factors){calloc(channels, sizeof(int32_t)), calloc(channels, sizeof(int32_t)),
                             calloc(channels, sizeof(float))};
    d->sums =
        cb_conv_buffer((size_t)d->problem.base.threads * 2 * RUN_PIXELS * BLOCK * sizeof *d->sums);
    return d->taps && d->weights && d->start && d->scales && d->no_terms && d->sums &&
           d->factors.multipliers && d->factors.shifts && d->factors.scales;
}

static void set_factors(depthwise *d, size_t channel, size_t place)
{
    const cb_quantization *q = d->problem.quantization;
    size_t from = q->per_channel ? channel : 0;
    if (q->form == CB_QUANT_FLOAT) {
        d->factors.scales[channel] = d->scales[place] = q->scales[from];
        d->in_kernel &= q->scales[from] > 0 && q->scales[from] < 1;
    } else if (q->form != CB_QUANT_NONE) {
        d->factors.multipliers[channel] = q->multipliers[from];
        d->factors.shifts[channel] = q->shifts[from];
        d->raises |= q->shifts[from] > 0;
    }
}

static void pack_channel(depthwise *d, const int8_t *weights, size_t channel)
{
    const cb_layer *l = &d->problem.base.layer;
    const cb_quantization *q = d->problem.quantization;
    size_t taps = l->kh * l->kw, quad = (size_t)d->kernel->quad;
    size_t inside = cb_q8_depthwise_place(d->kernel, channel % BLOCK);
    size_t place = channel / BLOCK * BLOCK + inside;
    int8_t *block = d->weights + channel / BLOCK * BLOCK * d->tap_count;
    int32_t sum = 0, zero = q->activation_zero + (d->stage.flips ? 128 : 0);
    for (size_t t = 0; t < taps; t++) {
        block[(t / quad * BLOCK + inside) * quad + t % quad] = weights[channel * taps + t];
        sum += weights[channel * taps + t];
    }
    uint32_t bias = q->bias ? (uint32_t)q->bias[channel] : 0;
    d->start[place] = (int32_t)(bias - (uint32_t)zero * (uint32_t)sum);
    set_factors(d, channel, place);
}

static void pack(depthwise *d, const int8_t *weights)
{
    const cb_layer *l = &d->problem.base.layer;
    for (size_t t = 0; t < l->kh * l->kw; t++)
        d->taps[t] = (ptrdiff_t)((t / l->kw * d->stage.w + t % l->kw) * l->dilation * l->cin);
    d->in_kernel = d->kernel->requantizes && d->problem.quantization->form == CB_QUANT_FLOAT;
    for (size_t c = 0; c < l->cout; c++)
        pack_channel(d, weights, c);
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
    depthwise *d = status == CB_OK ? calloc(1, sizeof *d) : NULL;
    if (!d)
        return status ? status : cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    d->problem = *problem;
    d->barrier.threads = (unsigned)problem->base.threads;
    d->kernel = cb_q8_depthwise_best(problem->base.isa);
    d->requantize = cb_requant_best(problem->base.isa);
    d->blocks = (l->cout + BLOCK - 1) / BLOCK;
    status = cb_quantized_stage_new(&d->problem, problem->is_signed, l->cout % BLOCK != 0, err,
                                    &d->stage);
    if (status == CB_OK && !allocate(d))
        status = cb_fail(err, CB_NO_MEMORY, "no memory to pack the weights");
    if (status != CB_OK) {
        depthwise_free(d);
        return status;
    }
    pack(d, weights);
    *work = d;
    return CB_OK;
}

/* ---- running ---- */

/* The channels' own order, for requantization. */
static const int32_t *in_order(const depthwise *d, const int32_t *sums, size_t pixels, int32_t *to)
{
    if (d->kernel->quad == 1)
        return sums;
    for (size_t p = 0; p < pixels; p++)
        for (size_t c = 0; c < BLOCK; c++)
            to[p * BLOCK + c] = sums[p * BLOCK + cb_q8_depthwise_place(d->kernel, c)];
    return to;
}

static void requantize_run(const depthwise *d, const cb_q8_depthwise_row *row, size_t first)
{
    const cb_quantization *q = d->problem.quantization;
    cb_requant_job job = {.form = q->form,
                          .raises = d->raises,
                          .sums =
                              in_order(d, row->sums, row->pixels, row->sums + RUN_PIXELS * BLOCK),
                          .sums_ld = BLOCK,
                          .m = row->pixels,
                          .n = row->out_channels,
                          .terms = d->no_terms,
                          .factors = {d->factors.multipliers + first, d->factors.shifts + first,
                                      d->factors.scales + first},
                          .out_zero = q->out_zero,
                          .low = q->low,
                          .high = q->high,
                          .out = row->out,
                          .out_ld = d->problem.base.layer.cout};
    d->requantize(&job);
}

/* Pixels from `pixel` on, of one output row, and one block of channels. */
static void run_pixels(const depthwise *d, const uint8_t *image, char *out, size_t pixel,
                       size_t count, size_t block, int thread)
{
    const cb_layer *l = &d->problem.base.layer;
    const cb_quantization *q = d->problem.quantization;
    size_t first = block * BLOCK, left = l->cout - first;
    size_t element = cb_quantized_out_bytes(&d->problem);
    cb_q8_depthwise_row row = {.input = image + d->stage.places[pixel] + first,
                               .taps = d->taps,
                               .tap_count = d->tap_count,
                               .pixels = count,
                               .step_bytes = d->stage.pixel_bytes,
                               .weights = d->weights + first * d->tap_count,
                               .start = d->start + first,
                               .sums = d->sums + (size_t)thread * 2 * RUN_PIXELS * BLOCK,
                               .scales = d->in_kernel ? d->scales + first : NULL,
                               .out = (uint8_t *)out + (pixel * l->cout + first) * element,
                               .out_pixel_bytes = l->cout,
                               .out_channels = left < BLOCK ? left : BLOCK,
                               .out_zero = q->out_zero,
                               .low = q->low,
                               .high = q->high,
                               .out_signed = q->out == CB_S8};
    d->kernel->run(&row);
    if (!d->in_kernel)
        requantize_run(d, &row, first);
}

static void run_row(const depthwise *d, const uint8_t *image, char *out, size_t row, int thread)
{
    size_t width = cb_layer_out_w(&d->problem.base.layer);
    for (size_t block = 0; block < d->blocks; block++)
        for (size_t x = 0; x < width; x += RUN_PIXELS)
            run_pixels(d, image, out, row * width + x,
                       width - x < RUN_PIXELS ? width - x : RUN_PIXELS, block, thread);
}

static void run(void *work, const void *input, void *output, int thread)
{
    depthwise *d = work;
    const cb_layer *l = &d->problem.base.layer;
    cb_conv_share rows =
        cb_conv_share_of(l->batch * cb_layer_out_h(l), d->problem.base.threads, thread);
    cb_quantized_stage_input(&d->stage, input, thread);
    cb_conv_wait(&d->barrier);
    for (size_t row = rows.first; row < rows.end; row++)
        run_row(d, cb_quantized_stage_image(&d->stage, input),
                cb_quantized_stage_out(&d->stage, output), row, thread);
    cb_conv_wait(&d->barrier);
    if (!d->stage.out)
        return;
    cb_quantized_stage_output(&d->stage, output, thread);
    cb_conv_wait(&d->barrier);
}

static void change_layout(void *work, const void *input, void *output, int thread)
{
    depthwise *d = work;
    cb_quantized_stage_input(&d->stage, input, thread);
    cb_quantized_stage_output(&d->stage, output, thread);
    cb_conv_wait(&d->barrier);
}

static void info(const void *work, cb_conv_info *out)
{
    const depthwise *d = work;
    *out = (cb_conv_info){.kernel = d->kernel->name,
                          .isa = cb_isa_name(d->kernel->isa),
                          .weights_bytes = d->blocks * BLOCK * d->tap_count,
                          .workspace_bytes = cb_quantized_stage_bytes(&d->stage),
                          .changes_layout = !d->stage.is_image};
}

const cb_quantized_variant cb_quantized_depthwise = {
    .name = "depthwise",
    .what = "each channel by its own weights, 64 channels at a time",
    .refuses = refuses,
    .prepare = prepare,
    .free = depthwise_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
};
