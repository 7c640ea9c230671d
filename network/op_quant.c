/* Quant (IntQuant), BipolarQuant and Trunc. */
#include "network/broadcast.h"
#include "network/ops.h"
#include "network/quant.h"

#include <math.h>

static cb_status read_modes(const cb_network *net, cb_node *node, const char *rounding,
                            int64_t narrow_default, cb_error *err)
{
    int64_t is_signed, narrow;
    const char *name;
    cb_rounding found;
    cb_status status = cb_attr_int(net, node, "signed", 1, err, &is_signed);
    if (status == CB_OK)
        status = cb_attr_int(net, node, "narrow", narrow_default, err, &narrow);
    if (status == CB_OK)
        status = cb_attr_text(net, node, "rounding_mode", rounding, err, &name);
    if (status != CB_OK)
        return status;
    if (!cb_rounding_find(name, &found))
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "rounding_mode '%.20s' is none of ROUND, HALF_EVEN, CEIL, FLOOR, UP, "
                            "DOWN, HALF_UP, HALF_DOWN",
                            name);
    node->params.is_signed = is_signed != 0;
    node->params.narrow = narrow != 0;
    node->params.rounding = (int)found;
    return CB_OK;
}

/* Every input is float32, and from input 1 on fits the first. */
static cb_status check_inputs(const cb_network *net, const cb_node *node, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    for (size_t i = 0; i < node->public.input_count; i++) {
        const cb_net_value *input = cb_node_input(net, node, i);
        if (!input)
            return cb_node_fail(net, node, CB_PARSE, err, "input %zu is left out", i);
        if (input->shape.type != CB_NET_F32)
            return cb_node_fail(net, node, CB_UNSUPPORTED, err, "input %zu is not of float32", i);
        if (!cb_broadcast_fits(&input->shape, x))
            return cb_node_fail(net, node, CB_PARSE, err,
                                "input %zu ('%.60s') cannot be broadcast to the data", i,
                                input->name);
    }
    return CB_OK;
}

/* A width is one constant between 1 and 64. */
static cb_status check_bits(const cb_network *net, const cb_node *node, size_t input, cb_error *err)
{
    const cb_net_value *bits = cb_node_input(net, node, input);
    if (!bits->constant)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "its bit width is no constant");
    float wide = *(const float *)bits->constant;
    if (bits->shape.count != 1 || !(wide >= 1 && wide <= 64))
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "its bit width is not one number between 1 and 64");
    return CB_OK;
}

static cb_status like_first_input(cb_network *net, cb_node *node, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    return cb_node_shape(net, node, CB_NET_F32, x->rank, x->dims, err);
}

cb_status cb_net_infer_quant(cb_network *net, cb_node *node, cb_error *err)
{
    cb_status status = check_inputs(net, node, err);
    if (status == CB_OK)
        status = check_bits(net, node, 3, err);
    if (status == CB_OK)
        status = read_modes(net, node, "ROUND", 0, err);
    return status == CB_OK ? like_first_input(net, node, err) : status;
}

cb_status cb_net_infer_bipolar(cb_network *net, cb_node *node, cb_error *err)
{
    cb_status status = check_inputs(net, node, err);
    return status == CB_OK ? like_first_input(net, node, err) : status;
}

cb_status cb_net_infer_trunc(cb_network *net, cb_node *node, cb_error *err)
{
    bool second = node->public.input_count == 6;
    cb_status status = check_inputs(net, node, err);
    if (status == CB_OK)
        status = check_bits(net, node, 3, err);
    if (status == CB_OK)
        status = check_bits(net, node, second ? 5 : 4, err);
    if (status == CB_OK)
        status = read_modes(net, node, "FLOOR", 0, err);
    return status == CB_OK ? like_first_input(net, node, err) : status;
}

/* The rows of x, scale and zero point (and a fourth operand) against the output. */
static cb_rows start(const cb_tensor *in, const size_t *operands, int count, const cb_tensor *out)
{
    const cb_net_shape *shapes[CB_ROWS_OPERANDS];
    for (int i = 0; i < count; i++)
        shapes[i] = in[operands[i]].shape;
    return cb_rows_start(out->shape, count, shapes);
}

static cb_quant_row row_at(const cb_rows *rows, const cb_tensor *in, const cb_tensor *out)
{
    cb_quant_row row = {
        .x = (const float *)in[0].data + rows->at[0],
        .scale = (const float *)in[1].data + rows->at[1],
        .x_stride = rows->stride[0],
        .scale_stride = rows->stride[1],
        .n = rows->columns,
        .y = (float *)out->data + rows->out_at,
    };
    if (rows->operands > 2) {
        row.zero_point = (const float *)in[2].data + rows->at[2];
        row.zero_stride = rows->stride[2];
    }
    return row;
}

cb_status cb_net_run_quant(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                           cb_error *err)
{
    (void)err;
    const cb_op_params *p = &node->params;
    float bits = *(const float *)in[3].data;
    cb_int_range range = cb_quant_range(bits, p->is_signed, p->narrow);
    cb_rows rows = start(in, (const size_t[]){0, 1, 2}, 3, out);
    while (cb_rows_next(&rows)) {
        cb_quant_row row = row_at(&rows, in, out);
        cb_quantize(&row, range, (cb_rounding)p->rounding, bits == 1 && p->is_signed);
    }
    return CB_OK;
}

cb_status cb_net_run_bipolar(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                             cb_error *err)
{
    (void)node, (void)err;
    cb_rows rows = start(in, (const size_t[]){0, 1}, 2, out);
    while (cb_rows_next(&rows)) {
        cb_quant_row row = row_at(&rows, in, out);
        cb_quantize_bipolar(&row);
    }
    return CB_OK;
}

static void run_trunc_v1(const cb_op_params *p, const cb_tensor *in, const cb_tensor *out)
{
    float shift = *(const float *)in[3].data - *(const float *)in[4].data;
    cb_rows rows = start(in, (const size_t[]){0, 1, 2}, 3, out);
    while (cb_rows_next(&rows)) {
        cb_quant_row row = row_at(&rows, in, out);
        cb_truncate_v1(&row, shift, (cb_rounding)p->rounding);
    }
}

static void run_trunc_v2(const cb_op_params *p, const cb_tensor *in, const cb_tensor *out)
{
    cb_int_range range = cb_quant_range(*(const float *)in[5].data, p->is_signed, p->narrow);
    cb_rows rows = start(in, (const size_t[]){0, 1, 2, 4}, 4, out);
    while (cb_rows_next(&rows)) {
        cb_quant_row row = row_at(&rows, in, out);
        const float *out_scale = (const float *)in[4].data + rows.at[3];
        cb_truncate_v2(&row, out_scale, rows.stride[3], range, (cb_rounding)p->rounding);
    }
}

cb_status cb_net_run_trunc(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                           cb_error *err)
{
    (void)err;
    if (node->public.input_count == 6)
        run_trunc_v2(&node->params, in, out);
    else
        run_trunc_v1(&node->params, in, out);
    return CB_OK;
}
