/* ONNX Runtime as a peer: Conv in float32 and QLinearConv on 8-bit numbers, each as a model of one
 * node with its weights in it. */
#include "bench/conv/quantized_variants.h"
#include "bench/conv/variants.h"
#include "bench/gemm/onnxruntime.h"
#include "bench/gemm/pin.h"

#include <stdlib.h>

typedef struct {
    cb_ort *runtime;
    size_t weights_bytes;
} onnxruntime;

static void onnxruntime_free(void *work)
{
    onnxruntime *o = work;
    if (o)
        cb_ort_free(o->runtime);
    free(o);
}

/* ---- the model ---- */

enum { PARAMETERS = 6 };

static void set_attributes(const cb_conv_problem *p, cb_onnx_attribute attributes[PARAMETERS])
{
    const cb_layer *l = &p->layer;
    int64_t stride = (int64_t)l->stride, pad = (int64_t)l->pad, dilation = (int64_t)l->dilation;
    const cb_onnx_attribute all[PARAMETERS] = {
        {.name = "kernel_shape", .values = {(int64_t)l->kh, (int64_t)l->kw}, .count = 2},
        {.name = "strides", .values = {stride, stride}, .count = 2},
        {.name = "pads", .values = {pad, pad, pad, pad}, .count = 4},
        {.name = "dilations", .values = {dilation, dilation}, .count = 2},
        {.name = "group", .values = {(int64_t)l->groups}},
        {.name = "channels_last", .values = {1}},
    };
    for (size_t i = 0; i < PARAMETERS; i++)
        attributes[i] = all[i];
}

static cb_onnx_tensor image(const char *name, cb_onnx_type type, cb_conv_layout layout,
                            const size_t nchw[4])
{
    cb_onnx_tensor t = {.name = name, .type = type, .rank = 4};
    static const size_t order[2][4] = {{0, 1, 2, 3}, {0, 2, 3, 1}};
    for (size_t i = 0; i < 4; i++)
        t.dims[i] = (int64_t)nchw[order[layout == CB_CONV_NHWC][i]];
    return t;
}

static cb_onnx_tensor input_of(const cb_conv_problem *p, cb_onnx_type type)
{
    const size_t nchw[4] = {p->layer.batch, p->layer.cin, p->layer.h, p->layer.w};
    return image("x", type, p->layout, nchw);
}

static cb_onnx_tensor output_of(const cb_conv_problem *p, cb_onnx_type type)
{
    const size_t nchw[4] = {p->layer.batch, p->layer.cout, cb_layer_out_h(&p->layer),
                            cb_layer_out_w(&p->layer)};
    return image("y", type, p->layout, nchw);
}

static cb_onnx_tensor weights_of(const cb_layer *l, cb_onnx_type type, const void *data)
{
    return (cb_onnx_tensor){
        .name = "w",
        .type = type,
        .rank = 4,
        .dims = {(int64_t)l->cout, (int64_t)(l->cin / l->groups), (int64_t)l->kh, (int64_t)l->kw},
        .data = data};
}

/* The library makes its threads here: not where the caller is pinned. */
static cb_status make(const cb_conv_problem *p, const cb_onnx_node *node, cb_error *err,
                      void **work)
{
    cb_peer_pin pin;
    onnxruntime *o = calloc(1, sizeof *o);
    if (!o)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare ONNX Runtime");
    cb_peer_unpin(p->machine, &pin);
    cb_status status = cb_ort_new(node, p->threads, err, &o->runtime);
    cb_peer_pin_again(&pin);
    if (status != CB_OK) {
        free(o);
        return status;
    }
    o->weights_bytes = cb_layer_weight_elems(&p->layer);
    *work = o;
    return CB_OK;
}

static void run_once(void *work, const void *input, void *output, int thread)
{
    const onnxruntime *o = work;
    if (thread == 0)
        cb_ort_run(o->runtime, &input, output);
}

static void describe(const void *work, json_t *row)
{
    (void)work;
    json_object_set_new(row, "library", json_string(cb_ort_version()));
}

/* ---- float32 ---- */

static const char *refuses(const cb_conv_problem *p)
{
    if (p->layout != CB_CONV_NCHW)
        return "ONNX's convolution is NCHW";
    return cb_ort_refuses(p->isa);
}

static cb_status prepare(const cb_conv_problem *p, const float *weights, cb_error *err, void **work)
{
    cb_onnx_attribute attributes[PARAMETERS];
    const cb_onnx_tensor inputs[] = {input_of(p, CB_ONNX_F32),
                                     weights_of(&p->layer, CB_ONNX_F32, weights)};
    const cb_onnx_node node = {.op = "Conv",
                               .domain = "",
                               .attributes = attributes,
                               .attribute_count = PARAMETERS - 1,
                               .inputs = inputs,
                               .input_count = 2,
                               .output = output_of(p, CB_ONNX_F32)};
    set_attributes(p, attributes);
    return make(p, &node, err, work);
}

