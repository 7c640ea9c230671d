/* Inside of bench/gemm: the five-loop driver as a variant. */
#ifndef CB_BENCH_GEMM_VARIANT_TUNED_H
#define CB_BENCH_GEMM_VARIANT_TUNED_H

#include "bench/gemm/variant.h"

/* What the plan is made for. */
cb_gemm_problem cb_gemm_problem_of(const cb_gemm_work *work);
cb_gemm_target cb_gemm_target_of(const cb_gemm_work *work);

cb_status cb_gemm_prepare_tuned(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared);
void cb_gemm_run_tuned(void *state, int thread, uint64_t repeats);
void cb_gemm_release_tuned(void *state);

#endif
