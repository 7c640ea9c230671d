/* ONNX Runtime's MatMul in float32 and MatMulInteger on 8-bit numbers, each as a model of one node.
 * B is an input of the model, or, where it is packed beforehand, a constant in it. */
#include "bench/gemm/onnxruntime.h"
#include "bench/gemm/peer.h"
#include "bench/gemm/pin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_peer_state base;
    cb_ort *runtime;
} ort_state;

const char *cb_onnxruntime_missing(void)
{
    return cb_ort_refuses(cb_isa_detect());
}

/* Its threads belong to a model and are made with it. */
void cb_onnxruntime_start(int threads)
{
    (void)threads;
}

static const char *refuses(const cb_gemm_work *w)
{
    bool is_f32 = strcmp(w->type->dtype, "f32") == 0;
    if (!is_f32 && strcmp(w->type->dtype, "s8") != 0 && strcmp(w->type->dtype, "u8s8") != 0)
        return "ONNX Runtime multiplies f32, s8 and u8s8";
    if (w->a_transposed || w->b_transposed)
        return "ONNX's MatMul transposes nothing";
    if (w->a.ld != w->shape.k || w->b.ld != w->shape.n || w->c_ld != w->shape.n)
        return "ONNX's tensors have no gaps between rows";
    return cb_ort_refuses(w->bench->isa);
}

static cb_onnx_tensor matrix(const char *name, cb_onnx_type type, size_t rows, size_t columns)
{
    return (cb_onnx_tensor){
        .name = name, .type = type, .rank = 2, .dims = {(int64_t)rows, (int64_t)columns}};
}

static cb_status make(const cb_gemm_work *w, cb_error *err, cb_ort **runtime)
{
    bool is_f32 = !w->type->is_integer;
    cb_onnx_type a = is_f32 ? CB_ONNX_F32 : w->type->a == CB_U8 ? CB_ONNX_U8 : CB_ONNX_S8;
    cb_onnx_tensor inputs[] = {
        matrix("a", a, w->shape.m, w->shape.k),
        matrix("b", is_f32 ? CB_ONNX_F32 : CB_ONNX_S8, w->shape.k, w->shape.n)};
    inputs[1].data = w->b_packed ? w->b.data : NULL;
    const cb_onnx_node node = {
        .op = is_f32 ? "MatMul" : "MatMulInteger",
        .domain = "",
        .inputs = inputs,
        .input_count = 2,
        .output = matrix("c", is_f32 ? CB_ONNX_F32 : CB_ONNX_S32, w->shape.m, w->shape.n)};
    cb_peer_pin pin;
    cb_peer_unpin(w->bench->machine, &pin);
    cb_status status = cb_ort_new(&node, w->threads, err, runtime);
    cb_peer_pin_again(&pin);
    return status;
}

cb_status cb_onnxruntime_prepare(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    const char *refusal = refuses(w);
    if (refusal)
        return cb_fail(err, CB_UNSUPPORTED, "%s", refusal);
    ort_state *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare ONNX Runtime");
    cb_status status = make(w, err, &s->runtime);
    if (status != CB_OK) {
        free(s);
        return status;
    }
    s->base.work = w;
    snprintf(s->base.version, sizeof s->base.version, "%s", cb_ort_version());
    *prepared = (cb_gemm_prepared){
        .state = s, .kernel = "onnxruntime", .isa = CB_ISA_COUNT, .describe = cb_peer_describe};
    return CB_OK;
}

void cb_onnxruntime_run(void *state, int thread, uint64_t repeats)
{
    const ort_state *s = state;
    const cb_gemm_work *w = s->base.work;
    const void *inputs[] = {w->a.data, w->b.data};
    for (uint64_t r = 0; r < repeats && !thread; r++)
        cb_ort_run(s->runtime, inputs, w->c);
}

void cb_onnxruntime_release(void *state)
{
    ort_state *s = state;
    cb_ort_free(s->runtime);
    free(s);
}
