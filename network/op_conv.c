/* Conv. Each output is a sum over input channels, rows and columns of the window, in this order,
 * of products that are exact in float64; it runs in float64, the bias comes last, and it is rounded
 * to float32 once. So the sum is the true one, rounded, whatever the order in all but very rare
 * cases: what a float32 sum of some other order loses, this one does not. */
#include "network/details.h"
#include "network/ops.h"
#include "network/window.h"

#include <stdlib.h>
#include <string.h>

/* Outputs are made in blocks of so many places and channels, which stay in registers. */
enum { PLACES = 4, CHANNELS = 4 };

cb_status cb_net_infer_conv(cb_network *net, cb_node *node, cb_error *err)
{
    int64_t groups, out[2];
    const cb_net_value *weights = cb_node_input(net, node, 1), *bias = cb_node_input(net, node, 2);
    const cb_net_shape *x = &cb_node_input(net, node, 0)->shape, *w = &weights->shape;
    cb_status status = cb_attr_int(net, node, "group", 1, err, &groups);
    if (status != CB_OK)
        return status;
    if (w->rank != 4 || w->type != CB_NET_F32)
        return cb_node_fail(net, node, CB_UNSUPPORTED, err,
                            "input 1 is to be float32 weights (out, in / groups, height, width)");
    status = cb_window_infer(net, node, w->dims + 2, err, out);
    if (status != CB_OK)
        return status;
    if (groups < 1 || groups > w->dims[0] || w->dims[0] % groups ||
        x->dims[1] / groups != w->dims[1] || x->dims[1] % groups)
        return cb_node_fail(net, node, CB_PARSE, err,
                            "%d input channels, %d output channels, %d groups and weights for %d "
                            "channels do not go together",
                            (int)x->dims[1], (int)w->dims[0], (int)groups, (int)w->dims[1]);
    if (bias && (bias->shape.type != CB_NET_F32 || (int64_t)bias->shape.count != w->dims[0]))
        return cb_node_fail(net, node, CB_PARSE, err, "its bias is not one number a channel");
    node->public.window.groups = groups;
    status = cb_node_shape(net, node, CB_NET_F32, 4,
                           (const int64_t[]){x->dims[0], w->dims[0], out[0], out[1]}, err);
    if (status == CB_OK)
        node->public.macs = (uint64_t)net->values[node->public.output].shape.count *
                            (w->count / (size_t)w->dims[0]);
    return status;
}

/* Sizes of one convolution, for its loops. */
typedef struct {
    size_t channels, height, width; /* of a group's input */
    size_t outputs;                 /* channels of a group's output */
    size_t out_width, places;       /* places: height x width of the output */
    size_t depth;                   /* products of a sum */
    const cb_net_window *window;
} sizes;

static sizes sizes_of(const cb_node *node, const cb_tensor *in, const cb_tensor *out)
{
    const int64_t *x = in[0].shape->dims, *y = out->shape->dims;
    const cb_net_window *w = &node->public.window;
    return (sizes){
        .channels = (size_t)(x[1] / w->groups),
        .height = (size_t)x[2],
        .width = (size_t)x[3],
        .outputs = (size_t)(y[1] / w->groups),
        .out_width = (size_t)y[3],
        .places = (size_t)(y[2] * y[3]),
        .depth = in[1].shape->count / (size_t)in[1].shape->dims[0],
        .window = w,
    };
}

/* One input channel's part of what place `place` multiplies, with zeros outside the image, to every
 * PLACES-th element of `to`. */
static double *gather_channel(const sizes *s, const float *image, size_t place, double *to)
{
    const cb_net_window *w = s->window;
    int64_t y0 = (int64_t)(place / s->out_width) * w->stride[0] - w->pad_begin[0];
    int64_t x0 = (int64_t)(place % s->out_width) * w->stride[1] - w->pad_begin[1];
    for (int64_t i = 0; i < w->kernel[0]; i++) {
        int64_t y = y0 + i * w->dilation[0];
        const float *row = image + y * (int64_t)s->width;
        bool row_inside = y >= 0 && y < (int64_t)s->height;
        for (int64_t j = 0; j < w->kernel[1]; j++, to += PLACES) {
            int64_t x = x0 + j * w->dilation[1];
            bool inside = row_inside && x >= 0 && x < (int64_t)s->width;
            *to = inside ? (double)row[x] : 0.0;
        }
    }
    return to;
}

