/* Implicit GEMM on 8-bit numbers: the integer matrix product's panels are filled from the (padded)
 * image when they are needed, its epilogue requantizes. 1 x 1 layers of stride 1 multiply the image
 * itself. K runs over kernel rows, kernel columns, channels. */
#include "bench/conv/lower.h"
#include "bench/conv/quantized_stage.h"
#include "bench/conv/quantized_variants.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_quantized_problem problem;
    cb_quantized_stage stage;
    cb_gemm_plan plan; /* of one group, all images */
    cb_gemm *gemm;
    cb_gemm_packed **weights;    /* one for each group */
    cb_quantizer **quantizers;   /* one for each group */
    cb_quantization *parameters; /* of each group: they are pointed to */
    cb_conv_barrier barrier;
} indirect;

/* What the filling of panels reads. */
typedef struct {
    const indirect *work;
    const uint8_t *image; /* the group's first channel */
} lowering;

static const char *refuses(const cb_quantized_problem *problem)
{
    const cb_layer *l = &problem->base.layer;
    if (l->groups > 1 && l->cout / l->groups < 4)
        return "a matrix product for each group of fewer than four channels";
    return NULL;
}

static void indirect_free(void *work)
{
    indirect *d = work;
    if (!d)
        return;
    for (size_t g = 0; g < d->problem.base.layer.groups; g++) {
        if (d->weights)
            cb_gemm_packed_free(d->weights[g]);
        if (d->quantizers)
            cb_quantizer_free(d->quantizers[g]);
    }
    free(d->weights);
    free(d->quantizers);
    free(d->parameters);
    cb_gemm_free(d->gemm);
    cb_quantized_stage_free(&d->stage);
    free(d);
}

/* ---- panels ---- */

/* Bytes that follow each other in k, to their places in groups of kr. */
static inline void scatter(uint8_t *to, size_t at, const uint8_t *from, size_t count, size_t kr,
                           size_t group_bytes)
{
    while (count) {
        size_t inside = at % kr, step = kr - inside < count ? kr - inside : count;
        uint8_t *place = to + at / kr * group_bytes + inside;
        for (size_t i = 0; i < step; i++)
            place[i] = from[i];
        at += step;
        from += step;
        count -= step;
    }
}

/* The same for groups that are whole on both sides, of a size that the compiler knows. */
static inline void scatter_whole(uint8_t *to, const uint8_t *from, size_t groups, size_t kr,
                                 size_t group_bytes)
{
    for (size_t i = 0; i < groups; i++)
        memcpy(to + i * group_bytes, from + i * kr, kr);
}

static void scatter_run(uint8_t *to, size_t at, const uint8_t *from, size_t count, size_t kr,
                        size_t group_bytes)
{
    size_t whole = at % kr ? 0 : count / kr;
    uint8_t *place = to + at / kr * group_bytes;
    switch (kr) {
    case 4:
        scatter_whole(place, from, whole, 4, group_bytes);
        break;
    case 8:
        scatter_whole(place, from, whole, 8, group_bytes);
        break;
    case 16:
        scatter_whole(place, from, whole, 16, group_bytes);
        break;
    case 64:
        scatter_whole(place, from, whole, 64, group_bytes);
        break;
    default:
        whole = 0;
    }
    scatter(to, at + whole * kr, from + whole * kr, count - whole * kr, kr, group_bytes);
}

/* One pixel's steps of k: taps of cg channels; neighbouring taps of an undilated row follow each
 * other where the pixel is all of one group. */
static void fill_pixel(const indirect *d, const uint8_t *pixel, const cb_gemm_panel *panel,
                       uint8_t *to)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t cg = l->cin / l->groups;
    size_t run = l->groups == 1 && l->dilation == 1 ? l->kw * cg : cg, per_row = l->kw * cg / run;
    size_t group_bytes = panel->width * panel->kr;
    for (size_t k = panel->k_first, end = k + panel->k_count; k < end;) {
        size_t tap = k / run, inside = k % run;
        size_t count = run - inside < end - k ? run - inside : end - k;
        const uint8_t *from =
            pixel + (tap / per_row * d->stage.w + tap % per_row) * l->dilation * l->cin + inside;
        scatter_run(to, k - panel->k_first, from, count, panel->kr, group_bytes);
        k += count;
    }
}

