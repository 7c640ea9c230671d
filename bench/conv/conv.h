/* 2-D convolution in float32 and in 8 bits: layers x implementations x threads, interleaved with
 * each other and with the peak. */
#ifndef CB_BENCH_CONV_CONV_H
#define CB_BENCH_CONV_CONV_H

#include "bench/bench.h"
#include "bench/layer.h"

typedef struct {
    const cb_named_layer *layers;
    size_t layer_count;
    const char *dtypes;   /* comma list of "f32", "s8", "u8s8" and "all"; NULL: f32 */
    const char *variants; /* comma list of names and "all"; NULL: all but naive */
    const char *layouts;  /* comma list of "nchw", "nhwc"; NULL: nchw for f32, nhwc for 8 bits */
} cb_conv_options;

/* Measures and emits rows, family "conv" (docs/SCHEMA.md, "conv rows"): for each thread count and
 * layer one group of rows, one for each implementation, and the peak's rate in each. What cannot be
 * measured becomes a skipped row. CB_USAGE when a name is unknown. */
cb_status cb_conv_run(const cb_bench *bench, const cb_conv_options *options, cb_error *err);

/* The name and one-line description of variant number `index`; NULL behind the last. */
const char *cb_conv_variant_name(size_t index, const char **what);

/* The same of the implementations for 8 bits. */
const char *cb_conv_quantized_variant_name(size_t index, const char **what);

#endif