/* What PLACES places from `place` on multiply; those past the end are zero. */
static void gather(const sizes *s, const float *images, size_t place, double *patches)
{
    for (size_t p = 0; p < PLACES; p++) {
        double *to = patches + p;
        if (place + p >= s->places) {
            for (size_t k = 0; k < s->depth; k++)
                to[k * PLACES] = 0;
            continue;
        }
        for (size_t c = 0; c < s->channels; c++)
            to = gather_channel(s, images + c * s->height * s->width, place + p, to);
    }
}

/* Weights of a group as [channels / CHANNELS][depth][CHANNELS], zeros for channels past the end. */
static void pack(const sizes *s, const float *weights, double *packed)
{
    for (size_t c0 = 0; c0 < s->outputs; c0 += CHANNELS)
        for (size_t k = 0; k < s->depth; k++)
            for (size_t c = c0; c < c0 + CHANNELS; c++)
                *packed++ = c < s->outputs ? (double)weights[c * s->depth + k] : 0.0;
}

float cb_net_conv_sum(const float *x, const float *w, size_t depth, const float *bias)
{
    double sum = 0;
    for (size_t k = 0; k < depth; k++)
        sum += (double)x[k] * (double)w[k];
    return (float)(sum + (bias ? (double)*bias : 0.0));
}

static void multiply(const double *restrict patches, const double *restrict weights, size_t depth,
                     double *restrict sums)
{
    double sum[PLACES][CHANNELS] = {{0}};
    for (size_t k = 0; k < depth; k++)
        for (size_t p = 0; p < PLACES; p++)
            for (size_t c = 0; c < CHANNELS; c++)
                sum[p][c] += patches[k * PLACES + p] * weights[k * CHANNELS + c];
    memcpy(sums, sum, sizeof sum);
}

/* The outputs of a block of places. */
static void convolve_block(const sizes *s, const double *patches, const double *packed,
                           const float *bias, size_t place, float *out)
{
    double sums[PLACES][CHANNELS];
    for (size_t c0 = 0; c0 < s->outputs; c0 += CHANNELS) {
        multiply(patches, packed + c0 * s->depth, s->depth, sums[0]);
        for (size_t c = c0; c < c0 + CHANNELS && c < s->outputs; c++)
            for (size_t p = 0; p < PLACES && place + p < s->places; p++)
                out[c * s->places + place + p] =
                    (float)(sums[p][c - c0] + (bias ? (double)bias[c] : 0.0));
    }
}

static void convolve_group(const sizes *s, const float *images, const double *packed,
                           const float *bias, double *patches, float *out)
{
    for (size_t place = 0; place < s->places; place += PLACES) {
        gather(s, images, place, patches);
        convolve_block(s, patches, packed, bias, place, out);
    }
}

cb_status cb_net_run_conv(const cb_node *node, const cb_tensor *in, const cb_tensor *out,
                          cb_error *err)
{
    const sizes s = sizes_of(node, in, out);
    const size_t groups = (size_t)node->public.window.groups;
    const size_t batch = (size_t)in[0].shape->dims[0];
    const float *images = in[0].data, *weights = in[1].data;
    const float *bias = node->public.input_count > 2 ? in[2].data : NULL;
    size_t panels = (s.outputs + CHANNELS - 1) / CHANNELS;
    double *scratch = malloc((panels * CHANNELS + PLACES) * s.depth * sizeof *scratch);
    if (!scratch)
        return cb_fail(err, CB_NO_MEMORY, "no memory to run node '%.100s'", node->public.name);
    double *patches = scratch + panels * CHANNELS * s.depth;
    for (size_t g = 0; g < groups; g++) {
        pack(&s, weights + g * s.outputs * s.depth, scratch);
        for (size_t n = 0; n < batch; n++)
            convolve_group(&s, images + (n * groups + g) * s.channels * s.height * s.width, scratch,
                           bias ? bias + g * s.outputs : NULL, patches,
                           (float *)out->data + (n * groups + g) * s.outputs * s.places);
    }
    free(scratch);
    return CB_OK;
}
