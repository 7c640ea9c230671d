/* Inside of bench/gemm: products whose k is cut among threads: few elements of C, each a long sum.
 *
 * Each part of k is a product of its own. The first one's sums go into C, those of the others into
 * matrices beside it, which all threads together add to C, in the order of k. */
#ifndef CB_BENCH_GEMM_SPLIT_H
#define CB_BENCH_GEMM_SPLIT_H

#include "bench/gemm/gemm.h"

typedef struct cb_gemm_split cb_gemm_split;

/* Steps of each part but the last, which may have fewer. */
size_t cb_gemm_part_steps(const cb_gemm_plan *plan);

/* For plans of several parts. CB_NO_MEMORY. */
cb_status cb_gemm_split_new(const cb_gemm_plan *plan, cb_error *err, cb_gemm_split **split);
void cb_gemm_split_free(cb_gemm_split *split);

/* cb_gemm_call, or cb_gemm_call_packing. */
void cb_gemm_split_call(cb_gemm_split *split, const cb_gemm_args *args, int thread,
                        bool only_packs);

#endif
