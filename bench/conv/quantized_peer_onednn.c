/* oneDNN as a peer on 8-bit numbers: its convolution with zero points, bias, and a scale for each
 * channel. It adds the output's zero point before it rounds, so that a tie may go the other way. */
#include "bench/conv/onednn.h"
#include "bench/conv/quantized_variants.h"

#include <stdlib.h>

static const char *refuses(const cb_quantized_problem *problem)
{
    const cb_quantization *q = problem->quantization;
    if (q->form != CB_QUANT_FLOAT || !q->per_channel || !q->bias)
        return "oneDNN requantizes by float scales of each channel, after a bias";
    for (size_t c = 0; c < problem->base.layer.cout; c++)
        if (cb_quantized_weight_zero(q, c))
            return "oneDNN has no zero points of weights";
    return cb_conv_onednn_refuses(&problem->base);
}

#ifdef CB_HAS_ONEDNN

static void onednn_free(void *work)
{
    cb_onednn_conv_free(work);
}

static cb_status prepare(const cb_quantized_problem *problem, const int8_t *weights, cb_error *err,
                         void **work)
{
    const cb_quantization *q = problem->quantization;
    const cb_onednn_form form = {.input = problem->is_signed ? dnnl_s8 : dnnl_u8,
                                 .weights = dnnl_s8,
                                 .bias = dnnl_s32,
                                 .output = q->out == CB_S8 ? dnnl_s8 : dnnl_u8,
                                 .algorithm = dnnl_convolution_direct,
                                 .scales = q->scales,
                                 .input_zero = q->activation_zero,
                                 .output_zero = q->out_zero};
    cb_onednn_conv *conv;
    cb_status status = cb_onednn_conv_new(&problem->base, &form, weights, q->bias, err, &conv);
    if (status == CB_OK)
        *work = conv;
    return status;
}

static void run(void *work, const void *input, void *output, int thread)
{
    if (thread == 0)
        cb_onednn_conv_run(work, input, output, true);
}

static void change_layout(void *work, const void *input, void *output, int thread)
{
    if (thread == 0)
        cb_onednn_conv_run(work, input, output, false);
}

static void info(const void *work, cb_conv_info *out)
{
    cb_onednn_conv_info(work, out);
}

#endif

const cb_quantized_variant cb_quantized_onednn = {
    .name = "onednn",
    .what = "oneDNN's convolution of 8-bit numbers, reorders included",
    .refuses = refuses,
#ifdef CB_HAS_ONEDNN
    .prepare = prepare,
    .free = onednn_free,
    .info = info,
    .run = run,
    .change_layout = change_layout,
#endif
    .is_peer = true,
};
