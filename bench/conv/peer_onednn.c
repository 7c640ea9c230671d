/* oneDNN as a peer in float32: its direct and its Winograd convolution. */
#include "bench/conv/onednn.h"
#include "bench/conv/variants.h"

#include <stdlib.h>

static const char *refuses_winograd(const cb_conv_problem *problem)
{
    const cb_layer *l = &problem->layer;
    if (l->kh != 3 || l->kw != 3 || l->stride != 1 || l->dilation != 1 || l->groups != 1)
        return "Winograd's transforms are for 3 x 3, stride 1, one group";
    return cb_conv_onednn_refuses(problem);
}

#ifdef CB_HAS_ONEDNN

typedef struct {
    cb_onednn_conv *conv;
    double transform_growth;
} onednn;

static void onednn_free(void *work)
{
    onednn *d = work;
    if (d)
        cb_onednn_conv_free(d->conv);
    free(d);
}

static cb_status prepare(const cb_conv_problem *problem, dnnl_alg_kind_t algorithm,
                         const float *weights, cb_error *err, void **work)
{
    const cb_onednn_form form = {.input = dnnl_f32,
                                 .weights = dnnl_f32,
                                 .bias = dnnl_data_type_undef,
                                 .output = dnnl_f32,
                                 .algorithm = algorithm};
    onednn *d = calloc(1, sizeof *d);
    if (!d)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare oneDNN");
    cb_status status = cb_onednn_conv_new(problem, &form, weights, NULL, err, &d->conv);
    if (status != CB_OK) {
        free(d);
        return status;
    }
    d->transform_growth = algorithm == dnnl_convolution_winograd ? 200 : 0;
    *work = d;
    return CB_OK;
}

static cb_status prepare_direct(const cb_conv_problem *problem, const float *weights, cb_error *err,
                                void **work)
{
    return prepare(problem, dnnl_convolution_direct, weights, err, work);
}

static cb_status prepare_winograd(const cb_conv_problem *problem, const float *weights,
                                  cb_error *err, void **work)
{
    return prepare(problem, dnnl_convolution_winograd, weights, err, work);
}

static void run(void *work, const float *input, float *output, int thread)
{
    const onednn *d = work;
    if (thread == 0)
        cb_onednn_conv_run(d->conv, input, output, true);
}

static void change_layout(void *work, const float *input, float *output, int thread)
{
    const onednn *d = work;
    if (thread == 0)
        cb_onednn_conv_run(d->conv, input, output, false);
}

static void info(const void *work, cb_conv_info *out)
{
    const onednn *d = work;
    cb_onednn_conv_info(d->conv, out);
    out->transform_growth = d->transform_growth;
}

#endif

const cb_conv_variant cb_conv_onednn = {
    .name = "onednn",
    .what = "oneDNN's direct convolution, reorders included",
    .refuses = cb_conv_onednn_refuses,
#ifdef CB_HAS_ONEDNN
    .prepare = prepare_direct,
    .free = onednn_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
#endif
    .is_peer = true,
    .has_threads = true,
};

const cb_conv_variant cb_conv_onednn_winograd = {
    .name = "onednn-winograd",
    .what = "oneDNN's Winograd convolution, reorders included",
    .refuses = refuses_winograd,
#ifdef CB_HAS_ONEDNN
    .prepare = prepare_winograd,
    .free = onednn_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
#endif
    .is_peer = true,
    .has_threads = true,
};