static void fill(const void *arg, const cb_gemm_panel *panel, void *to)
{
    const lowering *low = arg;
    const indirect *d = low->work;
    size_t steps = (panel->k_count + panel->kr - 1) / panel->kr * panel->kr;
    if (panel->count < panel->width || panel->k_count < steps)
        memset(to, 0, steps * panel->width);
    for (size_t i = 0; i < panel->count; i++)
        fill_pixel(d, low->image + d->stage.places[panel->first + i], panel,
                   (uint8_t *)to + i * panel->kr);
}

/* ---- making ---- */

static bool is_plain(const indirect *d)
{
    return d->stage.is_dense;
}

static cb_status make_plan(indirect *d, cb_error *err)
{
    const cb_conv_problem *base = &d->problem.base;
    size_t og = base->layer.cout / base->layer.groups;
    cb_gemm_problem gemm = {.dtype = cb_quantized_dtype(&d->problem),
                            .m = d->stage.pixel_count,
                            .n = og,
                            .k = cb_conv_lower_k(&base->layer),
                            .threads = base->threads,
                            .a = is_plain(d) ? CB_GEMM_MATRIX : CB_GEMM_VIRTUAL,
                            .a_ld = is_plain(d) ? base->layer.cin : 0,
                            .b = CB_GEMM_PACKED,
                            .no_c = true};
    cb_gemm_target target = {.machine = base->machine, .isa = base->isa, .cpu = base->cpu};
    cb_quant_sums_needed(d->problem.quantization, base->layer.cout, &gemm.row_sums,
                         &gemm.column_sums);
    return cb_gemm_plan_make(&gemm, &target, err, &d->plan);
}

/* One group's weights as a matrix of K rows. */
static void lower_weights(const cb_layer *l, const int8_t *weights, size_t group, int8_t *to)
{
    size_t cg = l->cin / l->groups, og = l->cout / l->groups, taps = l->kh * l->kw;
    const int8_t *from = weights + group * og * cg * taps;
    for (size_t o = 0; o < og; o++)
        for (size_t c = 0; c < cg; c++)
            for (size_t t = 0; t < taps; t++)
                to[(t * cg + c) * og + o] = from[(o * cg + c) * taps + t];
}

cb_quantization cb_quantized_from_channel(const cb_quantization *q, size_t first)
{
    cb_quantization g = *q;
    size_t factor = q->per_channel ? first : 0;
    g.weight_zeros = q->weight_zeros ? q->weight_zeros + first : NULL;
    g.bias = q->bias ? q->bias + first : NULL;
    g.multipliers = q->multipliers ? q->multipliers + factor : NULL;
    g.shifts = q->shifts ? q->shifts + factor : NULL;
    g.scales = q->scales ? q->scales + factor : NULL;
    return g;
}

static cb_status make_group(indirect *d, const int8_t *weights, size_t group, int8_t *matrix,
                            cb_error *err)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t og = l->cout / l->groups;
    lower_weights(l, weights, group, matrix);
    cb_gemm_operand operand = cb_gemm_matrix(matrix, og, false);
    cb_status status = cb_gemm_pack_b(&d->plan, &operand, err, &d->weights[group]);
    if (status != CB_OK)
        return status;
    d->parameters[group] = cb_quantized_from_channel(d->problem.quantization, group * og);
    return cb_quantizer_new(&d->parameters[group], d->stage.pixel_count, og, d->plan.k, NULL,
                            l->cout, d->problem.base.isa, err, &d->quantizers[group]);
}

