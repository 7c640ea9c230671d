/* Gemm and MatMul, in float32. Their sums run in the order in which ONNX Runtime, the reference,
 * runs those of one row on x86-64, product and sum rounded each, so that its bits come out:
 *
 * - Weights stored output by output (Gemm with transB): eight sums, product k to sum k mod 8, then
 *   (((0 + 1) + 2) + 3) + (((4 + 5) + 6) + 7); for the last outputs mod 4, which it treats
 *   otherwise, ((0 + 2) + (4 + 6)) + ((1 + 3) + (5 + 7)).
 * - Weights stored input by input: groups of four products, ((p0 + p1) + p2) + p3, each added to
 *   the sum; what is left over of four, one by one.
 *
 * Then comes the bias. */
#include "network/broadcast.h"
#include "network/details.h"
#include "network/ops.h"

#include <stdlib.h>
#include <string.h>

enum { LANES = 8, GROUP = 4 };

typedef struct {
    size_t rows, columns, depth;
} sizes;

static cb_status check_floats(const cb_network *net, const cb_node *node, int rank, cb_error *err)
{
    for (size_t i = 0; i < 2; i++) {
        const cb_net_shape *shape = &cb_node_input(net, node, i)->shape;
        if (shape->type != CB_NET_F32 || shape->rank < 2 || (rank && shape->rank != rank))
            return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                                "input %zu is to be a matrix of float32", i);
    }
    return CB_OK;
}

static cb_status depth_error(const cb_network *net, const cb_node *node, int64_t a, int64_t b,
                             cb_error *err)
{
    return cb_node_fail(net, node, CB_PARSE, err, "rows of %lld numbers meet columns of %lld",
                        (long long)a, (long long)b);
}

cb_status cb_net_infer_gemm(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t trans_a, trans_b;
    cb_op_params *p = &node->params;
    cb_status status = check_floats(net, node, 2, err);
    if (status == CB_OK)
        status = cb_attr_int(net, node, "transA", 0, err, &trans_a);
    if (status == CB_OK)
        status = cb_attr_int(net, node, "transB", 0, err, &trans_b);
    if (status == CB_OK)
        status = cb_attr_float(net, node, "alpha", 1, err, &p->alpha);
    if (status == CB_OK)
        status = cb_attr_float(net, node, "beta", 1, err, &p->beta);
    if (status != CB_OK)
        return status;
    p->trans_a = trans_a != 0;
    p->trans_b = trans_b != 0;
    const cb_net_shape *a = &cb_node_input(net, node, 0)->shape;
    const cb_net_shape *b = &cb_node_input(net, node, 1)->shape;
    const cb_net_value *c = cb_node_input(net, node, 2);
    int64_t depth = a->dims[!p->trans_a], dims[2] = {a->dims[p->trans_a], b->dims[!p->trans_b]};
    if (depth != b->dims[p->trans_b])
        return depth_error(net, node, depth, b->dims[p->trans_b], err);
    status = cb_node_shape(net, node, CB_NET_F32, 2, dims, err);
    const cb_net_shape *out = &net->values[node->public.output].shape;
    if (status == CB_OK && c && (c->shape.type != CB_NET_F32 || !cb_broadcast_fits(&c->shape, out)))
        return cb_node_fail(net, node, CB_PARSE, err, "its bias does not fit its output");
    node->public.macs = (uint64_t)out->count * (uint64_t)depth;
    return status;
}

cb_status cb_net_infer_matmul(cb_network *net, cb_node *node, cb_error *err)
{
    int rank;
    int64_t dims[CB_NET_RANK + 2];
    cb_status status = check_floats(net, node, 0, err);
    if (status != CB_OK)
        return status;
    const cb_net_shape *a = &cb_node_input(net, node, 0)->shape;
    const cb_net_shape *b = &cb_node_input(net, node, 1)->shape;
    cb_net_shape x = *a, y = *b;
    x.rank -= 2;
    y.rank -= 2;
    if (!cb_broadcast_dims(&x, &y, &rank, dims))
        return cb_node_fail(net, node, CB_PARSE, err, "its batches do not go together");
    int64_t depth = a->dims[a->rank - 1];
    if (depth != b->dims[b->rank - 2])
        return depth_error(net, node, depth, b->dims[b->rank - 2], err);
    dims[rank] = a->dims[a->rank - 2];
    dims[rank + 1] = b->dims[b->rank - 1];
    status = cb_node_shape(net, node, CB_NET_F32, rank + 2, dims, err);
    node->public.macs = (uint64_t)net->values[node->public.output].shape.count * (uint64_t)depth;
    return status;
}

static void add_lanes(const float *restrict a, const float *restrict b, size_t depth,
                      float lanes[LANES])
{
    float sum[LANES] = {0};
    size_t k = 0;
    for (; k + LANES <= depth; k += LANES)
        for (size_t l = 0; l < LANES; l++)
            sum[l] += a[k + l] * b[k + l];
    for (size_t l = 0; k < depth; k++, l++)
        sum[l] += a[k] * b[k];
    memcpy(lanes, sum, sizeof sum);
}

float cb_net_gemm_sum_by_outputs(const float *x, const float *w, size_t depth, bool in_fours)
{
    float l[LANES];
    add_lanes(x, w, depth, l);
    if (in_fours)
        return (((l[0] + l[1]) + l[2]) + l[3]) + (((l[4] + l[5]) + l[6]) + l[7]);
    return ((l[0] + l[2]) + (l[4] + l[6])) + ((l[1] + l[3]) + (l[5] + l[7]));
}

