/* Inside of bench/conv: the implementations for 8-bit numbers, for the table, and what they share.
 */
#ifndef CB_BENCH_CONV_QUANTIZED_VARIANTS_H
#define CB_BENCH_CONV_QUANTIZED_VARIANTS_H

#include "bench/conv/quantized.h"

extern const cb_quantized_variant cb_quantized_naive;
extern const cb_quantized_variant cb_quantized_indirect;
extern const cb_quantized_variant cb_quantized_direct;
extern const cb_quantized_variant cb_quantized_depthwise;
extern const cb_quantized_variant cb_quantized_onednn;
extern const cb_quantized_variant cb_quantized_onnxruntime;

/* The same quantization for channels from `first` on. */
cb_quantization cb_quantized_from_channel(const cb_quantization *q, size_t first);

#endif
