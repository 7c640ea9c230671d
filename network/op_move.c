/* Operators that move elements: Transpose, Gather, Concat, Pad, DepthToSpace. Both element types
 * are moved as they are. */
#include "network/ops.h"

#include <string.h>

static size_t element_bytes(const cb_net_shape *shape)
{
    return shape->type == CB_NET_F32 ? sizeof(float) : sizeof(int64_t);
}

/* Product of the dims in [from, to). */
static size_t product(const cb_net_shape *shape, int from, int to)
{
    size_t count = 1;
    for (int i = from; i < to; i++)
        count *= (size_t)shape->dims[i];
    return count;
}

/* An axis as a number from 0; an error when the shape has none of it. */
static cb_status read_axis(const cb_network *net, cb_node *node, int64_t other, int rank,
                           cb_error *err)
{
    cb_status status = cb_attr_int(net, node, "axis", other, err, &node->params.axis);
    if (status != CB_OK)
        return status;
    if (node->params.axis < -rank || node->params.axis >= rank)
        return cb_node_fail(net, node, CB_PARSE, err, "its input has no axis %lld",
                            (long long)node->params.axis);
    node->params.axis += node->params.axis < 0 ? rank : 0;
    return CB_OK;
}

/* Channels from the last place to the second (1) or back (2): what the channels-last forms are
 * replaced by. */
static void channel_perm(int64_t direction, int rank, int64_t *perm)
{
    for (int i = 0; i < rank; i++)
        perm[i] = direction == 1 ? (i < 1 ? i : i - 1) : (i < 1 ? i : i + 1);
    if (rank > 1)
        perm[direction == 1 ? 1 : rank - 1] = direction == 1 ? rank - 1 : 1;
}

static cb_status read_perm(const cb_network *net, const cb_node *node, int rank, cb_error *err,
                           int64_t *perm)
{
    size_t count;
    int64_t channels;
    cb_status status = cb_attr_ints(net, node, "perm", CB_NET_RANK, err, perm, &count);
    if (status == CB_OK)
        status = cb_attr_int(net, node, "cb_channels", 0, err, &channels);
    if (status != CB_OK)
        return status;
    if (count && count != (size_t)rank)
        return cb_node_fail(net, node, CB_PARSE, err, "its perm is not of its input's rank");
    for (int i = 0; i < rank && !count; i++)
        perm[i] = rank - 1 - i;
    if (channels)
        channel_perm(channels, rank, perm);
    return CB_OK;
}

cb_status cb_net_infer_transpose(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t perm[CB_NET_RANK], dims[CB_NET_RANK];
    bool used[CB_NET_RANK] = {false};
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = read_perm(net, node, x->rank, err, perm);
    if (status != CB_OK)
        return status;
    for (int i = 0; i < x->rank; i++) {
        if (perm[i] < 0 || perm[i] >= x->rank || used[perm[i]])
            return cb_node_fail(net, node, CB_PARSE, err, "its perm is no permutation");
        used[perm[i]] = true;
        node->params.perm[i] = (int)perm[i];
        dims[i] = x->dims[perm[i]];
    }
    return cb_node_shape(net, node, x->type, x->rank, dims, err);
}

/* Copies all elements in the order of `dims`, element by element from a place that moves on by
 * `steps` (in elements) along each dimension. */
static void copy_strided(const cb_tensor *in, const cb_tensor *out, int rank, const size_t *dims,
                         const size_t *steps)
{
    size_t index[2 * CB_NET_RANK] = {0}, from = 0, bytes = element_bytes(out->shape);
    char *to = out->data;
    for (size_t n = out->shape->count; n; n--, to += bytes) {
        memcpy(to, (const char *)in->data + from * bytes, bytes);
        for (int i = rank - 1; i >= 0; i--) {
            from += steps[i];
            if (++index[i] < dims[i])
                break;
            from -= steps[i] * dims[i];
            index[i] = 0;
        }
    }
}

cb_status cb_net_run_transpose(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                               cb_error *err)
{
    (void)err;
    size_t dims[CB_NET_RANK], steps[CB_NET_RANK];
    for (int i = 0; i < out->shape->rank; i++) {
        dims[i] = (size_t)out->shape->dims[i];
        steps[i] = product(in[0].shape, node->params.perm[i] + 1, in[0].shape->rank);
    }
    copy_strided(in, out, out->shape->rank, dims, steps);
    return CB_OK;
}

