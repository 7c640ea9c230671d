/* The operators: how a shape follows from shapes, and how an output follows from inputs. */
#ifndef CB_NETWORK_OPS_H
#define CB_NETWORK_OPS_H

#include "network/graph.h"

/* Elements of a tensor, beside its shape. Inputs that are left out have no data. */
typedef struct {
    const cb_net_shape *shape;
    void *data;
} cb_tensor;

/* Checks a node and works out its output's shape, its window, its costs and its parameters. */
typedef cb_status cb_net_infer(cb_network *net, cb_node *node, cb_error *err);

/* Runs a node. `in` has as many tensors as the node has inputs; the output has its memory. Fails
 * only without memory, and for what shapes cannot tell: an index outside, a division by zero. */
typedef cb_status cb_net_run(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                             cb_error *err);

typedef enum { CB_NET_STANDARD, CB_NET_QUANTIZED_SET } cb_net_set;

typedef struct {
    const char *name;
    cb_net_set set;
    size_t fewest_inputs, most_inputs;
    cb_net_infer *infer;
    cb_net_run *run;
} cb_net_op_row;

extern const cb_net_op_row cb_net_ops[];

/* The operator's number, or -1 when this domain has none of the name. */
int cb_net_find_op(const char *domain, const char *name);

/* Whether the domain is that of the channels-last forms. */
bool cb_net_is_channels_last(const char *domain);

#define CB_NET_OP(id, name, set, fewest, most, functions)                                          \
    cb_net_infer cb_net_infer_##functions;                                                         \
    cb_net_run cb_net_run_##functions;
#include "network/ops.inc"
#undef CB_NET_OP

#endif
