/* Inside of bench/conv: one layer, measured in all its implementations in turn. */
#ifndef CB_BENCH_CONV_GROUP_H
#define CB_BENCH_CONV_GROUP_H

#include "bench/bench.h"
#include "bench/conv/variant.h"

enum { CB_CONV_GROUP_VARIANTS = 16 };

typedef struct {
    const cb_bench *bench;
    cb_team *team;
    const cb_core_kind *kind;
    const cb_named_layer *named;
    cb_conv_problem problem;
    const cb_conv_variant *variants[CB_CONV_GROUP_VARIANTS];
    size_t variant_count;
} cb_conv_group;

/* Measures the group and emits a row for each variant. */
cb_status cb_conv_measure_group(const cb_conv_group *group, cb_error *err);

/* Emits a skipped row for a variant. */
cb_status cb_conv_skip(const cb_conv_group *group, const cb_conv_variant *variant,
                       const char *reason, cb_error *err);

/* "params" of the layer's rows. */
json_t *cb_conv_params(const cb_conv_group *group);

#endif
