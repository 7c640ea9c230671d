/* Quantized neural networks: ONNX and QONNX files, as a graph whose shapes, bit widths and costs
 * are known, for models to read and for network/exec.h to run.
 *
 * Shapes are those of batch 1. Nodes stand in an order in which they can be run. A node all of
 * whose inputs are constants was run while the file was read ("folded"): its output is a constant.
 * Nodes of the channels-last domain are replaced by a Transpose, the standard operator and a
 * Transpose. */
#ifndef CB_NETWORK_NETWORK_H
#define CB_NETWORK_NETWORK_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CB_NET_RANK = 8 };

/* Whole numbers of any width are held in 64 bits, and booleans with them. */
typedef enum { CB_NET_F32, CB_NET_I64 } cb_net_type;

typedef struct {
    cb_net_type type;
    int rank;
    int64_t dims[CB_NET_RANK]; /* each at least 1 */
    size_t count;              /* elements: the product of the dims */
} cb_net_shape;

/* What integers (times a scale) a value is made of. */
typedef enum {
    CB_NET_FLOAT,       /* none that are known */
    CB_NET_QUANTIZED,   /* a Quant, BipolarQuant or Trunc made them, or a node that keeps them */
    CB_NET_ACCUMULATED, /* sums of products: `bits` hold every possible sum, without its bias */
} cb_net_kind;

typedef struct {
    cb_net_kind kind;
    int bits; /* 0 for CB_NET_FLOAT */
    bool is_signed;
} cb_net_width;

typedef struct {
    const char *name;
    cb_net_shape shape;
    cb_net_width width;
    const void *constant; /* its elements (float or int64_t), or NULL when a run makes them */
    int producer;         /* number of the node that makes it, or -1 */
} cb_net_value;

typedef enum {
#define CB_NET_OP(id, ...) CB_NET_##id,
#include "network/ops.inc"
#undef CB_NET_OP
} cb_net_op;

/* The window of a convolution or pool over (height, width). */
typedef struct {
    int64_t kernel[2], stride[2], dilation[2];
    int64_t pad_begin[2], pad_end[2];
    int64_t groups;
} cb_net_window;

typedef struct {
    const char *name;    /* of the file; of the output when the node has none */
    const char *op_type; /* as in the file */
    cb_net_op op;
    const int *inputs; /* numbers of values; -1 for an optional input that is left out */
    size_t input_count;
    int output;
    bool folded;
    cb_net_window window; /* zero unless the operator has one */
    uint64_t macs;        /* multiply-accumulates of one run; 0 when folded */
    uint64_t params;      /* elements of its constant weights and biases */
    double param_bits;    /* the same in bits, 32 for each that is not quantized */
} cb_net_node;

typedef struct cb_network cb_network;

/* What a file may ask for. */
typedef struct {
    size_t file_bytes;   /* of the file */
    size_t nodes;        /* and of values as many again */
    size_t memory_bytes; /* of everything read from it and of all tensors of a run */
    uint64_t fold_macs;  /* multiply-accumulates while constants are folded */
} cb_net_limits;

/* 256 MiB, 100 000 nodes, 1 GiB, 2^32. */
extern const cb_net_limits cb_net_default_limits;

/* Reads a file. CB_IO, CB_PARSE (malformed, cyclic, too large), CB_UNSUPPORTED (an operator or form
 * that cachebound does not know, or a build without a reader), CB_NO_MEMORY; the message names the
 * file and the node. The caller frees. */
cb_status cb_network_read(const char *path, const cb_net_limits *limits, cb_error *err,
                          cb_network **network);

/* The same for a file's bytes; `label` stands for its name in messages. */
cb_status cb_network_parse(const void *bytes, size_t length, const char *label,
                           const cb_net_limits *limits, cb_error *err, cb_network **network);

void cb_network_free(cb_network *network);

size_t cb_network_nodes(const cb_network *network);
const cb_net_node *cb_network_node(const cb_network *network, size_t node);
size_t cb_network_values(const cb_network *network);
const cb_net_value *cb_network_value(const cb_network *network, int value);

/* The inputs that are no initializers, and the outputs, as numbers of values. */
size_t cb_network_inputs(const cb_network *network);
int cb_network_input(const cb_network *network, size_t input);
size_t cb_network_outputs(const cb_network *network);
int cb_network_output(const cb_network *network, size_t output);

/* "s8", "u4", "b1" (one signed bit: -1 or 1), "acc21" or "f32"; integers that are no data: "i64".
 */
void cb_net_width_name(const cb_net_value *value, char *text, size_t bytes);

/* "1x3x32x32"; "scalar" for rank 0. */
void cb_net_shape_name(const cb_net_shape *shape, char *text, size_t bytes);

/* The graph for Graphviz: folded nodes left out, shapes and widths on the edges. */
void cb_network_dot(const cb_network *network, FILE *out);

#endif