static void run(void *work, const float *input, float *output, int thread)
{
    run_once(work, input, output, thread);
}

static void info(const void *work, cb_conv_info *out)
{
    const onnxruntime *o = work;
    *out = (cb_conv_info){
        .kernel = "onnxruntime", .isa = "-", .weights_bytes = o->weights_bytes * sizeof(float)};
}

const cb_conv_variant cb_conv_onnxruntime = {
    .name = "onnxruntime",
    .what = "ONNX Runtime's Conv",
    .refuses = refuses,
    .prepare = prepare,
    .free = onnxruntime_free,
    .info = info,
    .run = run,
    .describe = describe,
    .is_peer = true,
    .has_threads = true,
};

/* ---- 8 bits ---- */

static const char *refuses_quantized(const cb_quantized_problem *p)
{
    const cb_quantization *q = p->quantization;
    if (q->form != CB_QUANT_FLOAT || !q->per_channel || !q->bias || q->weight_zero ||
        q->weight_zeros)
        return "QLinearConv is asked for float scales of each channel, bias, symmetric weights";
    return cb_ort_refuses(p->base.isa);
}

static cb_onnx_tensor constant(const char *name, cb_onnx_type type, const void *data)
{
    return (cb_onnx_tensor){.name = name, .type = type, .data = data};
}

/* One number of each output channel. */
static cb_onnx_tensor vector(const char *name, cb_onnx_type type, size_t count, const void *data)
{
    return (cb_onnx_tensor){
        .name = name, .type = type, .rank = 1, .dims = {(int64_t)count}, .data = data};
}

/* Its factor is x_scale w_scale / y_scale: with scales of 1 around it, that of the weights. NHWC is
 * the runtime's own form of the operator. */
static cb_status prepare_quantized(const cb_quantized_problem *p, const int8_t *weights,
                                   cb_error *err, void **work)
{
    const cb_quantization *q = p->quantization;
    const cb_layer *l = &p->base.layer;
    const float one = 1;
    const uint8_t in_zero = (uint8_t)q->activation_zero, out_zero = (uint8_t)q->out_zero;
    int8_t *no_zeros = calloc(l->cout, 1);
    cb_onnx_type in = p->is_signed ? CB_ONNX_S8 : CB_ONNX_U8;
    cb_onnx_type out = q->out == CB_S8 ? CB_ONNX_S8 : CB_ONNX_U8;
    cb_onnx_attribute attributes[PARAMETERS];
    const cb_onnx_tensor inputs[] = {input_of(&p->base, in),
                                     constant("x_scale", CB_ONNX_F32, &one),
                                     constant("x_zero", in, &in_zero),
                                     weights_of(l, CB_ONNX_S8, weights),
                                     vector("w_scale", CB_ONNX_F32, l->cout, q->scales),
                                     vector("w_zero", CB_ONNX_S8, l->cout, no_zeros),
                                     constant("y_scale", CB_ONNX_F32, &one),
                                     constant("y_zero", out, &out_zero),
                                     vector("bias", CB_ONNX_S32, l->cout, q->bias)};
    bool is_nhwc = p->base.layout == CB_CONV_NHWC;
    const cb_onnx_node node = {.op = "QLinearConv",
                               .domain = is_nhwc ? "com.microsoft" : "",
                               .attributes = attributes,
                               .attribute_count = is_nhwc ? PARAMETERS : PARAMETERS - 1,
                               .inputs = inputs,
                               .input_count = sizeof inputs / sizeof *inputs,
                               .output = output_of(&p->base, out)};
    set_attributes(&p->base, attributes);
    cb_status status = no_zeros ? make(&p->base, &node, err, work)
                                : cb_fail(err, CB_NO_MEMORY, "no memory for zero points");
    free(no_zeros);
    return status;
}

static void info_quantized(const void *work, cb_conv_info *out)
{
    const onnxruntime *o = work;
    *out = (cb_conv_info){.kernel = "onnxruntime", .isa = "-", .weights_bytes = o->weights_bytes};
}

const cb_quantized_variant cb_quantized_onnxruntime = {
    .name = "onnxruntime",
    .what = "ONNX Runtime's QLinearConv",
    .refuses = refuses_quantized,
    .prepare = prepare_quantized,
    .free = onnxruntime_free,
    .info = info_quantized,
    .run = run_once,
    .describe = describe,
    .is_peer = true,
};
