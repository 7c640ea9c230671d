/* The network from inside: what the reader fills and the operators read. Not for other folders. */
#ifndef CB_NETWORK_GRAPH_H
#define CB_NETWORK_GRAPH_H

#include "network/network.h"

typedef enum { CB_ATTR_INT, CB_ATTR_FLOAT, CB_ATTR_TEXT, CB_ATTR_INTS, CB_ATTR_OTHER } cb_attr_kind;

/* An attribute as the file has it. */
typedef struct {
    const char *name;
    cb_attr_kind kind;
    int64_t i;
    float f;
    const char *text;
    const int64_t *ints;
    size_t count; /* of ints */
    int value;    /* a tensor or list of floats, as a value without a name; -1: none */
} cb_attr;

/* A node as the file has it: names, not yet numbers. */
typedef struct {
    const char *name, *op_type, *domain;
    const char **inputs; /* "" for one that is left out */
    size_t input_count;
    const char *output;
    size_t output_count; /* outputs that have a name */
    cb_attr *attrs;
    size_t attr_count;
} cb_raw_node;

/* What an operator needs at run time and worked out while shapes were inferred. */
typedef struct {
    int64_t axis;
    int perm[CB_NET_RANK];
    float alpha, beta, epsilon, low, high;
    bool trans_a, trans_b, is_signed, narrow, include_pad, columns_first;
    int rounding; /* cb_rounding */
    int64_t block;
    int64_t pads[2 * CB_NET_RANK];
    float scales[CB_NET_RANK];
    int constant;        /* value that a Constant stands for */
    int nearest, coords; /* modes of Resize */
} cb_op_params;

typedef struct {
    cb_net_node public;
    cb_op_params params;
    const cb_attr *attrs;
    size_t attr_count;
} cb_node;

typedef struct cb_block cb_block;

struct cb_network {
    char *label;
    cb_net_limits limits;
    size_t held_bytes;    /* of blocks */
    size_t planned_bytes; /* of tensors that a run will need beside them */
    uint64_t folded_macs;
    cb_block *blocks;
    int64_t opset; /* of the standard domain */
    int64_t batch; /* the batch size that was replaced by 1, or 1 */

    cb_net_value *values;
    size_t value_count, value_capacity;
    cb_node *nodes;
    size_t node_count;
    int *inputs, *outputs;
    size_t input_count, output_count;

    /* Of the reader: */
    cb_raw_node *raw;
    size_t raw_count, raw_capacity;
    const char **input_names, **output_names;
    size_t input_name_count, output_name_count;
    cb_net_shape *input_shapes; /* with the file's batch; rank -1: none is given */
};

/* Zeroed memory that lives as long as the network; NULL past the limit or without memory, and the
 * message then says which. */
void *cb_net_alloc(cb_network *net, size_t count, size_t size, cb_error *err);
char *cb_net_strdup(cb_network *net, const char *text, size_t length, cb_error *err);

/* "net.onnx: node 'conv1' (Conv): ..." */
cb_status cb_node_fail(const cb_network *net, const cb_node *node, cb_status status, cb_error *err,
                       const char *format, ...) CB_PRINTF(5, 6);

/* A new value; its number, or -1. The name must live as long as the network. */
int cb_net_add_value(cb_network *net, const char *name, cb_error *err);

/* Fills a shape, checked: rank, each dim at least 1, the product countable. Says in `why` what is
 * wrong with it; NULL when nothing is. */
const char *cb_net_shape_set(cb_net_shape *shape, cb_net_type type, int rank, const int64_t *dims);
size_t cb_net_shape_bytes(const cb_net_shape *shape);

/* The shape of a node's output; counts what it will hold against the memory limit. */
cb_status cb_node_shape(cb_network *net, cb_node *node, cb_net_type type, int rank,
                        const int64_t *dims, cb_error *err);

/* A node's input as a value; NULL when it has none there. */
const cb_net_value *cb_node_input(const cb_network *net, const cb_node *node, size_t input);

/* Attributes, with what they are when the file leaves them out. CB_PARSE for another kind. */
const cb_attr *cb_node_attr(const cb_node *node, const char *name);
cb_status cb_attr_int(const cb_network *net, const cb_node *node, const char *name, int64_t other,
                      cb_error *err, int64_t *value);
cb_status cb_attr_float(const cb_network *net, const cb_node *node, const char *name, float other,
                        cb_error *err, float *value);
cb_status cb_attr_text(const cb_network *net, const cb_node *node, const char *name,
                       const char *other, cb_error *err, const char **value);
/* A list of at most `most` numbers; *count is 0 when the file leaves it out. */
cb_status cb_attr_ints(const cb_network *net, const cb_node *node, const char *name, size_t most,
                       cb_error *err, int64_t *values, size_t *count);
/* The numbers of a constant input of whole numbers; *count is 0 when it is left out. */
cb_status cb_input_ints(const cb_network *net, const cb_node *node, size_t input, size_t most,
                        cb_error *err, int64_t *values, size_t *count);

/* From raw nodes to a network: numbers, order, shapes, constants. */
cb_status cb_net_build(cb_network *net, cb_error *err);

/* The width of a node's output, from those of its inputs. */
cb_net_width cb_net_infer_width(const cb_network *net, const cb_node *node);

/* Fills net->raw, inputs, outputs and initializers from the bytes of a file. */
cb_status cb_net_load(cb_network *net, const void *bytes, size_t length, cb_error *err);

#endif
