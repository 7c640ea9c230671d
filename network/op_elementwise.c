/* Operators that make each element from one element of each input. */
#include "network/broadcast.h"
#include "network/ops.h"

#include <math.h>
#include <string.h>

static cb_status like(cb_network *net, cb_node *node, cb_net_type type, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    return cb_node_shape(net, node, type, x->rank, x->dims, err);
}

static cb_status need_float(const cb_network *net, const cb_node *node, cb_error *err)
{
    for (size_t i = 0; i < node->public.input_count; i++) {
        const cb_net_value *input = cb_node_input(net, node, i);
        if (input && input->shape.type != CB_NET_F32)
            return cb_node_fail(net, node, CB_UNSUPPORTED, err, "input %zu is not of float32", i);
    }
    return CB_OK;
}

cb_status cb_net_infer_arithmetic(cb_network *net, cb_node *node, cb_error *err)
{
    int rank;
    int64_t dims[CB_NET_RANK];
    const cb_net_shape *a = &cb_node_input(net, node, 0)->shape;
    const cb_net_shape *b = &cb_node_input(net, node, 1)->shape;
    if (a->type != b->type)
        return cb_node_fail(net, node, CB_PARSE, err, "its inputs are of different types");
    if (a->type == CB_NET_I64 && node->public.op == CB_NET_POW)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "powers of whole numbers");
    if (!cb_broadcast_dims(a, b, &rank, dims))
        return cb_node_fail(net, node, CB_PARSE, err,
                            "the shapes of its inputs do not go together");
    return cb_node_shape(net, node, a->type, rank, dims, err);
}

/* A run of elements; strides are 0 or 1. */
typedef struct {
    const float *a, *b;
    size_t a_stride, b_stride, n;
    float *y;
} float_row;

static void add_row(const float_row *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->y[i] = r->a[i * r->a_stride] + r->b[i * r->b_stride];
}

static void sub_row(const float_row *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->y[i] = r->a[i * r->a_stride] - r->b[i * r->b_stride];
}

static void mul_row(const float_row *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->y[i] = r->a[i * r->a_stride] * r->b[i * r->b_stride];
}

static void div_row(const float_row *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->y[i] = r->a[i * r->a_stride] / r->b[i * r->b_stride];
}

static void pow_row(const float_row *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->y[i] = powf(r->a[i * r->a_stride], r->b[i * r->b_stride]);
}

static void run_float_row(cb_net_op op, const float_row *row)
{
    switch (op) {
    case CB_NET_ADD:
        add_row(row);
        break;
    case CB_NET_SUB:
        sub_row(row);
        break;
    case CB_NET_MUL:
        mul_row(row);
        break;
    case CB_NET_DIV:
        div_row(row);
        break;
    default:
        pow_row(row);
    }
}

/* Wraps around like the integers of ONNX; division cuts towards zero. */
static int64_t whole(cb_net_op op, int64_t a, int64_t b)
{
    switch (op) {
    case CB_NET_ADD:
        return (int64_t)((uint64_t)a + (uint64_t)b);
    case CB_NET_SUB:
        return (int64_t)((uint64_t)a - (uint64_t)b);
    case CB_NET_MUL:
        return (int64_t)((uint64_t)a * (uint64_t)b);
    default:
        return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
    }
}

static cb_status run_whole(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                           cb_rows *rows, cb_error *err)
{
    const int64_t *b = in[1].data;
    for (size_t i = 0; node->public.op == CB_NET_DIV && i < in[1].shape->count; i++)
        if (!b[i])
            return cb_fail(err, CB_PARSE, "node '%.100s' divides by zero", node->public.name);
    while (cb_rows_next(rows)) {
        const int64_t *x = (const int64_t *)in[0].data + rows->at[0], *w = b + rows->at[1];
        int64_t *y = (int64_t *)out->data + rows->out_at;
        for (size_t i = 0; i < rows->columns; i++)
            y[i] = whole(node->public.op, x[i * rows->stride[0]], w[i * rows->stride[1]]);
    }
    return CB_OK;
}

cb_status cb_net_run_arithmetic(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                                cb_error *err)
{
    cb_rows rows =
        cb_rows_start(out->shape, 2, (const cb_net_shape *const[]){in[0].shape, in[1].shape});
    if (out->shape->type == CB_NET_I64)
        return run_whole(node, in, out, &rows, err);
    while (cb_rows_next(&rows)) {
        float_row row = {
            .a = (const float *)in[0].data + rows.at[0],
            .b = (const float *)in[1].data + rows.at[1],
            .a_stride = rows.stride[0],
            .b_stride = rows.stride[1],
            .n = rows.columns,
            .y = (float *)out->data + rows.out_at,
        };
        run_float_row(node->public.op, &row);
    }
    return CB_OK;
}

