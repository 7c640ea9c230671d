/* Seven nested loops, as a textbook has them: what a compiler makes of a convolution. */
#include "bench/conv/variant.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_conv_problem problem;
    float *weights; /* NCHW: as given; NHWC: cout x kh x kw x cin / groups */
} naive;

static const char *refuses(const cb_conv_problem *problem)
{
    (void)problem;
    return NULL;
}

static void naive_free(void *work)
{
    naive *n = work;
    if (!n)
        return;
    cb_conv_buffer_free(n->weights);
    free(n);
}

static void pack_weights(const naive *n, const float *weights)
{
    const cb_layer *l = &n->problem.layer;
    size_t cg = l->cin / l->groups, taps = l->kh * l->kw;
    if (n->problem.layout == CB_CONV_NCHW) {
        memcpy(n->weights, weights, cb_layer_weight_elems(l) * sizeof *weights);
        return;
    }
    for (size_t o = 0; o < l->cout; o++)
        for (size_t c = 0; c < cg; c++)
            for (size_t t = 0; t < taps; t++)
                n->weights[(o * taps + t) * cg + c] = weights[(o * cg + c) * taps + t];
}

static cb_status prepare(const cb_conv_problem *problem, const float *weights, cb_error *err,
                         void **work)
{
    naive *n = calloc(1, sizeof *n);
    if (n) {
        n->problem = *problem;
        n->weights = cb_conv_buffer(cb_layer_weight_elems(&problem->layer) * sizeof *weights);
    }
    if (!n || !n->weights) {
        naive_free(n);
        return cb_fail(err, CB_NO_MEMORY, "no memory for the weights");
    }
    pack_weights(n, weights);
    *work = n;
    return CB_OK;
}

static void info(const void *work, cb_conv_info *out)
{
    const naive *n = work;
    *out =
        (cb_conv_info){.kernel = "naive",
                       .isa = cb_isa_name(CB_ISA_SCALAR),
                       .weights_bytes = cb_layer_weight_elems(&n->problem.layer) * sizeof(float)};
}

static float sum_nchw(const cb_layer *l, const float *image, const float *weights, size_t y,
                      size_t x)
{
    float sum = 0;
    for (size_t c = 0; c < l->cin / l->groups; c++)
        for (size_t ky = 0; ky < l->kh; ky++)
            for (size_t kx = 0; kx < l->kw; kx++) {
                size_t iy = y * l->stride + ky * l->dilation - l->pad;
                size_t ix = x * l->stride + kx * l->dilation - l->pad;
                if (iy < l->h && ix < l->w)
                    sum +=
                        image[(c * l->h + iy) * l->w + ix] * weights[(c * l->kh + ky) * l->kw + kx];
            }
    return sum;
}

static float sum_nhwc(const cb_layer *l, const float *image, const float *weights, size_t y,
                      size_t x)
{
    size_t cg = l->cin / l->groups;
    float sum = 0;
    for (size_t ky = 0; ky < l->kh; ky++)
        for (size_t kx = 0; kx < l->kw; kx++) {
            size_t iy = y * l->stride + ky * l->dilation - l->pad;
            size_t ix = x * l->stride + kx * l->dilation - l->pad;
            if (iy < l->h && ix < l->w)
                for (size_t c = 0; c < cg; c++)
                    sum +=
                        image[(iy * l->w + ix) * l->cin + c] * weights[(ky * l->kw + kx) * cg + c];
        }
    return sum;
}

/* One row of one output channel of one image. */
static void row_of(const naive *n, const float *input, float *output, size_t image, size_t o,
                   size_t y)
{
    const cb_layer *l = &n->problem.layer;
    size_t cg = l->cin / l->groups, out_h = cb_layer_out_h(l), out_w = cb_layer_out_w(l);
    size_t first = o / (l->cout / l->groups) * cg;
    const float *weights = n->weights + o * cg * l->kh * l->kw;
    const float *in = input + image * l->cin * l->h * l->w;
    for (size_t x = 0; x < out_w; x++)
        if (n->problem.layout == CB_CONV_NCHW)
            output[((image * l->cout + o) * out_h + y) * out_w + x] =
                sum_nchw(l, in + first * l->h * l->w, weights, y, x);
        else
            output[((image * out_h + y) * out_w + x) * l->cout + o] =
                sum_nhwc(l, in + first, weights, y, x);
}

static void run(void *work, const float *input, float *output, int thread)
{
    const naive *n = work;
    const cb_layer *l = &n->problem.layer;
    size_t out_h = cb_layer_out_h(l);
    cb_conv_share share = cb_conv_share_of(l->batch * l->cout * out_h, n->problem.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        row_of(n, input, output, i / out_h / l->cout, i / out_h % l->cout, i % out_h);
}

const cb_conv_variant cb_conv_naive = {
    .name = "naive",
    .what = "seven nested loops in C",
    .refuses = refuses,
    .prepare = prepare,
    .free = naive_free,
    .info = info,
    .run = run,
};
