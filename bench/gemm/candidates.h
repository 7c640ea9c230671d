/* Inside of bench/gemm: the plans that a problem can be solved by. */
#ifndef CB_BENCH_GEMM_CANDIDATES_H
#define CB_BENCH_GEMM_CANDIDATES_H

#include "bench/gemm/gemm.h"

typedef enum {
    CB_GEMM_FEW, /* blocks from the cache sizes: what a default is chosen from */
    CB_GEMM_ALL, /* the tuner's whole space */
} cb_gemm_breadth;

typedef struct {
    cb_gemm_plan *plans;
    size_t count, capacity;
} cb_gemm_candidates;

/* At least one; all of them pass cb_gemm_plan_check. CB_USAGE, CB_UNSUPPORTED as
 * cb_gemm_plan_make, CB_NO_MEMORY. The caller frees. */
cb_status cb_gemm_candidates_new(const cb_gemm_problem *problem, const cb_gemm_target *target,
                                 cb_gemm_breadth breadth, cb_error *err,
                                 cb_gemm_candidates *candidates);
void cb_gemm_candidates_free(cb_gemm_candidates *candidates);

#endif
