#include "bench/gemm/peer.h"
#include "bench/gemm/variant.h"
#include "bench/gemm/variant_plain.h"
#include "bench/gemm/variant_tuned.h"

#include <stdlib.h>

const cb_gemm_variant cb_gemm_variants[] = {
    {.name = "naive",
     .what = "three loops as written",
     .prepare = cb_gemm_prepare_naive,
     .run = cb_gemm_run_plain,
     .release = free,
     .floor_of_peak = 0.01},
    {.name = "reordered",
     .what = "the loops in an order that the compiler can vectorize",
     .prepare = cb_gemm_prepare_reordered,
     .run = cb_gemm_run_plain,
     .release = free,
     .floor_of_peak = 0.02},
    {.name = "blocked",
     .what = "the reordered loops over blocks that stay in a cache, without packing",
     .prepare = cb_gemm_prepare_blocked,
     .run = cb_gemm_run_plain,
     .release = free,
     .floor_of_peak = 0.02},
    {.name = "onereadpermac",
     .what = "reads one operand from memory for each vector MAC, as the cache-bound model assumes",
     .prepare = cb_gemm_prepare_onereadpermac,
     .run = cb_gemm_run_onereadpermac,
     .release = cb_gemm_release_onereadpermac,
     .floor_of_peak = 0.02},
    {.name = "tuned",
     .what = "packed panels, micro-kernels, five loops",
     .prepare = cb_gemm_prepare_tuned,
     .run = cb_gemm_run_tuned,
     .release = cb_gemm_release_tuned,
     .floor_of_peak = 0.2},
#define CB_PEER(id, end, about)                                                                    \
    {.name = #id,                                                                                  \
     .what = about,                                                                                \
     .prepare = cb_##id##_prepare,                                                                 \
     .run = cb_##id##_run,                                                                         \
     .release = end,                                                                               \
     .missing = cb_##id##_missing,                                                                 \
     .start = cb_##id##_start,                                                                     \
     .floor_of_peak = 0.2},
#include "bench/gemm/peers.inc"
#undef CB_PEER
};

size_t cb_gemm_variant_count(void)
{
    return sizeof cb_gemm_variants / sizeof *cb_gemm_variants;
}

const char *cb_gemm_variant_name(size_t index)
{
    return cb_gemm_variants[index].name;
}

const char *cb_gemm_variant_what(size_t index)
{
    return cb_gemm_variants[index].what;
}

const char *cb_gemm_variant_missing(size_t index, cb_isa_set allowed)
{
    const cb_gemm_variant *v = &cb_gemm_variants[index];
    if (!v->missing)
        return NULL;
    cb_peer_hold_to(allowed);
    return v->missing() ? v->missing() : cb_peer_cannot_be_held(allowed);
}

bool cb_gemm_variant_is_library(size_t index)
{
    return cb_gemm_variants[index].start != NULL;
}
