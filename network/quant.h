/* The arithmetic of QONNX' quantizers, in float32 and in the order of its reference executor
 * (qonnx.custom_op.general: IntQuant 1, BipolarQuant 1, Trunc 1 and 2), signs of zeros included. */
#ifndef CB_NETWORK_QUANT_H
#define CB_NETWORK_QUANT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    CB_ROUND_EVEN, /* to nearest, ties to even: ROUND, HALF_EVEN */
    CB_ROUND_CEIL,
    CB_ROUND_FLOOR,
    CB_ROUND_UP,        /* away from zero */
    CB_ROUND_DOWN,      /* towards zero */
    CB_ROUND_HALF_UP,   /* to nearest, ties away from zero */
    CB_ROUND_HALF_DOWN, /* to nearest, ties towards zero */
} cb_rounding;

/* By the name in a file, in any letter case. False when there is none of the name. */
bool cb_rounding_find(const char *name, cb_rounding *rounding);

float cb_round(cb_rounding rounding, float x);

/* The integers that a quantizer may make. */
typedef struct {
    float low, high;
} cb_int_range;

/* Signed: [-2^(bits-1) + narrow, 2^(bits-1) - 1]; unsigned: [0, 2^bits - 1 - narrow]. */
cb_int_range cb_quant_range(float bits, bool is_signed, bool narrow);

/* A run of elements: n of x to y; the scale and zero point move on with x or (stride 0) stay. */
typedef struct {
    const float *x, *scale, *zero_point;
    size_t x_stride, scale_stride, zero_stride, n;
    float *y;
} cb_quant_row;

/* y = (round(clip(x / scale + zero)) - zero) scale; `bipolar` (1 bit and signed): -1 or 1 in place
 * of clipping and rounding. */
void cb_quantize(const cb_quant_row *row, cb_int_range range, cb_rounding rounding, bool bipolar);

/* y = (x >= 0 ? 1 : -1) scale; the zero point is not used. */
void cb_quantize_bipolar(const cb_quant_row *row);

/* Trunc 1: y = (round(even(x / scale + zero) / 2^shift) - zero) scale. */
void cb_truncate_v1(const cb_quant_row *row, float shift, cb_rounding rounding);

/* Trunc 2, with t = 2^even(log2(out_scale / scale)):
 * y = (round(clip(even(x / scale + zero) / t)) - zero / t) out_scale. */
void cb_truncate_v2(const cb_quant_row *row, const float *out_scale, size_t out_stride,
                    cb_int_range range, cb_rounding rounding);

#endif
