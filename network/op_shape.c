/* Operators that give elements another shape and leave their order: Constant, Identity, Reshape,
 * Flatten, Squeeze, Unsqueeze; and Shape, which is always a constant. */
#include "network/ops.h"

#include <string.h>

static cb_status same_elements(cb_network *net, cb_node *node, int rank, const int64_t *dims,
                               cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = cb_node_shape(net, node, x->type, rank, dims, err);
    if (status == CB_OK && net->values[node->public.output].shape.count != x->count)
        return cb_node_fail(net, node, CB_PARSE, err, "makes %zu elements out of %zu",
                            net->values[node->public.output].shape.count, x->count);
    return status;
}

static cb_status copy(const cb_tensor *in, const cb_tensor *out)
{
    memcpy(out->data, in[0].data, cb_net_shape_bytes(out->shape));
    return CB_OK;
}

cb_status cb_net_infer_constant(cb_network *net, cb_node *node, cb_error *err)
{
    static const char *const names[] = {"value", "value_float", "value_floats", "value_int",
                                        "value_ints"};
    const cb_attr *attr = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !attr; i++)
        attr = cb_node_attr(node, names[i]);
    if (!attr || attr->value < 0)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "holds no tensor and no number");
    const cb_net_value *held = &net->values[attr->value];
    net->values[node->public.output].shape = held->shape;
    net->values[node->public.output].constant = held->constant;
    return CB_OK;
}

cb_status cb_net_run_constant(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                              cb_error *err)
{
    (void)node, (void)in, (void)out, (void)err;
    return CB_OK;
}

cb_status cb_net_infer_identity(cb_network *net, cb_node *node, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    return cb_node_shape(net, node, x->type, x->rank, x->dims, err);
}

cb_status cb_net_run_identity(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                              cb_error *err)
{
    (void)node, (void)err;
    return copy(in, out);
}

cb_status cb_net_infer_shape(cb_network *net, cb_node *node, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    if (!x->rank)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "asks for the shape of a scalar");
    int64_t *dims = cb_net_alloc(net, CB_NET_RANK, sizeof *dims, err);
    if (!dims)
        return CB_NO_MEMORY;
    memcpy(dims, x->dims, sizeof x->dims);
    net->values[node->public.output].constant = dims;
    return cb_node_shape(net, node, CB_NET_I64, 1, (const int64_t[]){x->rank}, err);
}

cb_status cb_net_run_shape(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                           cb_error *err)
{
    (void)node, (void)err;
    memcpy(out->data, in[0].shape->dims, cb_net_shape_bytes(out->shape));
    return CB_OK;
}

/* Fills in the dimension that is -1. */
static void fill_open_dim(int64_t *dims, size_t rank, size_t count)
{
    uint64_t known = 1;
    size_t open = rank;
    for (size_t i = 0; i < rank; i++) {
        if (dims[i] == -1 && open == rank)
            open = i;
        else if (dims[i] > 0 && known <= count)
            known *= (uint64_t)dims[i];
        else
            return;
    }
    if (open < rank && known)
        dims[open] = (int64_t)(count / known);
}

static bool makes(const int64_t *dims, size_t rank, size_t count)
{
    cb_net_shape shape;
    return !cb_net_shape_set(&shape, CB_NET_F32, (int)rank, dims) && shape.count == count;
}

cb_status cb_net_infer_reshape(cb_network *net, cb_node *node, cb_error *err)
{
    size_t rank;
    int64_t dims[CB_NET_RANK], wanted[CB_NET_RANK];
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = cb_input_ints(net, node, 1, CB_NET_RANK, err, wanted, &rank);
    if (status != CB_OK)
        return status;
    for (size_t i = 0; i < rank; i++)
        if (!wanted[i] && (int)i < x->rank)
            wanted[i] = x->dims[i];
    memcpy(dims, wanted, sizeof dims);
    fill_open_dim(dims, rank, x->count);
    if (!makes(dims, rank, x->count) && rank && wanted[0] == net->batch && net->batch > 1) {
        /* The file's batch size is written into the shape. */
        memcpy(dims, wanted, sizeof dims);
        dims[0] = 1;
        fill_open_dim(dims, rank, x->count);
    }
    return same_elements(net, node, (int)rank, dims, err);
}

cb_status cb_net_run_reshape(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                             cb_error *err)
{
    (void)node, (void)err;
    return copy(in, out);
}

cb_status cb_net_infer_flatten(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t axis, dims[2] = {1, 1};
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = cb_attr_int(net, node, "axis", 1, err, &axis);
    if (status != CB_OK)
        return status;
    if (axis < -x->rank || axis > x->rank)
        return cb_node_fail(net, node, CB_PARSE, err, "its input has no axis %lld",
                            (long long)axis);
    axis += axis < 0 ? x->rank : 0;
    for (int i = 0; i < x->rank; i++)
        dims[i >= axis] *= x->dims[i];
    return same_elements(net, node, 2, dims, err);
}

cb_status cb_net_run_flatten(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                             cb_error *err)
{
    (void)node, (void)err;
    return copy(in, out);
}

/* Axes from the attribute of old files or input 1 of newer ones, as a set over `rank`. */
static cb_status read_axes(const cb_network *net, const cb_node *node, int rank, cb_error *err,
                           bool *axes, size_t *count)
{
    int64_t list[CB_NET_RANK];
    cb_status status = cb_attr_ints(net, node, "axes", CB_NET_RANK, err, list, count);
    if (status == CB_OK && !*count)
        status = cb_input_ints(net, node, 1, CB_NET_RANK, err, list, count);
    if (status != CB_OK)
        return status;
    if (node->public.op == CB_NET_UNSQUEEZE)
        rank += (int)*count;
    for (size_t i = 0; i < *count; i++) {
        int64_t axis = list[i] < 0 && list[i] >= -rank ? list[i] + rank : list[i];
        if (axis < 0 || axis >= rank || axis >= CB_NET_RANK || axes[axis])
            return cb_node_fail(net, node, CB_PARSE, err, "its axes are not those of its input");
        axes[axis] = true;
    }
    return CB_OK;
}

cb_status cb_net_infer_squeeze(cb_network *net, cb_node *node, cb_error *err)
{
    size_t count;
    int rank = 0;
    bool axes[CB_NET_RANK] = {false};
    int64_t dims[CB_NET_RANK];
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = read_axes(net, node, x->rank, err, axes, &count);
    if (status != CB_OK)
        return status;
    for (int i = 0; i < x->rank; i++)
        if (count ? !axes[i] : x->dims[i] != 1)
            dims[rank++] = x->dims[i];
    return same_elements(net, node, rank, dims, err);
}

cb_status cb_net_run_squeeze(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                             cb_error *err)
{
    (void)node, (void)err;
    return copy(in, out);
}

cb_status cb_net_infer_unsqueeze(cb_network *net, cb_node *node, cb_error *err)
{
    size_t count;
    bool axes[CB_NET_RANK] = {false};
    int64_t dims[CB_NET_RANK];
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = read_axes(net, node, x->rank, err, axes, &count);
    if (status != CB_OK)
        return status;
    if (x->rank + (int)count > CB_NET_RANK)
        return cb_node_fail(net, node, CB_PARSE, err, "makes more than 8 dimensions");
    for (int i = 0, from = 0; i < x->rank + (int)count; i++)
        dims[i] = axes[i] ? 1 : x->dims[from++];
    return same_elements(net, node, x->rank + (int)count, dims, err);
}

cb_status cb_net_run_unsqueeze(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                               cb_error *err)
{
    (void)node, (void)err;
    return copy(in, out);
}
