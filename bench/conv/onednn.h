/* Inside of bench/conv: what the peers that are oneDNN share. Needs the headers of version 2 when
 * it is built; the library is opened when it is asked for.
 *
 * The library works in the layouts that it likes best, with the reorders from and to ours inside
 * the timed region, as ours have theirs. */
#ifndef CB_BENCH_CONV_ONEDNN_H
#define CB_BENCH_CONV_ONEDNN_H

#include "bench/conv/variant.h"

#if defined(__has_include)
#if __has_include(<oneapi/dnnl/dnnl.h>)
#include <oneapi/dnnl/dnnl.h>
#if DNNL_VERSION_MAJOR == 2
#define CB_HAS_ONEDNN 1
#endif
#endif
#endif

/* Why the library cannot be used for the problem, or NULL. It is held to the problem's instruction
 * set when it is opened. */
const char *cb_conv_onednn_refuses(const cb_conv_problem *problem);

#ifdef CB_HAS_ONEDNN

/* Types of the operands; bias dnnl_data_type_undef: none. */
typedef struct {
    dnnl_data_type_t input, weights, bias, output;
    dnnl_alg_kind_t algorithm;
    /* Of each output channel, and of input and output; scales NULL: nothing is scaled. */
    const float *scales;
    int32_t input_zero, output_zero;
} cb_onednn_form;

typedef struct cb_onednn_conv cb_onednn_conv;

/* Reorders the weights and makes the library's threads. `weights` (where no reorder is needed) and
 * `bias` are used where they are: the caller keeps them. CB_NO_MEMORY, CB_UNSUPPORTED. */
cb_status cb_onednn_conv_new(const cb_conv_problem *problem, const cb_onednn_form *form,
                             const void *weights, const void *bias, cb_error *err,
                             cb_onednn_conv **conv);
void cb_onednn_conv_free(cb_onednn_conv *conv);

/* One convolution, or its reorders alone. */
void cb_onednn_conv_run(cb_onednn_conv *conv, const void *input, void *output, bool computes);

void cb_onednn_conv_info(const cb_onednn_conv *conv, cb_conv_info *info);

#endif

#endif
