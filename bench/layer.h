/* Convolution layers: what they are, how a person writes one, and the lists that ship with
 * cachebound. Shared by the families that measure convolutions. */
#ifndef CB_BENCH_LAYER_H
#define CB_BENCH_LAYER_H

#include "base/status.h"

#include <stddef.h>

/* Input batch x cin x h x w, weights cout x (cin / groups) x kh x kw. Stride, padding (zeros, on
 * all four sides) and dilation are the same in both directions. */
typedef struct {
    size_t batch, cin, h, w, cout, kh, kw, stride, pad, groups, dilation;
} cb_layer;

/* A layer that passed cb_layer_check: floor((in + 2 pad - dilation (k - 1) - 1) / stride) + 1. */
size_t cb_layer_out_h(const cb_layer *layer);
size_t cb_layer_out_w(const cb_layer *layer);

/* Multiply-accumulates: batch cout out_h out_w (cin / groups) kh kw. Those that meet padding are
 * counted, as everybody does. */
double cb_layer_macs(const cb_layer *layer);

/* The same after Klein et al., eqs. (3) and (4), which leave the kernel out of the output's size:
 * (in + 2 pad) / stride. For comparison with their Table III only. */
double cb_layer_macs_klein(const cb_layer *layer);

/* Elements of the operands. */
size_t cb_layer_input_elems(const cb_layer *layer);
size_t cb_layer_weight_elems(const cb_layer *layer);
size_t cb_layer_output_elems(const cb_layer *layer);

/* CB_USAGE, in one line without a name in front, when a size is zero, the groups do not divide the
 * channels, the output is empty, or an operand is beyond what a pointer can reach. */
cb_status cb_layer_check(const cb_layer *layer, cb_error *err);

/* "B,CIN,H,W,COUT,KH,KW,STRIDE,PAD[,GROUPS[,DILATION]]", checked. */
cb_status cb_layer_parse(const char *text, cb_error *err, cb_layer *layer);

typedef struct {
    char name[64]; /* "resnet18:C2"; a free layer has its numbers */
    cb_layer layer;
    int times; /* how often the network has it; 1 for a free layer */
} cb_named_layer;

/* The caller frees with cb_layers_free. */
typedef struct {
    cb_named_layer *items;
    size_t count;
} cb_layers;

void cb_layers_free(cb_layers *layers);

/* Appends what `text` names: one layer in numbers, or a comma list of NETWORK:GLOB ("resnet18:C2",
 * "mobilenetv1:*", "vgg16" for all of it). CB_USAGE says what is there. After an error `layers` is
 * as it was. */
cb_status cb_layers_select(const char *text, cb_error *err, cb_layers *layers);

/* Appends the layers of a list file: one a line, "NAME LAYER [xTIMES]"; # starts a comment. */
cb_status cb_layers_read(const char *path, cb_error *err, cb_layers *layers);

/* The same from memory; `name` is used in errors and in front of the layers' names. */
cb_status cb_layers_parse(const char *text, const char *name, cb_error *err, cb_layers *layers);

#endif
