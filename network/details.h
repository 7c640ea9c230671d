/* What stands behind a node's result, for those who come to the same result in another way
 * (bench/network): its attributes, and single sums in the executor's own order. */
#ifndef CB_NETWORK_DETAILS_H
#define CB_NETWORK_DETAILS_H

#include "network/network.h"
#include "network/quant.h"

typedef struct {
    bool is_signed, narrow; /* of a quantizer */
    cb_rounding rounding;
    bool trans_a, trans_b; /* of Gemm */
    float alpha, beta;
    float epsilon; /* of BatchNormalization */
} cb_net_details;

cb_net_details cb_network_details(const cb_network *network, size_t node);

/* One element of a Conv: `x` is what its window covers (channel, row, column; zeros outside the
 * image), `w` its weights in the same order. `bias` may be NULL. */
float cb_net_conv_sum(const float *x, const float *w, size_t depth, const float *bias);

/* One element of a Gemm or MatMul before its bias: of weights that are stored output by output
 * (transB; `in_fours`: the output's number is below the last multiple of four outputs), or input by
 * input, w_stride elements from one to the next. */
float cb_net_gemm_sum_by_outputs(const float *x, const float *w, size_t depth, bool in_fours);
float cb_net_gemm_sum_by_inputs(const float *x, const float *w, size_t w_stride, size_t depth);

/* Roundings that a term of such a sum passes through, at most, its product's included. */
size_t cb_net_gemm_roundings(size_t depth, bool by_outputs);

#endif
