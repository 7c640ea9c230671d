#include "bench/conv/variants.h"

const cb_conv_variant *const cb_conv_variants[] = {
    &cb_conv_naive,
    &cb_conv_spatialpack,
    &cb_conv_im2col,
    &cb_conv_im2col_openblas,
    &cb_conv_indirect,
    &cb_conv_depthwise,
    &cb_conv_winograd_2x2,
    &cb_conv_winograd_4x4,
    &cb_conv_auto,
    &cb_conv_onednn,
    &cb_conv_onednn_winograd,
    &cb_conv_onnxruntime,
};

const size_t cb_conv_variant_count = sizeof cb_conv_variants / sizeof *cb_conv_variants;
