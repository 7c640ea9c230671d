#include "bench/conv/variants.h"

const cb_conv_variant *const cb_conv_variants[] = {
    &cb_conv_naive,
    &cb_conv_spatialpack,
    &cb_conv_indirect,
};

const size_t cb_conv_variant_count = sizeof cb_conv_variants / sizeof *cb_conv_variants;
