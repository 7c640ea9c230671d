/* Inside of depthwise convolution: what is planned once, and the forms for 3 x 3. */
#ifndef CB_BENCH_CONV_DEPTHWISE_H
#define CB_BENCH_CONV_DEPTHWISE_H

#include "bench/conv/blocked.h"
#include "bench/conv/variant.h"

typedef struct {
    cb_conv_problem problem;
    const cb_conv_kernel *kernel, *transposer;
    const cb_conv_kernel *tile, *strip, *plane; /* NULL: not for this layer */
    bool fetches;                               /* strips fetch what comes next */
    float *zeros;                               /* a pixel in the padding, for tiles */
    cb_conv_plain plain_in, plain_out;
    float *weights; /* [block of lanes][ky][kx][lanes]; for planes [channel][ky][kx] */
    /* NCHW: a strip of each thread. */
    size_t strip_rows;       /* of the output */
    cb_conv_blocked in, out; /* of one strip */
    float *scratch;
    size_t scratch_elems; /* of one thread */
} cb_conv_depthwise_plan;

/* Kernels for 3 x 3 that are of no lower level than the one for all; the rest must be planned. */
void cb_conv_depthwise_choose_3x3(cb_conv_depthwise_plan *plan);

/* What one thread does in the form that was chosen; there must be one. */
void cb_conv_depthwise_run_3x3(const cb_conv_depthwise_plan *plan, const float *input,
                               float *output, int thread);

#endif
