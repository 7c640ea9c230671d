#include "network/ops.h"

#include <string.h>

#define STANDARD  CB_NET_STANDARD
#define QUANTIZED CB_NET_QUANTIZED_SET

const cb_net_op_row cb_net_ops[] = {
#define CB_NET_OP(id, name, set, fewest, most, functions)                                          \
    {name, set, fewest, most, cb_net_infer_##functions, cb_net_run_##functions},
#include "network/ops.inc"
#undef CB_NET_OP
};

static const char *const quantized_domains[] = {"qonnx.custom_op.general", "onnx.brevitas",
                                                "finn.custom_op.general"};

static bool is_quantized_domain(const char *domain)
{
    for (size_t i = 0; i < sizeof quantized_domains / sizeof *quantized_domains; i++)
        if (strcmp(domain, quantized_domains[i]) == 0)
            return true;
    return false;
}

int cb_net_find_op(const char *domain, const char *name)
{
    bool quantized = is_quantized_domain(domain);
    if (!quantized && *domain && strcmp(domain, "ai.onnx") != 0)
        return -1;
    for (size_t i = 0; i < sizeof cb_net_ops / sizeof *cb_net_ops; i++)
        if ((cb_net_ops[i].set == QUANTIZED) == quantized && strcmp(cb_net_ops[i].name, name) == 0)
            return (int)i;
    return -1;
}

bool cb_net_is_channels_last(const char *domain)
{
    return strcmp(domain, "qonnx.custom_op.channels_last") == 0;
}