cb_status cb_net_infer_gather(cb_network *net, cb_node *node, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    const cb_net_shape *index = &cb_node_input(net, node, 1)->shape;
    int64_t dims[2 * CB_NET_RANK];
    int rank = 0;
    cb_status status = read_axis(net, node, 0, x->rank, err);
    if (status != CB_OK)
        return status;
    if (index->type != CB_NET_I64)
        return cb_node_fail(net, node, CB_PARSE, err, "its indices are no whole numbers");
    for (int i = 0; i < x->rank; i++) {
        if (i != node->params.axis)
            dims[rank++] = x->dims[i];
        for (int j = 0; i == node->params.axis && j < index->rank; j++)
            dims[rank++] = index->dims[j];
    }
    return cb_node_shape(net, node, x->type, rank, dims, err);
}

cb_status cb_net_run_gather(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                            cb_error *err)
{
    const cb_net_shape *x = in[0].shape;
    const int axis = (int)node->params.axis;
    const int64_t *index = in[1].data, size = x->dims[axis];
    size_t piece = product(x, axis + 1, x->rank) * element_bytes(x);
    char *to = out->data;
    for (size_t i = 0; i < product(x, 0, axis); i++) {
        const char *from = (const char *)in[0].data + i * (size_t)size * piece;
        for (size_t j = 0; j < in[1].shape->count; j++, to += piece) {
            int64_t at = index[j] < 0 ? index[j] + size : index[j];
            if (index[j] < -size || index[j] >= size)
                return cb_fail(err, CB_PARSE, "node '%.100s' gathers element %lld of %lld",
                               node->public.name, (long long)index[j], (long long)size);
            memcpy(to, from + (size_t)at * piece, piece);
        }
    }
    return CB_OK;
}

cb_status cb_net_infer_concat(cb_network *net, cb_node *node, cb_error *err)
{
    const cb_net_shape *first = &cb_node_input(net, node, 0)->shape;
    cb_net_shape sum = *first;
    cb_status status = read_axis(net, node, 1, first->rank, err);
    if (status != CB_OK)
        return status;
    for (size_t i = 1; i < node->public.input_count; i++) {
        const cb_net_value *input = cb_node_input(net, node, i);
        bool fits = input && input->shape.type == first->type && input->shape.rank == first->rank;
        for (int d = 0; fits && d < first->rank; d++)
            fits = d == node->params.axis || input->shape.dims[d] == first->dims[d];
        if (!fits)
            return cb_node_fail(net, node, CB_PARSE, err, "input %zu does not fit the first", i);
        sum.dims[node->params.axis] += input->shape.dims[node->params.axis];
    }
    return cb_node_shape(net, node, first->type, first->rank, sum.dims, err);
}

cb_status cb_net_run_concat(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                            cb_error *err)
{
    (void)err;
    const int axis = (int)node->params.axis, rank = out->shape->rank;
    const size_t bytes = element_bytes(out->shape);
    char *to = out->data;
    for (size_t i = 0; i < product(out->shape, 0, axis); i++)
        for (size_t k = 0; k < node->public.input_count; k++) {
            size_t piece = product(in[k].shape, axis, rank) * bytes;
            memcpy(to, (const char *)in[k].data + i * piece, piece);
            to += piece;
        }
    return CB_OK;
}

/* The pads: an attribute in old files, a constant input in newer ones; the value likewise. */
static cb_status read_pads(const cb_network *net, cb_node *node, cb_error *err, size_t *count)
{
    cb_op_params *p = &node->params;
    const cb_net_value *value = cb_node_input(net, node, 2);
    const char *mode;
    cb_status status = cb_attr_text(net, node, "mode", "constant", err, &mode);
    if (status == CB_OK)
        status = cb_attr_ints(net, node, "pads", 2 * CB_NET_RANK, err, p->pads, count);
    if (status == CB_OK && !*count)
        status = cb_input_ints(net, node, 1, 2 * CB_NET_RANK, err, p->pads, count);
    if (status == CB_OK)
        status = cb_attr_float(net, node, "value", 0, err, &p->low);
    if (status != CB_OK)
        return status;
    if (strcmp(mode, "constant") != 0)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "mode '%.20s'", mode);
    if (!value)
        return CB_OK;
    if (!value->constant || value->shape.count != 1 || value->shape.type != CB_NET_F32)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "its value is not one float constant");
    p->low = *(const float *)value->constant;
    return CB_OK;
}

