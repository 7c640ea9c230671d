/* Decorations of the implementation-aware model: ALADIN's equations (2) to (12), as
 * docs/ESTIMATE.md reads them. Memory is counted in bits. */
#ifndef CB_ACCEL_DECORATE_H
#define CB_ACCEL_DECORATE_H

#include "models/accel/accel.h"

typedef struct {
    double macs;           /* (5), with the output's size and groups; 0 with a look-up table */
    double look_ups;       /* products that a table gives */
    double bops;           /* (6): products (1 + Lacc + Lw + Lx) */
    double bit_products;   /* products Lw Lx, the other usual count */
    double im2col_bits;    /* (2): the whole matrix */
    double buffer_bits;    /* of it that kernels hold: two pixels a core */
    double parameter_bits; /* (3): weights and biases */
    double table_bits;     /* entries of whole bytes */
    double sum_bits;       /* (4): outputs as sums */
    double output_bits;    /* as they leave the layer */
    double relu_bops;      /* (11) */
    double quant_bops;     /* (9): comparisons; (10): a multiplication and a shift each */
    double quant_bits;     /* (7), (8), or scales of 32 bits */
    double pool_bops;      /* (12) */
} cb_accel_decoration;

cb_accel_decoration cb_accel_decorate(const cb_accel_layer *layer, int cores);

#endif
