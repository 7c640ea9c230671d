/* Inside of bench/gemm: the variants in plain C, and the one that the cache-bound model describes.
 */
#ifndef CB_BENCH_GEMM_VARIANT_PLAIN_H
#define CB_BENCH_GEMM_VARIANT_PLAIN_H

#include "bench/gemm/plain.h"
#include "bench/gemm/variant.h"

cb_status cb_gemm_prepare_naive(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared);
cb_status cb_gemm_prepare_reordered(const cb_gemm_work *w, cb_error *err,
                                    cb_gemm_prepared *prepared);
cb_status cb_gemm_prepare_blocked(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared);
void cb_gemm_run_plain(void *state, int thread, uint64_t repeats);

cb_status cb_gemm_prepare_onereadpermac(const cb_gemm_work *w, cb_error *err,
                                        cb_gemm_prepared *prepared);
cb_status cb_gemm_describe_onereadpermac(void *state, json_t *row);
void cb_gemm_run_onereadpermac(void *state, int thread, uint64_t repeats);
void cb_gemm_release_onereadpermac(void *state);

/* The kernel of onereadpermac that may be used. */
const cb_gemm_stream_kernel *cb_gemm_stream_best(cb_isa_set isa);

#endif