cb_status cb_net_infer_pad(cb_network *net, cb_node *node, cb_error *err)
{
    size_t count;
    int64_t dims[CB_NET_RANK];
    const int64_t *pads = node->params.pads;
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = read_pads(net, node, err, &count);
    if (status != CB_OK)
        return status;
    if (x->type != CB_NET_F32 || count != 2 * (size_t)x->rank)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "is to have two pads for each dimension of a float32 input");
    for (int i = 0; i < x->rank; i++) {
        if (pads[i] < 0 || pads[x->rank + i] < 0 || pads[i] > 1 << 20 ||
            pads[x->rank + i] > 1 << 20)
            return cb_node_fail(net, node, CB_UNSUPPORTED, err, "its pads are negative or huge");
        dims[i] = x->dims[i] + pads[i] + pads[x->rank + i];
    }
    return cb_node_shape(net, node, CB_NET_F32, x->rank, dims, err);
}

cb_status cb_net_run_pad(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                         cb_error *err)
{
    (void)err;
    const cb_net_shape *x = in[0].shape;
    const float *from = in[0].data;
    float *to = out->data;
    const size_t width = x->rank ? (size_t)x->dims[x->rank - 1] : 1;
    for (size_t i = 0; i < out->shape->count; i++)
        to[i] = node->params.low;
    for (size_t row = 0; row < x->count / width; row++) {
        size_t at = 0, left = row, step = 1;
        for (int d = x->rank - 1; d >= 0; d--) {
            size_t dim = d == x->rank - 1 ? 1 : (size_t)x->dims[d];
            at += (left % dim + (size_t)node->params.pads[d]) * step;
            left /= dim;
            step *= (size_t)out->shape->dims[d];
        }
        memcpy(to + at, from + row * width, width * sizeof *to);
    }
    return CB_OK;
}

cb_status cb_net_infer_depth_to_space(cb_network *net, cb_node *node, cb_error *err)
{
    const char *mode;
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    int64_t *block = &node->params.block;
    cb_status status = cb_attr_int(net, node, "blocksize", 0, err, block);
    if (status == CB_OK)
        status = cb_attr_text(net, node, "mode", "DCR", err, &mode);
    if (status != CB_OK)
        return status;
    node->params.columns_first = strcmp(mode, "CRD") == 0;
    if (!node->params.columns_first && strcmp(mode, "DCR") != 0)
        return cb_node_fail(net, node, CB_PARSE, err, "mode '%.20s' is neither DCR nor CRD", mode);
    if (x->rank != 4 || *block < 1 || *block > 1 << 10 || x->dims[1] % (*block * *block))
        return cb_node_fail(net, node, CB_PARSE, err, "its channels are no blocks of that size");
    return cb_node_shape(net, node, x->type, 4,
                         (const int64_t[]){x->dims[0], x->dims[1] / (*block * *block),
                                           x->dims[2] * *block, x->dims[3] * *block},
                         err);
}

cb_status cb_net_run_depth_to_space(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                                    cb_error *err)
{
    (void)err;
    const int64_t *x = in[0].shape->dims;
    const size_t b = (size_t)node->params.block, height = (size_t)x[2], width = (size_t)x[3];
    const size_t channels = (size_t)out->shape->dims[1], plane = height * width;
    const bool crd = node->params.columns_first;
    /* Batch, channel, row, row in the block, column, column in the block. */
    const size_t dims[] = {(size_t)x[0], channels, height, b, width, b};
    const size_t steps[] = {(size_t)x[1] * plane,
                            (crd ? b * b : 1) * plane,
                            width,
                            (crd ? b : b * channels) * plane,
                            1,
                            (crd ? 1 : channels) * plane};
    copy_strided(in, out, 6, dims, steps);
    return CB_OK;
}
