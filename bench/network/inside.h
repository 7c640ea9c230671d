/* Inside of bench/network. */
#ifndef CB_BENCH_NETWORK_INSIDE_H
#define CB_BENCH_NETWORK_INSIDE_H

#include "bench/bitserial/bitserial.h"
#include "bench/gemm/gemm.h"
#include "bench/network/engine.h"
#include "network/details.h"

/* ---- values as integers ---- */

/* A value is code * scale, rounded once, with low <= code <= high, each in a byte. */
typedef struct {
    bool known;
    float scale;
    int low, high;
    int bits;
    bool bipolar; /* -1 or 1 */
} cb_view;

/* What a value that a run makes is, going back to its quantizer. */
cb_view cb_view_of(const cb_network *network, int value);

/* The value whose elements this one has in the same order (through Flatten and the like). */
int cb_view_source(const cb_network *network, int value);

/* Constant weights as integers: `outputs` rows of `depth`. */
typedef struct {
    int8_t *codes;
    float *floats; /* the executor's, in the same order */
    float *scale;  /* of each output */
    size_t outputs, depth;
    int low, high, bits;
    bool bipolar;
} cb_weights;

/* `transposed`: the constant is depth x outputs. False when they are not integers of a byte times
 * scales; the caller frees either way. */
bool cb_weights_read(const cb_network *network, int value, size_t outputs, bool transposed,
                     cb_weights *weights);
void cb_weights_free(cb_weights *weights);

/* ---- what stands behind a sum ---- */

typedef enum { CB_STAGE_RELU, CB_STAGE_ADD, CB_STAGE_SUB, CB_STAGE_MUL, CB_STAGE_DIV } cb_stage_op;

typedef struct {
    cb_stage_op op;
    float *by; /* a number a channel; RELU: NULL */
} cb_stage;

enum { CB_STAGES = 8 };

typedef struct {
    float *bias; /* a channel; NULL: none */
    cb_stage stages[CB_STAGES];
    size_t stage_count;
    bool quantizes;
    float scale, zero;
    cb_int_range range;
    cb_rounding rounding;
    bool bipolar, bipolar_node;
    cb_view out;
} cb_tail;

/* Follows a product's output as long as each value has one consumer. Appends the nodes that belong
 * to it; `output` is the last value. */
typedef struct cb_layer_plan cb_layer_plan;
cb_status cb_tail_read(const cb_network *network, cb_layer_plan *layer, cb_error *err);
void cb_tail_free(cb_tail *tail);

/* From sums of channels [channel, channel + n) with their bias to what the last node of the layer
 * makes of them, in place. */
void cb_tail_follow(const cb_tail *tail, size_t channel, size_t n, float *y);

/* ---- a layer ---- */

/* Input h x w x cin, channels last; a matrix product is one of 1 x rows places. */
typedef struct {
    size_t cin, h, w, cout, kh, kw, groups;
    size_t stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
    size_t out_h, out_w;
    bool is_conv;
    bool by_outputs; /* Gemm: how its weights are stored */
} cb_geometry;

size_t cb_geometry_places(const cb_geometry *g);
size_t cb_geometry_depth(const cb_geometry *g); /* of one sum */

/* Codes of a value, as a layer has left them. */
typedef struct {
    uint8_t *codes;
    size_t channels, places; /* element c * places + p lies at p * channels + c */
} cb_cell;

/* What a channel's sum is turned into. */
typedef struct {
    float *error;   /* the executor's sum is so near, at most */
    bool exact;     /* all errors are 0 and so are roundings */
    bool direct;    /* the tail is (Relu and) a plain quantizer: code = rint(acc * to_code + */
    float *to_code; /* from_bias) inside +- code_error */
    float *from_bias, *code_error;
    float low, high;
} cb_scaling;

struct cb_layer_plan {
    cb_engine_layer public;
    size_t *nodes;
    int input;   /* value whose codes it takes */
    int output;  /* value that it makes */
    bool joined; /* those are another layer's, else made of the executor's floats */
    bool writes_floats;
    cb_geometry g;
    cb_view in;
    cb_weights weights;
    cb_tail tail;
    cb_scaling scaling;
    size_t *order; /* of depth: element k of a sum is the input's element order[k]; NULL: k */
    float *row;    /* room for one sum's inputs, for lo and hi of one line of channels */
    float *ends[2];
    cb_cell cell;          /* of the output */
    uint8_t *own_input;    /* codes made from the executor's floats; NULL: another layer's */
    const uint8_t *source; /* codes that it takes */
    void *work;            /* of the means */
    float *floats;         /* of the output, in the executor */
    const float *in_floats;
    const float *constant; /* float32 layers: the network's weights */
    char why[160];
};

/* Fills scaling from view, weights and tail. False when the executor's sums are not determined:
 * neither exact nor quantized. */
cb_status cb_bound_make(cb_layer_plan *layer, cb_error *err, bool *determined);
void cb_bound_free(cb_scaling *scaling);

/* Sums of places [place, place + m) and channels [channel, channel + n), to codes and floats. */
void cb_finish_sums(cb_layer_plan *layer, size_t place, size_t m, size_t channel, size_t n,
                    const int32_t *sums, size_t ld);

/* Memory that begins with a cache line: a kernel's loads do not straddle two. NULL without. */
void *cb_line_alloc(size_t bytes);

/* ---- means ---- */

typedef struct {
    /* CB_UNSUPPORTED: not for this layer. */
    cb_status (*prepare)(cb_layer_plan *layer, const cb_engine_options *options, cb_error *err);
    void (*run)(cb_layer_plan *layer);
    void (*release)(cb_layer_plan *layer);
} cb_means_row;

extern const cb_means_row cb_means_int8, cb_means_depthwise, cb_means_bitserial, cb_means_float32;

/* Rows of the matrix that a convolution multiplies: depth bytes for each place, taps by rows and
 * columns of the window, channels inside; of one group. */
void cb_im2col(const cb_geometry *g, const uint8_t *codes, size_t group, uint8_t *to);
/* One output's weights in the order of the rows, or of a matrix product's input as it lies. */
void cb_weights_order(const cb_layer_plan *layer, size_t output, int8_t *to);

/* ---- products ---- */

/* The layer around a node; `from` is the layer that makes its input (NULL: none does), whose codes
 * it takes if they lie well (`joined`). CB_UNSUPPORTED, with the reason: no kernel covers it. To be
 * freed either way. */
cb_status cb_product_new(const cb_engine_options *options, size_t node, const cb_layer_plan *from,
                         cb_error *err, cb_layer_plan *layer);
void cb_product_free(cb_layer_plan *layer);

/* The same for a layer of plain float32 numbers, which takes and makes the executor's. */
cb_status cb_float32_new(const cb_engine_options *options, size_t node, cb_error *err,
                         cb_layer_plan *layer);

/* Its numbers, after a run, beside the executor's sums of the same input. */
cb_engine_verdict cb_float32_compare(cb_layer_plan *layer);

/* CB_UNSUPPORTED: the node is of a form that no kernel takes. */
cb_status cb_geometry_read(const cb_network *network, size_t node, cb_geometry *g, cb_error *err);

/* The rest, when it is known who reads floats; `from` as before, itself allocated. */
cb_status cb_product_allocate(cb_layer_plan *layer, const cb_layer_plan *from, cb_error *err);

void cb_product_run(cb_layer_plan *layer);

/* The largest distance of what it made from an executor's output. */
double cb_product_distance(const cb_layer_plan *layer, const float *other);

#endif