cb_status cb_net_infer_unary(cb_network *net, cb_node *node, cb_error *err)
{
    cb_status status = need_float(net, node, err);
    return status == CB_OK ? like(net, node, CB_NET_F32, err) : status;
}

static float unary(cb_net_op op, float x)
{
    switch (op) {
    case CB_NET_LOG:
        return logf(x);
    case CB_NET_CEIL:
        return ceilf(x);
    default:
        return floorf(x);
    }
}

static void run_relu(const float *x, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

cb_status cb_net_run_unary(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                           cb_error *err)
{
    (void)err;
    const float *x = in[0].data;
    float *y = out->data;
    if (node->public.op == CB_NET_RELU) {
        run_relu(x, y, out->shape->count);
        return CB_OK;
    }
    for (size_t i = 0; i < out->shape->count; i++)
        y[i] = unary(node->public.op, x[i]);
    return CB_OK;
}

/* A bound of Clip: an attribute in old files, a constant input in newer ones. */
static cb_status read_bound(const cb_network *net, const cb_node *node, const char *name,
                            size_t input, float other, cb_error *err, float *bound)
{
    const cb_net_value *value = cb_node_input(net, node, input);
    if (!value)
        return cb_attr_float(net, node, name, other, err, bound);
    if (!value->constant || value->shape.count != 1)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "its %s is not one constant", name);
    *bound = *(const float *)value->constant;
    return CB_OK;
}

cb_status cb_net_infer_clip(cb_network *net, cb_node *node, cb_error *err)
{
    cb_op_params *p = &node->params;
    cb_status status = need_float(net, node, err);
    if (status == CB_OK)
        status = read_bound(net, node, "min", 1, -INFINITY, err, &p->low);
    if (status == CB_OK)
        status = read_bound(net, node, "max", 2, INFINITY, err, &p->high);
    return status == CB_OK ? like(net, node, CB_NET_F32, err) : status;
}

cb_status cb_net_run_clip(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                          cb_error *err)
{
    (void)err;
    const float *x = in[0].data, low = node->params.low, high = node->params.high;
    float *y = out->data;
    for (size_t i = 0; i < out->shape->count; i++) {
        float value = x[i] < low ? low : x[i];
        y[i] = value > high ? high : value;
    }
    return CB_OK;
}

/* Types of ONNX (TensorProto.DataType). */
enum { TO_FLOAT = 1, TO_INT32 = 6, TO_INT64 = 7, TO_BOOL = 9, TO_DOUBLE = 11 };

cb_status cb_net_infer_cast(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t to;
    cb_status status = cb_attr_int(net, node, "to", 0, err, &to);
    if (status != CB_OK)
        return status;
    if (to != TO_FLOAT && to != TO_DOUBLE && to != TO_INT32 && to != TO_INT64 && to != TO_BOOL)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "casts to type %d; float, double, int32, int64 and bool are known",
                            (int)to);
    node->params.axis = to;
    return like(net, node, to == TO_FLOAT || to == TO_DOUBLE ? CB_NET_F32 : CB_NET_I64, err);
}

static int64_t to_whole(float x, int64_t to)
{
    if (to == TO_BOOL)
        return x != 0;
    if (!(x > -0x1p62f))
        return x == x ? -((int64_t)1 << 62) : 0;
    return x < 0x1p62f ? (int64_t)x : (int64_t)1 << 62;
}

cb_status cb_net_run_cast(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                          cb_error *err)
{
    (void)err;
    const float *floats = in[0].data;
    const int64_t *wholes = in[0].data, to = node->params.axis;
    size_t n = out->shape->count;
    if (in[0].shape->type == out->shape->type && to != TO_BOOL)
        memcpy(out->data, in[0].data, cb_net_shape_bytes(out->shape));
    else if (out->shape->type == CB_NET_F32)
        for (size_t i = 0; i < n; i++)
            ((float *)out->data)[i] = (float)wholes[i];
    else if (in[0].shape->type == CB_NET_F32)
        for (size_t i = 0; i < n; i++)
            ((int64_t *)out->data)[i] = to_whole(floats[i], to);
    else
        for (size_t i = 0; i < n; i++)
            ((int64_t *)out->data)[i] = wholes[i] != 0;
    return CB_OK;
}
