/* Resize with mode "nearest", which is what quantized networks use (values stay what they are). */
#include "network/ops.h"

#include <math.h>
#include <string.h>

enum { ASYMMETRIC, HALF_PIXEL, PYTORCH_HALF_PIXEL, ALIGN_CORNERS };
enum { ROUND_PREFER_FLOOR, ROUND_PREFER_CEIL, FLOOR, CEIL };

static const char *const coordinates[] = {"asymmetric", "half_pixel", "pytorch_half_pixel",
                                          "align_corners"};
static const char *const nearest_modes[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                            "ceil"};

static cb_status read_word(const cb_network *net, const cb_node *node, const char *name,
                           const char *other, const char *const words[4], cb_error *err, int *word)
{
    const char *text;
    cb_status status = cb_attr_text(net, node, name, other, err, &text);
    if (status != CB_OK)
        return status;
    for (*word = 0; *word < 4; ++*word)
        if (strcmp(words[*word], text) == 0)
            return CB_OK;
    return cb_node_fail(net, node, CB_UNSUPPORTED, err, "%s '%.24s'", name, text);
}

static cb_status read_modes(const cb_network *net, cb_node *node, cb_error *err)
{
    const char *mode;
    bool old = net->opset < 11;
    cb_status status = cb_attr_text(net, node, "mode", "nearest", err, &mode);
    if (status == CB_OK && strcmp(mode, "nearest") != 0)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err, "mode '%.20s'; only nearest is known",
                            mode);
    if (status == CB_OK)
        status =
            read_word(net, node, "coordinate_transformation_mode",
                      old ? "asymmetric" : "half_pixel", coordinates, err, &node->params.coords);
    if (status == CB_OK)
        status = read_word(net, node, "nearest_mode", old ? "floor" : "round_prefer_floor",
                           nearest_modes, err, &node->params.nearest);
    return status;
}

/* Constant input `input`, if it is there and holds anything. */
static const cb_net_value *given(const cb_network *net, const cb_node *node, size_t input)
{
    const cb_net_value *value = cb_node_input(net, node, input);
    return value && value->shape.count ? value : NULL;
}

static cb_status scales_to_dims(const cb_network *net, cb_node *node, const cb_net_value *scales,
                                cb_error *err, int64_t *dims)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    if (!scales->constant || scales->shape.type != CB_NET_F32 ||
        scales->shape.count != (size_t)x->rank)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "its scales are not one constant for each dimension");
    for (int i = 0; i < x->rank; i++) {
        float scale = ((const float *)scales->constant)[i];
        if (!(scale > 0 && scale <= 1024))
            return cb_node_fail(net, node, CB_UNSUPPORTED, err, "its scales are not in (0, 1024]");
        node->params.scales[i] = scale;
        dims[i] = (int64_t)floorf((float)x->dims[i] * scale);
    }
    return CB_OK;
}

static cb_status read_sizes(const cb_network *net, cb_node *node, cb_error *err, int64_t *dims)
{
    size_t count;
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    cb_status status = cb_input_ints(net, node, 3, CB_NET_RANK, err, dims, &count);
    if (status != CB_OK)
        return status;
    if (count != (size_t)x->rank)
        return cb_node_fail(net, node, CB_PARSE, err, "has neither scales nor sizes that fit");
    for (int i = 0; i < x->rank; i++)
        node->params.scales[i] = (float)dims[i] / (float)x->dims[i];
    return CB_OK;
}

cb_status cb_net_infer_resize(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t dims[CB_NET_RANK] = {0};
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    const cb_net_value *scales = given(net, node, net->opset < 11 ? 1 : 2);
    cb_status status = read_modes(net, node, err);
    if (status != CB_OK)
        return status;
    status =
        scales ? scales_to_dims(net, node, scales, err, dims) : read_sizes(net, node, err, dims);
    return status == CB_OK ? cb_node_shape(net, node, x->type, x->rank, dims, err) : status;
}

/* Where output element `out` of one dimension comes from, before rounding. */
static float source_of(const cb_op_params *p, float scale, int64_t out, int64_t in_dim,
                       int64_t out_dim)
{
    switch (p->coords) {
    case ASYMMETRIC:
        return (float)out / scale;
    case ALIGN_CORNERS:
        return out_dim > 1 ? (float)out * (float)(in_dim - 1) / (float)(out_dim - 1) : 0;
    case PYTORCH_HALF_PIXEL:
        return out_dim > 1 ? ((float)out + 0.5f) / scale - 0.5f : 0;
    default:
        return ((float)out + 0.5f) / scale - 0.5f;
    }
}

static int64_t nearest(const cb_op_params *p, float at, int64_t in_dim)
{
    float rounded;
    switch (p->nearest) {
    case ROUND_PREFER_FLOOR:
        rounded = ceilf(at - 0.5f);
        break;
    case ROUND_PREFER_CEIL:
        rounded = floorf(at + 0.5f);
        break;
    case FLOOR:
        rounded = floorf(at);
        break;
    default:
        rounded = ceilf(at);
    }
    if (!(rounded > 0))
        return 0;
    return rounded < (float)in_dim ? (int64_t)rounded : in_dim - 1;
}

cb_status cb_net_run_resize(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                            cb_error *err)
{
    (void)err;
    const cb_op_params *p = &node->params;
    const cb_net_shape *x = in[0].shape, *y = out->shape;
    const size_t bytes = cb_net_shape_bytes(y) / y->count;
    for (size_t i = 0; i < y->count; i++) {
        size_t left = i, from = 0, step = 1;
        for (int d = y->rank - 1; d >= 0; d--) {
            int64_t at = (int64_t)(left % (size_t)y->dims[d]);
            left /= (size_t)y->dims[d];
            float source = source_of(p, p->scales[d], at, x->dims[d], y->dims[d]);
            int64_t place = nearest(p, source, x->dims[d]);
            place = place < x->dims[d] ? place : x->dims[d] - 1;
            from += (size_t)place * step;
            step *= (size_t)x->dims[d];
        }
        memcpy((char *)out->data + i * bytes, (const char *)in[0].data + from * bytes, bytes);
    }
    return CB_OK;
}
