/* What quantized networks compute around an integer product: zero points, bias, requantization.
 *
 * A stored number q stands for the real one scale (q - zero). With zero points za of A and zb of B
 * the product is
 *
 *     sum_ij = sum_p (a_ip - za) (b_pj - zb) + bias
 *            = sum_p a_ip b_pj - za (column sum of B) - zb (row sum of A) + k za zb + bias
 *
 * (Jacob et al., "Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference", CVPR 2018, section 2.3). Column and row sums are taken when
 * an operand is packed; what is left to do for one element of C is done by an epilogue of
 * bench/gemm/gemm.h while C is in a near cache. Sums are int32 and wrap as those do. */
#ifndef CB_BENCH_GEMM_QUANTIZE_H
#define CB_BENCH_GEMM_QUANTIZE_H

#include "bench/gemm/gemm.h"

/* How a sum becomes a number of 8 bits. */
typedef enum {
    /* int32 out: the sum as it is. */
    CB_QUANT_NONE,
    /* "fixed-double", as gemmlowp and TFLite round: the high half of the doubled product with the
     * multiplier, to nearest, half up; then a shift to the right, to nearest, half away from zero.
     * A shift to the left comes first and saturates. */
    CB_QUANT_FIXED_DOUBLE,
    /* "fixed-single", as TFLite rounds with TFLITE_SINGLE_ROUNDING: sum x multiplier in 64 bits,
     * and one shift, to nearest, half up. */
    CB_QUANT_FIXED_SINGLE,
    /* "float", as ONNX's QLinear operators: (float32)sum x scale in float32, to nearest, half to
     * even. */
    CB_QUANT_FLOAT,
} cb_quant_form;

/* Where the output channels (of weights, bias, multipliers, scales) lie. */
typedef enum {
    CB_QUANT_COLUMNS, /* weights are B: fully connected layers, NHWC */
    CB_QUANT_ROWS,    /* weights are A: NCHW */
} cb_quant_channels;

typedef struct {
    cb_quant_channels channels;  /* as many as columns (rows) */
    int32_t activation_zero;     /* of the other operand than the weights */
    int32_t weight_zero;         /* of all weights, or, where it is not NULL, */
    const int32_t *weight_zeros; /* of each channel */
    const int32_t *bias;         /* of each channel; NULL: none */

    cb_quant_form form;
    bool per_channel; /* one multiplier and shift, or scale, for each channel, else one for all */
    const int32_t *multipliers; /* FIXED: of 31 fractional bits, 2^30 to 2^31 - 1 (or 0) */
    const int32_t *shifts;      /* FIXED: of the result, to the left; negative: right; -31 to 30 */
    const float *scales;        /* FLOAT */
    int32_t out_zero;
    int32_t low, high; /* of the result: what the type or an activation cuts to */
    cb_number out;     /* CB_S8 or CB_U8; CB_S32 with CB_QUANT_NONE */
} cb_quantization;

/* "none", "fixed-double", "fixed-single", "float". */
const char *cb_quant_form_name(cb_quant_form form);

/* The multiplier and shift that stand for a real factor: multiplier x 2^(shift - 31), the
 * multiplier to nearest. factor >= 0; one below 2^-32 becomes 0. */
void cb_quant_fixed_of(double factor, int32_t *multiplier, int32_t *shift);

/* ---- the definition, in plain C ---- */

/* A whole sum (zero points taken out, bias in) of a channel, requantized and cut. */
int32_t cb_quantize_one(const cb_quantization *q, size_t channel, int32_t sum);

/* ---- as an epilogue ---- */

/* Which sums the plan must provide: cb_gemm_problem.row_sums, .column_sums of a problem with m, n
 * channels. */
void cb_quant_sums_needed(const cb_quantization *q, size_t channels, bool *row_sums,
                          bool *column_sums);

typedef struct cb_quantizer cb_quantizer;

/* `out`: m x n, `out_ld` elements from row to row. What `q` points to must outlive the quantizer.
 * Instructions of `isa` may be used. CB_USAGE when q makes no sense, CB_NO_MEMORY. */
cb_status cb_quantizer_new(const cb_quantization *q, size_t m, size_t n, size_t k, void *out,
                           size_t out_ld, cb_isa_set isa, cb_error *err, cb_quantizer **quantizer);
void cb_quantizer_free(cb_quantizer *quantizer);

/* Another place for the result of the same shape. */
void cb_quantizer_set_out(cb_quantizer *quantizer, void *out, size_t out_ld);

/* cb_gemm_args.epilogue, with the quantizer as its argument: any number of threads at once. */
cb_gemm_epilogue_fn cb_quantizer_epilogue;

#endif