static cb_status make_groups(indirect *d, const int8_t *weights, cb_error *err)
{
    const cb_layer *l = &d->problem.base.layer;
    cb_status status = CB_OK;
    int8_t *matrix = malloc(cb_layer_weight_elems(l) / l->groups);
    d->weights = calloc(l->groups, sizeof *d->weights);
    d->quantizers = calloc(l->groups, sizeof *d->quantizers);
    d->parameters = calloc(l->groups, sizeof *d->parameters);
    if (!matrix || !d->weights || !d->quantizers || !d->parameters)
        status = cb_fail(err, CB_NO_MEMORY, "no memory to pack the weights");
    for (size_t g = 0; g < l->groups && status == CB_OK; g++)
        status = make_group(d, weights, g, matrix, err);
    free(matrix);
    return status;
}

static cb_status prepare(const cb_quantized_problem *problem, const int8_t *weights, cb_error *err,
                         void **work)
{
    indirect *d = calloc(1, sizeof *d);
    if (!d)
        return cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    d->problem = *problem;
    d->barrier.threads = (unsigned)problem->base.threads;
    cb_status status = cb_quantized_stage_new(&d->problem, false, false, err, &d->stage);
    status = status ? status : make_plan(d, err);
    status = status ? status : make_groups(d, weights, err);
    status = status ? status : cb_gemm_new(&d->plan, err, &d->gemm);
    if (status != CB_OK) {
        indirect_free(d);
        return status;
    }
    *work = d;
    return CB_OK;
}

/* ---- running ---- */

static void set_outputs(const indirect *d, void *output)
{
    const cb_layer *l = &d->problem.base.layer;
    size_t step = l->cout / l->groups * cb_quantized_out_bytes(&d->problem);
    char *out = cb_quantized_stage_out(&d->stage, output);
    for (size_t g = 0; g < l->groups; g++)
        cb_quantizer_set_out(d->quantizers[g], out + g * step, l->cout);
}

static void run(void *work, const void *input, void *output, int thread)
{
    indirect *d = work;
    const cb_layer *l = &d->problem.base.layer;
    if (thread == 0)
        set_outputs(d, output);
    cb_quantized_stage_input(&d->stage, input, thread);
    cb_conv_wait(&d->barrier);
    for (size_t g = 0; g < l->groups; g++) {
        lowering low = {.work = d,
                        .image =
                            cb_quantized_stage_image(&d->stage, input) + g * (l->cin / l->groups)};
        cb_gemm_args args = {
            .a = is_plain(d)
                     ? cb_gemm_matrix(low.image, l->cin, false)
                     : (cb_gemm_operand){.source = CB_GEMM_VIRTUAL, .fill = fill, .fill_arg = &low},
            .b = cb_gemm_packed_operand(d->weights[g]),
            .alpha = 1,
            .epilogue = cb_quantizer_epilogue,
            .epilogue_arg = d->quantizers[g]};
        cb_gemm_call(d->gemm, &args, thread);
        cb_conv_wait(&d->barrier);
    }
    cb_quantized_stage_output(&d->stage, output, thread);
    cb_conv_wait(&d->barrier);
}

static void change_layout(void *work, const void *input, void *output, int thread)
{
    indirect *d = work;
    cb_quantized_stage_input(&d->stage, input, thread);
    cb_quantized_stage_output(&d->stage, output, thread);
    cb_conv_wait(&d->barrier);
}

static void info(const void *work, cb_conv_info *out)
{
    const indirect *d = work;
    *out = (cb_conv_info){.kernel = d->plan.kernel->name,
                          .isa = cb_isa_name(d->plan.kernel->isa),
                          .changes_layout = !d->stage.is_image};
    for (size_t g = 0; g < d->problem.base.layer.groups; g++)
        out->weights_bytes += cb_gemm_packed_bytes(d->weights[g]);
    out->workspace_bytes = cb_quantized_stage_bytes(&d->stage);
    if (d->plan.packs) /* one block of pixels, packed in the call */
        out->workspace_bytes += d->plan.mc * d->plan.kc;
}

static void describe(const void *work, json_t *row)
{
    const indirect *d = work;
    cb_gemm_plan_describe(&d->plan, row);
}

const cb_quantized_variant cb_quantized_indirect = {
    .name = "indirect",
    .what = "integer matrix product whose panels are filled from the image (implicit GEMM)",
    .refuses = refuses,
    .prepare = prepare,
    .free = indirect_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
    .describe = describe,
};
