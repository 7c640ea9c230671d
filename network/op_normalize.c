/* BatchNormalization and Softmax. */
#include "network/ops.h"

#include <math.h>

cb_status cb_net_infer_batch_norm(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t training;
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = cb_attr_int(net, node, "training_mode", 0, err, &training);
    if (status == CB_OK)
        status = cb_attr_float(net, node, "epsilon", 1e-5f, err, &node->params.epsilon);
    if (status != CB_OK)
        return status;
    if (training)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "is in training mode");
    if (x->type != CB_NET_F32 || x->rank < 2)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "input 0 is to be float32 of (batch, channels, ...)");
    for (size_t i = 1; i < 5; i++) {
        const cb_net_value *input = cb_node_input(net, node, i);
        if (!input || input->shape.type != CB_NET_F32 || (int64_t)input->shape.count != x->dims[1])
            return cb_node_fail(net, node, CB_PARSE, err, "input %zu is not one number a channel",
                                i);
    }
    return cb_node_shape(net, node, CB_NET_F32, x->rank, x->dims, err);
}

/* y = x s + (bias - mean s) with s = scale (1 / sqrt(variance + epsilon)), in float32, as the
 * reference has it. */
cb_status cb_net_run_batch_norm(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                                cb_error *err)
{
    (void)err;
    const float *scale = in[1].data, *bias = in[2].data, *mean = in[3].data, *var = in[4].data;
    const size_t channels = (size_t)in[0].shape->dims[1], batch = (size_t)in[0].shape->dims[0];
    const size_t size = in[0].shape->count / channels / batch;
    for (size_t i = 0; i < batch * channels; i++) {
        size_t c = i % channels;
        float inverse = 1.0f / sqrtf(var[c] + node->params.epsilon);
        float factor = inverse * scale[c], offset = bias[c] - mean[c] * factor;
        const float *x = (const float *)in[0].data + i * size;
        float *y = (float *)out->data + i * size;
        for (size_t k = 0; k < size; k++)
            y[k] = x[k] * factor + offset;
    }
    return CB_OK;
}

/* Before version 13 the axis is where the shape is cut into a matrix, and rows of it are
 * normalized; since then it is one dimension. */
cb_status cb_net_infer_softmax(cb_network *net, cb_node *node, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status =
        cb_attr_int(net, node, "axis", net->opset < 13 ? 1 : -1, err, &node->params.axis);
    if (status != CB_OK)
        return status;
    if (x->type != CB_NET_F32 || node->params.axis < -x->rank || node->params.axis >= x->rank)
        return cb_node_fail(net, node, CB_PARSE, err, "its input has no axis %d",
                            (int)node->params.axis);
    node->params.axis += node->params.axis < 0 ? x->rank : 0;
    node->params.columns_first = net->opset < 13;
    return cb_node_shape(net, node, CB_NET_F32, x->rank, x->dims, err);
}

/* n elements `stride` apart. Sums run in float64. */
static void softmax(const float *x, float *y, size_t n, size_t stride)
{
    float most = x[0];
    double sum = 0;
    for (size_t i = 1; i < n; i++)
        most = x[i * stride] > most ? x[i * stride] : most;
    for (size_t i = 0; i < n; i++)
        sum += exp((double)x[i * stride] - (double)most);
    for (size_t i = 0; i < n; i++)
        y[i * stride] = (float)(exp((double)x[i * stride] - (double)most) / sum);
}

cb_status cb_net_run_softmax(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                             cb_error *err)
{
    (void)err;
    const cb_net_shape *shape = out->shape;
    size_t n = (size_t)shape->dims[node->params.axis], stride = 1;
    for (int i = (int)node->params.axis + 1; i < shape->rank; i++) {
        if (node->params.columns_first)
            n *= (size_t)shape->dims[i];
        else
            stride *= (size_t)shape->dims[i];
    }
    for (size_t i = 0; i < shape->count / n; i++) {
        size_t at = i / stride * stride * n + i % stride;
        softmax((const float *)in[0].data + at, (float *)out->data + at, n, stride);
    }
    return CB_OK;
}