float cb_net_gemm_sum_by_inputs(const float *x, const float *w, size_t w_stride, size_t depth)
{
    const size_t n = w_stride;
    float sum = 0;
    size_t k = 0;
    for (; k + GROUP <= depth; k += GROUP)
        sum += ((x[k] * w[k * n] + x[k + 1] * w[(k + 1) * n]) + x[k + 2] * w[(k + 2) * n]) +
               x[k + 3] * w[(k + 3) * n];
    for (; k < depth; k++)
        sum += x[k] * w[k * n];
    return sum;
}

/* The product, its sums within a lane and between lanes; or within four and from four to four. */
size_t cb_net_gemm_roundings(size_t depth, bool by_outputs)
{
    return by_outputs ? 1 + depth / LANES + 1 + 3 : 1 + 3 + depth / GROUP + 3;
}

/* One row times weights that are stored output by output. */
static void row_by_outputs(const float *a, const float *b, const sizes *s, float *out)
{
    const size_t in_fours = s->columns / 4 * 4;
    for (size_t j = 0; j < s->columns; j++)
        out[j] = cb_net_gemm_sum_by_outputs(a, b + j * s->depth, s->depth, j < in_fours);
}

/* One row times weights that are stored input by input. */
static void row_by_inputs(const float *restrict a, const float *restrict b, const sizes *s,
                          float *restrict out)
{
    const size_t n = s->columns;
    size_t k = 0;
    memset(out, 0, n * sizeof *out);
    for (; k + GROUP <= s->depth; k += GROUP) {
        const float *b0 = b + k * n, *b1 = b0 + n, *b2 = b1 + n, *b3 = b2 + n;
        for (size_t j = 0; j < n; j++)
            out[j] += ((a[k] * b0[j] + a[k + 1] * b1[j]) + a[k + 2] * b2[j]) + a[k + 3] * b3[j];
    }
    for (; k < s->depth; k++)
        for (size_t j = 0; j < n; j++)
            out[j] += a[k] * b[k * n + j];
}

/* Row i of a, which may be stored column by column. */
static const float *row_of(const float *a, const sizes *s, bool transposed, size_t i, float *space)
{
    if (!transposed)
        return a + i * s->depth;
    for (size_t k = 0; k < s->depth; k++)
        space[k] = a[k * s->rows + i];
    return space;
}

static void add_bias(const cb_op_params *p, const cb_tensor *bias, const cb_tensor *out)
{
    float *y = out->data;
    for (size_t i = 0; p->alpha != 1 && i < out->shape->count; i++)
        y[i] *= p->alpha;
    if (!bias)
        return;
    cb_rows rows = cb_rows_start(out->shape, 1, &bias->shape);
    while (cb_rows_next(&rows)) {
        const float *c = (const float *)bias->data + rows.at[0];
        for (size_t j = 0; j < rows.columns; j++) {
            float add = c[j * rows.stride[0]];
            y[rows.out_at + j] += p->beta == 1 ? add : p->beta * add;
        }
    }
}

cb_status cb_net_run_gemm(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                          cb_error *err)
{
    const cb_op_params *p = &node->params;
    const sizes s = {(size_t)out->shape->dims[0], (size_t)out->shape->dims[1],
                     in[0].shape->count / (size_t)out->shape->dims[0]};
    float *space = malloc(s.depth * sizeof *space);
    if (!space)
        return cb_fail(err, CB_NO_MEMORY, "no memory to run node '%.100s'", node->public.name);
    for (size_t i = 0; i < s.rows; i++) {
        const float *row = row_of(in[0].data, &s, p->trans_a, i, space);
        float *to = (float *)out->data + i * s.columns;
        if (p->trans_b)
            row_by_outputs(row, in[1].data, &s, to);
        else
            row_by_inputs(row, in[1].data, &s, to);
    }
    free(space);
    add_bias(p, node->public.input_count > 2 && in[2].data ? &in[2] : NULL, out);
    return CB_OK;
}

/* A tensor's shape with its matrices taken as single elements. */
static cb_net_shape batches_of(const cb_net_shape *shape)
{
    cb_net_shape batches = *shape;
    batches.rank -= 2;
    batches.count = 1;
    for (int i = 0; i < batches.rank; i++)
        batches.count *= (size_t)batches.dims[i];
    return batches;
}

cb_status cb_net_run_matmul(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                            cb_error *err)
{
    (void)node, (void)err;
    const cb_net_shape *a = in[0].shape, *b = in[1].shape, *y = out->shape;
    const sizes s = {(size_t)y->dims[y->rank - 2], (size_t)y->dims[y->rank - 1],
                     (size_t)a->dims[a->rank - 1]};
    const cb_net_shape batches = batches_of(y), a_batches = batches_of(a),
                       b_batches = batches_of(b);
    cb_rows rows =
        cb_rows_start(&batches, 2, (const cb_net_shape *const[]){&a_batches, &b_batches});
    while (cb_rows_next(&rows))
        for (size_t j = 0; j < rows.columns; j++) {
            const float *x =
                (const float *)in[0].data + (rows.at[0] + j * rows.stride[0]) * s.rows * s.depth;
            const float *w =
                (const float *)in[1].data + (rows.at[1] + j * rows.stride[1]) * s.depth * s.columns;
            float *to = (float *)out->data + (rows.out_at + j) * s.rows * s.columns;
            for (size_t i = 0; i < s.rows; i++)
                row_by_inputs(x + i * s.depth, w, &s, to + i * s.columns);
        }
    return CB_OK;
}
