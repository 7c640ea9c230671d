/* Inside of the operator families: ONNX models of one node, written to memory for ONNX Runtime.
 *
 * Protocol buffers by hand: a message is a list of fields, each a key (number x 8 + kind) with an
 * integer of 7 bits a byte or with a length and bytes. Field numbers are those of onnx.proto. */
#ifndef CB_BENCH_GEMM_ONNX_MODEL_H
#define CB_BENCH_GEMM_ONNX_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* TensorProto.DataType. */
typedef enum {
    CB_ONNX_F32 = 1,
    CB_ONNX_U8 = 2,
    CB_ONNX_S8 = 3,
    CB_ONNX_S32 = 6,
} cb_onnx_type;

typedef struct {
    const char *name;
    cb_onnx_type type;
    size_t rank; /* 0: a scalar */
    int64_t dims[4];
    const void *data; /* of a constant; NULL: an input or output of the model */
} cb_onnx_tensor;

typedef struct {
    const char *name;
    int64_t values[4];
    size_t count; /* 0: one integer, else a list */
} cb_onnx_attribute;

typedef struct {
    const char *op, *domain; /* "" for ONNX's own */
    const cb_onnx_attribute *attributes;
    size_t attribute_count;
    const cb_onnx_tensor *inputs; /* in the operator's order, constants among them */
    size_t input_count;
    cb_onnx_tensor output;
} cb_onnx_node;

/* A message being written. */
typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
    bool failed; /* no memory */
} cb_onnx_bytes;

size_t cb_onnx_tensor_bytes(const cb_onnx_tensor *tensor);

/* The model; false without memory. The caller frees bytes.bytes. */
bool cb_onnx_model(const cb_onnx_node *node, cb_onnx_bytes *model);

#endif
