/* Inside of bench/conv: one layer of 8-bit numbers, measured in all its implementations in turn. */
#ifndef CB_BENCH_CONV_QUANTIZED_CONTEST_H
#define CB_BENCH_CONV_QUANTIZED_CONTEST_H

#include "bench/conv/group.h"
#include "bench/conv/quantized.h"

typedef struct {
    const cb_conv_group
        *group; /* its layer, team and threads; its own variants are not looked at */
    bool is_signed;
    const cb_quantized_variant *variants[CB_CONV_GROUP_VARIANTS];
    size_t variant_count;
} cb_quantized_contest;

/* Measures and emits a row for each variant. */
cb_status cb_quantized_measure(const cb_quantized_contest *contest, cb_error *err);

/* Emits a skipped row for each variant. */
cb_status cb_quantized_skip(const cb_quantized_contest *contest, const char *reason, cb_error *err);

#endif
