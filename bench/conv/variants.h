/* Inside of bench/conv: the implementations, for the table. */
#ifndef CB_BENCH_CONV_VARIANTS_H
#define CB_BENCH_CONV_VARIANTS_H

#include "bench/conv/variant.h"

extern const cb_conv_variant cb_conv_naive;
extern const cb_conv_variant cb_conv_spatialpack;
extern const cb_conv_variant cb_conv_im2col;
extern const cb_conv_variant cb_conv_im2col_openblas;
extern const cb_conv_variant cb_conv_onednn;
extern const cb_conv_variant cb_conv_onednn_winograd;
extern const cb_conv_variant cb_conv_onnxruntime;
extern const cb_conv_variant cb_conv_indirect;
extern const cb_conv_variant cb_conv_auto;
extern const cb_conv_variant cb_conv_depthwise;
extern const cb_conv_variant cb_conv_winograd_2x2;
extern const cb_conv_variant cb_conv_winograd_4x4;

#endif
