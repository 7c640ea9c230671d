#include "bench/conv/quantized_variants.h"

const cb_quantized_variant *const cb_quantized_variants[] = {
    &cb_quantized_naive,     &cb_quantized_indirect, &cb_quantized_direct,
    &cb_quantized_depthwise, &cb_quantized_onednn,   &cb_quantized_onnxruntime,
};

const size_t cb_quantized_variant_count =
    sizeof cb_quantized_variants / sizeof *cb_quantized_variants;
