/* Implicit GEMM: the matrix product's panels are filled from the image when they are needed, and
 * there is no im2col matrix. 1 x 1 layers of stride 1 multiply the image itself. */
#include "bench/conv/lower.h"
#include "bench/conv/variants.h"

#include <stdlib.h>

typedef struct {
    cb_conv_problem problem;
    cb_gemm_plan plan; /* of one group of one image */
    cb_gemm *gemm;
    cb_gemm_packed **weights; /* one for each group */
    cb_conv_transpose_fn *transpose, *pick2;
    cb_conv_barrier barrier;
} indirect;

static const char *refuses(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->groups > 1 && l->cout / l->groups < 4)
        return "a matrix product for each group of fewer than four channels";
    return NULL;
}

static void indirect_free(void *work)
{
    indirect *d = work;
    if (!d)
        return;
    for (size_t g = 0; d->weights && g < d->problem.layer.groups; g++)
        cb_gemm_packed_free(d->weights[g]);
    free(d->weights);
    cb_gemm_free(d->gemm);
    free(d);
}

static bool is_nchw(const indirect *d)
{
    return d->problem.layout == CB_CONV_NCHW;
}

static cb_status make_plan(indirect *d, cb_error *err)
{
    const cb_layer *l = &d->problem.layer;
    cb_gemm_source image = cb_conv_lower_is_plain(l) ? CB_GEMM_MATRIX : CB_GEMM_VIRTUAL;
    size_t og = l->cout / l->groups, pixels = cb_conv_lower_pixels(l);
    cb_gemm_problem gemm = {.dtype = "f32",
                            .m = is_nchw(d) ? og : pixels,
                            .n = is_nchw(d) ? pixels : og,
                            .k = cb_conv_lower_k(l),
                            .threads = d->problem.threads,
                            .a = is_nchw(d) ? CB_GEMM_PACKED : image,
                            .b = is_nchw(d) ? image : CB_GEMM_PACKED};
    cb_gemm_target target = {
        .machine = d->problem.machine, .isa = d->problem.isa, .cpu = d->problem.cpu};
    return cb_gemm_plan_make(&gemm, &target, err, &d->plan);
}

static cb_status pack_group(indirect *d, const float *weights, size_t group, float *matrix,
                            cb_error *err)
{
    const cb_layer *l = &d->problem.layer;
    size_t og = l->cout / l->groups, k = cb_conv_lower_k(l);
    cb_conv_lower_weights(l, weights, group, !is_nchw(d), matrix);
    cb_gemm_operand operand = cb_gemm_matrix(matrix, is_nchw(d) ? k : og, false);
    return is_nchw(d) ? cb_gemm_pack_a(&d->plan, &operand, err, &d->weights[group])
                      : cb_gemm_pack_b(&d->plan, &operand, err, &d->weights[group]);
}

static cb_status pack_weights(indirect *d, const float *weights, cb_error *err)
{
    const cb_layer *l = &d->problem.layer;
    cb_status status = CB_OK;
    float *matrix = cb_conv_buffer(cb_layer_weight_elems(l) / l->groups * sizeof *matrix);
    d->weights = calloc(l->groups, sizeof *d->weights);
    if (!matrix || !d->weights)
        status = cb_fail(err, CB_NO_MEMORY, "no memory to pack the weights");
    for (size_t g = 0; g < l->groups && status == CB_OK; g++)
        status = pack_group(d, weights, g, matrix, err);
    cb_conv_buffer_free(matrix);
    return status;
}

static cb_status prepare(const cb_conv_problem *problem, const float *weights, cb_error *err,
                         void **work)
{
    indirect *d = calloc(1, sizeof *d);
    if (!d)
        return cb_fail(err, CB_NO_MEMORY, "no memory to plan a convolution");
    d->problem = *problem;
    d->barrier.threads = (unsigned)problem->threads;
    d->transpose =
        cb_conv_kernel_best(CB_CONV_TRANSPOSE, problem->isa, CB_GEMM_ANY_CORE, NULL, NULL)
            ->run.TRANSPOSE;
    d->pick2 =
        cb_conv_kernel_best(CB_CONV_PICK2, problem->isa, CB_GEMM_ANY_CORE, NULL, NULL)->run.PICK2;
    cb_status status = make_plan(d, err);
    status = status ? status : pack_weights(d, weights, err);
    status = status ? status : cb_gemm_new(&d->plan, err, &d->gemm);
    if (status != CB_OK) {
        indirect_free(d);
        return status;
    }
    *work = d;
    return CB_OK;
}

static cb_gemm_operand image_of(const indirect *d, const cb_conv_lowering *lowering)
{
    const cb_layer *l = &d->problem.layer;
    if (cb_conv_lower_is_plain(l))
        return cb_gemm_matrix(lowering->input, is_nchw(d) ? l->h * l->w : l->cin, false);
    return (cb_gemm_operand){.source = CB_GEMM_VIRTUAL,
                             .fill = is_nchw(d) ? cb_conv_lower_columns : cb_conv_lower_rows,
                             .fill_arg = lowering};
}

static void run(void *work, const float *input, float *output, int thread)
{
    indirect *d = work;
    const cb_layer *l = &d->problem.layer;
    for (size_t i = 0; i < l->batch * l->groups; i++) {
        size_t image = i / l->groups, group = i % l->groups;
        cb_conv_lowering lowering = {.problem = &d->problem,
                                     .transpose = d->transpose,
                                     .pick2 = d->pick2,
                                     .input =
                                         input + cb_conv_lower_input_at(&d->problem, image, group),
                                     .out_w = cb_layer_out_w(l)};
        cb_gemm_operand weights = cb_gemm_packed_operand(d->weights[group]);
        cb_gemm_operand pixels = image_of(d, &lowering);
        cb_gemm_args args = {.a = is_nchw(d) ? weights : pixels,
                             .b = is_nchw(d) ? pixels : weights,
                             .c = output + cb_conv_lower_output_at(&d->problem, image, group),
                             .c_ld = is_nchw(d) ? cb_conv_lower_pixels(l) : l->cout,
                             .alpha = 1};
        cb_gemm_call(d->gemm, &args, thread);
        cb_conv_wait(&d->barrier);
    }
}

static void info(const void *work, cb_conv_info *out)
{
    const indirect *d = work;
    *out = (cb_conv_info){.kernel = d->plan.kernel->name, .isa = cb_isa_name(d->plan.kernel->isa)};
    for (size_t g = 0; g < d->problem.layer.groups; g++)
        out->weights_bytes += cb_gemm_packed_bytes(d->weights[g]);
    /* One block of the operand that is packed in the call. */
    size_t width = is_nchw(d) ? d->plan.nc : d->plan.mc;
    if (d->plan.packs)
        out->workspace_bytes = width * d->plan.kc * sizeof(float);
}

static void describe(const void *work, json_t *row)
{
    const indirect *d = work;
    cb_gemm_plan_describe(&d->plan, row);
}

const cb_conv_variant cb_conv_indirect = {
    .name = "indirect",
    .what = "matrix product whose panels are filled from the image (implicit GEMM)",
    .refuses = refuses,
    .prepare = prepare,
    .free = indirect_free,
    .info = info,
    .run = run,
    .describe = describe,
};
