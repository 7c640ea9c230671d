/* The definition's loops as written, with everything by index: what a first version looks like. */
#include "bench/conv/oracle.h"
#include "bench/conv/quantized_variants.h"

#include <stdlib.h>

typedef struct {
    cb_quantized_problem problem;
    const int8_t *weights; /* the caller's */
} naive;

static const char *refuses(const cb_quantized_problem *problem)
{
    (void)problem;
    return NULL;
}

static cb_status prepare(const cb_quantized_problem *problem, const int8_t *weights, cb_error *err,
                         void **work)
{
    naive *n = malloc(sizeof *n);
    if (!n)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare a convolution");
    *n = (naive){*problem, weights};
    *work = n;
    return CB_OK;
}

static void put(const cb_quantized_problem *problem, void *output, size_t index, int32_t value)
{
    switch (problem->quantization->out) {
    case CB_S8:
        ((int8_t *)output)[index] = (int8_t)value;
        break;
    case CB_U8:
        ((uint8_t *)output)[index] = (uint8_t)value;
        break;
    default:
        ((int32_t *)output)[index] = value;
    }
}

static void run(void *work, const void *input, void *output, int thread)
{
    const naive *d = work;
    const cb_layer *l = &d->problem.base.layer;
    size_t out_h = cb_layer_out_h(l), out_w = cb_layer_out_w(l);
    cb_conv_share share =
        cb_conv_share_of(l->batch * l->cout * out_h, d->problem.base.threads, thread);
    for (size_t i = share.first; i < share.end; i++)
        for (size_t x = 0; x < out_w; x++) {
            size_t y = i % out_h, o = i / out_h % l->cout, n = i / out_h / l->cout;
            size_t index = cb_conv_index(d->problem.base.layout, l->cout, out_h, out_w, n, o, y, x);
            put(&d->problem, output, index,
                cb_quantized_oracle(&d->problem, input, d->weights, n, o, y, x));
        }
}

static void info(const void *work, cb_conv_info *out)
{
    const naive *d = work;
    *out = (cb_conv_info){.kernel = "naive",
                          .isa = "scalar",
                          .weights_bytes = cb_layer_weight_elems(&d->problem.base.layer)};
}

const cb_quantized_variant cb_quantized_naive = {
    .name = "naive",
    .what = "the definition's loops as written",
    .refuses = refuses,
    .prepare = prepare,
    .free = free,
    .info = info,
    .run = run,
};
