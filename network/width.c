/* How wide the integers are that a value is made of. */
#include "network/graph.h"

static const cb_net_width unknown = {.kind = CB_NET_FLOAT};

static cb_net_width width_of(const cb_network *net, const cb_node *node, size_t input)
{
    const cb_net_value *value = cb_node_input(net, node, input);
    return value ? value->width : unknown;
}

static int ceil_log2(uint64_t n)
{
    int bits = 0;
    while (bits < 63 && (uint64_t)1 << bits < n)
        bits++;
    return bits;
}

static cb_net_width quantized(const cb_network *net, const cb_node *node, size_t bits_input)
{
    const float *bits = cb_node_input(net, node, bits_input)->constant;
    return (cb_net_width){CB_NET_QUANTIZED, (int)*bits, node->params.is_signed};
}

/* Every sum of `count` products of the two, or unknown. */
static cb_net_width sum_of_products(cb_net_width a, cb_net_width b, uint64_t count)
{
    if (a.kind != CB_NET_QUANTIZED || b.kind != CB_NET_QUANTIZED)
        return unknown;
    return (cb_net_width){CB_NET_ACCUMULATED, a.bits + b.bits + ceil_log2(count),
                          a.is_signed || b.is_signed};
}

static cb_net_width product_sums(const cb_network *net, const cb_node *node)
{
    uint64_t outputs = net->values[node->public.output].shape.count;
    return sum_of_products(width_of(net, node, 0), width_of(net, node, 1),
                           outputs ? node->public.macs / outputs : 1);
}

static cb_net_width averaged(const cb_network *net, const cb_node *node)
{
    cb_net_width width = width_of(net, node, 0);
    const int64_t *kernel = node->public.window.kernel;
    uint64_t count = (uint64_t)(kernel[0] * kernel[1]);
    if (node->public.op == CB_NET_GLOBAL_AVERAGE_POOL)
        count =
            cb_node_input(net, node, 0)->shape.count / net->values[node->public.output].shape.count;
    if (width.kind == CB_NET_FLOAT)
        return unknown;
    return (cb_net_width){CB_NET_ACCUMULATED, width.bits + ceil_log2(count), width.is_signed};
}

/* What is left when negative values become 0. */
static cb_net_width rectified(cb_net_width width)
{
    if (width.kind == CB_NET_FLOAT || !width.is_signed || width.bits < 2)
        return width.is_signed ? unknown : width;
    return (cb_net_width){width.kind, width.bits - 1, false};
}

static cb_net_width concatenated(const cb_network *net, const cb_node *node)
{
    cb_net_width first = width_of(net, node, 0);
    for (size_t i = 1; i < node->public.input_count; i++) {
        cb_net_width other = width_of(net, node, i);
        if (other.kind != first.kind || other.bits != first.bits ||
            other.is_signed != first.is_signed)
            return unknown;
    }
    return first;
}

cb_net_width cb_net_infer_width(const cb_network *net, const cb_node *node)
{
    switch (node->public.op) {
    case CB_NET_QUANT:
    case CB_NET_INT_QUANT:
        return quantized(net, node, 3);
    case CB_NET_BIPOLAR_QUANT:
        return (cb_net_width){CB_NET_QUANTIZED, 1, true};
    case CB_NET_TRUNC:
        return quantized(net, node, node->public.input_count - 1);
    case CB_NET_CONV:
    case CB_NET_GEMM:
    case CB_NET_MATMUL:
        return product_sums(net, node);
    case CB_NET_AVERAGE_POOL:
    case CB_NET_GLOBAL_AVERAGE_POOL:
        return averaged(net, node);
    case CB_NET_RELU:
        return rectified(width_of(net, node, 0));
    case CB_NET_CONCAT:
        return concatenated(net, node);
    case CB_NET_MAX_POOL:
    case CB_NET_IDENTITY:
    case CB_NET_DROPOUT:
    case CB_NET_RESHAPE:
    case CB_NET_FLATTEN:
    case CB_NET_SQUEEZE:
    case CB_NET_UNSQUEEZE:
    case CB_NET_TRANSPOSE:
    case CB_NET_GATHER:
    case CB_NET_DEPTH_TO_SPACE:
    case CB_NET_RESIZE:
        return width_of(net, node, 0);
    default:
        return unknown;
    }
}
