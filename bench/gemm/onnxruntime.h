/* Inside of the operator families: ONNX Runtime, opened when it is asked for, with models of one
 * node. Its C interface is used without its header: of version 1, whose table of functions is
 * fixed for good, and of that only what is needed. */
#ifndef CB_BENCH_GEMM_ONNXRUNTIME_H
#define CB_BENCH_GEMM_ONNXRUNTIME_H

#include "base/status.h"
#include "bench/gemm/onnx_model.h"
#include "machine/isa.h"

/* Why it cannot be used, or NULL. It takes the instructions that it likes: where --isa forbids some
 * that this processor has, it cannot be held to that. */
const char *cb_ort_refuses(cb_isa_set allowed);

/* "ONNX Runtime 1.30.0", once it is open. */
const char *cb_ort_version(void);

typedef struct cb_ort cb_ort;

/* The node, compiled for a number of threads, of which the caller is one; the library makes the
 * others now. CB_UNSUPPORTED with its own words when it will not have the model. */
cb_status cb_ort_new(const cb_onnx_node *node, int threads, cb_error *err, cb_ort **runtime);
void cb_ort_free(cb_ort *runtime);

/* One run on the model's inputs (not its constants), in their order. False when it failed. */
bool cb_ort_run(cb_ort *runtime, const void *const *inputs, void *output);

#endif
