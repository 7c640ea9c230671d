/* Layers of a quantized network on an accelerator with scratchpads: what goes in and what the model
 * works out. Sources: ALADIN (shared papers), DORY's tiler, PULP-NN's kernels; docs/ESTIMATE.md. */
#ifndef CB_ACCEL_ACCEL_H
#define CB_ACCEL_ACCEL_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CB_ACCEL_NAME = 96 };

typedef enum { CB_ACCEL_CONV, CB_ACCEL_LINEAR, CB_ACCEL_POOL } cb_accel_kind;

/* How products are made. */
typedef enum {
    CB_ACCEL_IM2COL,
    CB_ACCEL_DIRECT,
    CB_ACCEL_LUT,
    CB_ACCEL_BIT_SERIAL,
    CB_ACCEL_SLBC,
    CB_ACCEL_IMPLEMENTATIONS
} cb_accel_implementation;

/* How a sum becomes a number of few bits. */
typedef enum {
    CB_ACCEL_NO_QUANT, /* it stays a sum */
    CB_ACCEL_DYADIC,
    CB_ACCEL_THRESHOLDS,
    CB_ACCEL_QUANT_LUT,
    CB_ACCEL_QUANTS
} cb_accel_quant;

/* "im2col", "dyadic": as an implementation file has them. */
const char *cb_accel_implementation_name(cb_accel_implementation implementation);
const char *cb_accel_quant_name(cb_accel_quant quant);

/* An operator with the ReLU and the requantization that run inside its kernel. */
typedef struct {
    char name[CB_ACCEL_NAME]; /* of the operator's node */
    char relu[CB_ACCEL_NAME]; /* of the ReLU's; "" when there is none */
    char quantizer[CB_ACCEL_NAME];
    cb_accel_kind kind;
    cb_accel_implementation implementation;
    cb_accel_quant quant;
    bool channel_wise;                /* the requantization has parameters for each channel */
    int64_t cin, h, w;                /* input */
    int64_t cout, ho, wo;             /* output */
    int64_t kh, kw, sh, sw;           /* window, stride */
    int64_t top, left, bottom, right; /* padding */
    int64_t groups;
    int in_bits, weight_bits, out_bits;
    int acc_bits;  /* of a sum */
    int bias_bits; /* 0: no bias */
} cb_accel_layer;

typedef struct {
    cb_accel_layer *layers;
    size_t count;
} cb_accel_model;

void cb_accel_model_free(cb_accel_model *model);

/* All that a layer's tiles, times and decorations depend on: not its names. */
enum { CB_ACCEL_KEY_NUMBERS = 25 };
typedef struct {
    int64_t of[CB_ACCEL_KEY_NUMBERS];
} cb_accel_key;

void cb_accel_layer_key(const cb_accel_layer *layer, cb_accel_key *key);
bool cb_accel_layers_alike(const cb_accel_layer *a, const cb_accel_layer *b);

static inline bool cb_accel_depthwise(const cb_accel_layer *layer)
{
    return layer->groups > 1 && layer->groups == layer->cin;
}

/* Products of one output. */
static inline int64_t cb_accel_depth(const cb_accel_layer *layer)
{
    return layer->cin / layer->groups * layer->kh * layer->kw;
}

static inline int64_t cb_accel_ceil(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

/* Counts of what costs time, by the rows of terms.inc. */
typedef enum {
#define CB_ACCEL_TERM(id, name, what) CB_TERM_##id,
#include "models/accel/terms.inc"
#undef CB_ACCEL_TERM
    CB_ACCEL_TERMS
} cb_accel_term;

typedef struct {
    double of[CB_ACCEL_TERMS];
} cb_accel_terms;

const char *cb_accel_term_name(int term);
const char *cb_accel_term_what(int term);

#endif
