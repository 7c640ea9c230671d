/* MaxPool, AveragePool and GlobalAveragePool, in float32 with the reference's (ONNX Runtime's)
 * orders of sums. */
#include "network/ops.h"
#include "network/window.h"

#include <float.h>
#include <math.h>
#include <string.h>

static cb_status infer_pool(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t out[2];
    cb_status status = cb_window_infer(net, node, NULL, err, out);
    if (status != CB_OK)
        return status;
    const int64_t *x = cb_node_input(net, node, 0)->shape.dims;
    node->public.window.groups = x[1];
    return cb_node_shape(net, node, CB_NET_F32, 4, (const int64_t[]){x[0], x[1], out[0], out[1]},
                         err);
}

cb_status cb_net_infer_max_pool(cb_network *net, cb_node *node, cb_error *err)
{
    return infer_pool(net, node, err);
}

cb_status cb_net_infer_average_pool(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t include;
    cb_status status = cb_attr_int(net, node, "count_include_pad", 0, err, &include);
    node->params.include_pad = status == CB_OK && include != 0;
    return status == CB_OK ? infer_pool(net, node, err) : status;
}

cb_status cb_net_infer_global_pool(cb_network *net, cb_node *node, cb_error *err)
{
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape;
    int64_t dims[CB_NET_RANK] = {0};
    if (x->type != CB_NET_F32 || x->rank < 3)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "input 0 is to be float32 of (batch, channels, ...)");
    for (int i = 0; i < x->rank; i++)
        dims[i] = i < 2 ? x->dims[i] : 1;
    return cb_node_shape(net, node, CB_NET_F32, x->rank, dims, err);
}

/* One channel's image and the window at one place of it. */
typedef struct {
    const cb_net_window *window;
    const float *image;
    int64_t height, width;
    int64_t y0, x0; /* upper left corner, which may lie in the pad */
    bool include_pad;
} place;

typedef float pool_one(const place *at);

static float max_at(const place *at)
{
    const cb_net_window *w = at->window;
    float most = -FLT_MAX;
    for (int64_t i = 0; i < w->kernel[0]; i++)
        for (int64_t j = 0; j < w->kernel[1]; j++) {
            int64_t y = at->y0 + i * w->dilation[0], x = at->x0 + j * w->dilation[1];
            if (y >= 0 && y < at->height && x >= 0 && x < at->width) {
                float value = at->image[y * at->width + x];
                most = value > most ? value : most;
            }
        }
    return most;
}

/* Elements of the window inside [0, size) of one dimension; with the pads, inside the padded one.
 */
static int64_t count_along(const place *at, int i, int64_t begin, int64_t size)
{
    const cb_net_window *w = at->window;
    int64_t count = 0;
    int64_t low = at->include_pad ? -w->pad_begin[i] : 0;
    int64_t high = at->include_pad ? size + w->pad_end[i] : size;
    for (int64_t k = 0; k < w->kernel[i]; k++) {
        int64_t position = begin + k * w->dilation[i];
        count += position >= low && position < high;
    }
    return count;
}

/* The sum of each column from top to bottom, then the columns from left to right. */
static float average_at(const place *at)
{
    const cb_net_window *w = at->window;
    float sum = 0;
    for (int64_t j = 0; j < w->kernel[1]; j++) {
        int64_t x = at->x0 + j * w->dilation[1];
        float column = 0;
        for (int64_t i = 0; i < w->kernel[0] && x >= 0 && x < at->width; i++) {
            int64_t y = at->y0 + i * w->dilation[0];
            column += y >= 0 && y < at->height ? at->image[y * at->width + x] : 0;
        }
        sum += column;
    }
    int64_t count = count_along(at, 0, at->y0, at->height) * count_along(at, 1, at->x0, at->width);
    return count ? sum / (float)count : 0;
}

static void pool(const cb_node *node, const cb_tensor *in, const cb_tensor *out, pool_one *one)
{
    const int64_t *x = in[0].shape->dims, *y = out->shape->dims;
    const cb_net_window *w = &node->public.window;
    float *to = out->data;
    for (int64_t c = 0; c < x[0] * x[1]; c++)
        for (int64_t i = 0; i < y[2]; i++)
            for (int64_t j = 0; j < y[3]; j++) {
                place at = {
                    .window = w,
                    .image = (const float *)in[0].data + c * x[2] * x[3],
                    .height = x[2],
                    .width = x[3],
                    .y0 = i * w->stride[0] - w->pad_begin[0],
                    .x0 = j * w->stride[1] - w->pad_begin[1],
                    .include_pad = node->params.include_pad,
                };
                *to++ = one(&at);
            }
}

cb_status cb_net_run_max_pool(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                              cb_error *err)
{
    (void)err;
    pool(node, in, out, max_at);
    return CB_OK;
}

cb_status cb_net_run_average_pool(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                                  cb_error *err)
{
    (void)err;
    pool(node, in, out, average_at);
    return CB_OK;
}

/* Four sums, element k to sum k mod 4, then (0 + 2) + (1 + 3), then what is left over of four, one
 * by one. */
static float mean(const float *x, size_t n)
{
    float l[4] = {0};
    size_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (size_t i = 0; i < 4; i++)
            l[i] += x[k + i];
    float sum = (l[0] + l[2]) + (l[1] + l[3]);
    for (; k < n; k++)
        sum += x[k];
    return sum / (float)n;
}

cb_status cb_net_run_global_pool(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                                 cb_error *err)
{
    (void)node, (void)err;
    float *y = out->data;
    size_t size = in[0].shape->count / out->shape->count;
    for (size_t i = 0; i < out->shape->count; i++)
        y[i] = mean((const float *)in[0].data + i * size, size);
    return CB_OK;
}
