#include "network/window.h"

#include <string.h>

/* More than this in a stride, pad, dilation or kernel is a broken file. */
enum { MOST = 1 << 20 };

static cb_status read_pair(const cb_network *net, const cb_node *node, const char *name,
                           int64_t least, cb_error *err, int64_t pair[2], bool *found)
{
    size_t count;
    int64_t read[2];
    cb_status status = cb_attr_ints(net, node, name, 2, err, read, &count);
    *found = status == CB_OK && count > 0;
    if (!*found)
        return status;
    for (size_t i = 0; i < 2; i++) {
        if (count != 2 || read[i] < least || read[i] > MOST)
            return cb_node_fail(net, node, CB_PARSE, err,
                                "attribute %s is to be two numbers of at least %d", name,
                                (int)least);
        pair[i] = read[i];
    }
    return CB_OK;
}

static cb_status read_pads(const cb_network *net, const cb_node *node, cb_net_window *w,
                           cb_error *err)
{
    size_t count;
    int64_t pads[4] = {0};
    cb_status status = cb_attr_ints(net, node, "pads", 4, err, pads, &count);
    if (status != CB_OK)
        return status;
    for (size_t i = 0; i < 4; i++)
        if ((count && count != 4) || pads[i] < 0 || pads[i] > MOST)
            return cb_node_fail(net, node, CB_PARSE, err,
                                "attribute pads is to be four numbers of at least 0");
    for (size_t i = 0; i < 2; i++) {
        w->pad_begin[i] = pads[i];
        w->pad_end[i] = pads[2 + i];
    }
    return CB_OK;
}

static int64_t extent(const cb_net_window *w, int i)
{
    return w->dilation[i] * (w->kernel[i] - 1) + 1;
}

/* SAME_UPPER and SAME_LOWER: as many outputs as strides fit; an odd pad goes to the end or to the
 * beginning. */
static void pad_same(cb_net_window *w, const int64_t *image, bool upper)
{
    for (int i = 0; i < 2; i++) {
        int64_t out = (image[i] + w->stride[i] - 1) / w->stride[i];
        int64_t pad = (out - 1) * w->stride[i] + extent(w, i) - image[i];
        pad = pad > 0 ? pad : 0;
        w->pad_begin[i] = upper ? pad / 2 : pad - pad / 2;
        w->pad_end[i] = pad - w->pad_begin[i];
    }
}

static cb_status apply_auto_pad(const cb_network *net, const cb_node *node, cb_net_window *w,
                                const int64_t *image, cb_error *err)
{
    const char *mode;
    cb_status status = cb_attr_text(net, node, "auto_pad", "NOTSET", err, &mode);
    if (status != CB_OK || strcmp(mode, "NOTSET") == 0)
        return status;
    memset(w->pad_begin, 0, sizeof w->pad_begin);
    memset(w->pad_end, 0, sizeof w->pad_end);
    if (strcmp(mode, "VALID") == 0)
        return CB_OK;
    if (strcmp(mode, "SAME_UPPER") != 0 && strcmp(mode, "SAME_LOWER") != 0)
        return cb_node_fail(net, node, CB_PARSE, err, "auto_pad '%.20s' is unknown", mode);
    pad_same(w, image, strcmp(mode, "SAME_UPPER") == 0);
    return CB_OK;
}

static cb_status read_window(const cb_network *net, const cb_node *node, const int64_t *kernel,
                             cb_error *err, cb_net_window *w)
{
    bool given, found;
    cb_status status = read_pair(net, node, "kernel_shape", 1, err, w->kernel, &given);
    if (status == CB_OK && !given && !kernel)
        return cb_node_fail(net, node, CB_PARSE, err, "has no attribute kernel_shape");
    if (status == CB_OK && kernel) {
        if (given && memcmp(kernel, w->kernel, sizeof w->kernel) != 0)
            return cb_node_fail(net, node, CB_PARSE, err,
                                "kernel_shape is not that of its weights");
        memcpy(w->kernel, kernel, sizeof w->kernel);
    }
    if (status == CB_OK)
        status = read_pair(net, node, "strides", 1, err, w->stride, &found);
    if (status == CB_OK)
        status = read_pair(net, node, "dilations", 1, err, w->dilation, &found);
    if (status == CB_OK)
        status = read_pads(net, node, w, err);
    return status;
}

/* Places of the window along one dimension, or 0 when it does not fit once. */
static int64_t places(const cb_net_window *w, int i, int64_t image, bool ceil_mode)
{
    int64_t room = image + w->pad_begin[i] + w->pad_end[i] - extent(w, i);
    if (room < 0)
        return 0;
    int64_t out = room / w->stride[i] + 1;
    /* A last, cut-off window counts when it starts inside the image or its leading pad. */
    if (ceil_mode && room % w->stride[i] && out * w->stride[i] < image + w->pad_begin[i])
        out++;
    return out;
}

cb_status cb_window_infer(const cb_network *net, cb_node *node, const int64_t *kernel,
                          cb_error *err, int64_t out[2])
{
    int64_t ceil_mode;
    cb_net_window w = {.stride = {1, 1}, .dilation = {1, 1}, .groups = 1};
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    if (x->rank != 4 || x->type != CB_NET_F32)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "input 0 is to be float32 images (batch, channels, height, width)");
    cb_status status = read_window(net, node, kernel, err, &w);
    if (status == CB_OK)
        status = apply_auto_pad(net, node, &w, x->dims + 2, err);
    if (status == CB_OK)
        status = cb_attr_int(net, node, "ceil_mode", 0, err, &ceil_mode);
    if (status != CB_OK)
        return status;
    for (int i = 0; i < 2; i++) {
        out[i] = places(&w, i, x->dims[2 + i], ceil_mode != 0);
        if (!out[i])
            return cb_node_fail(net, node, CB_PARSE, err, "its window is larger than the image");
    }
    node->public.window = w;
    return CB_OK;
}
