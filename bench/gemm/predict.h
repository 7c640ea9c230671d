/* Inside of bench/gemm: what a plan will cost, from the arithmetic it does and the bytes it moves.
 *
 * Good enough to rank plans; docs/METHOD.md says how it is used. */
#ifndef CB_BENCH_GEMM_PREDICT_H
#define CB_BENCH_GEMM_PREDICT_H

#include "bench/gemm/gemm.h"

/* One core, and what it gets of the memory. Rates are for one core alone, in bytes a cycle. */
enum { CB_GEMM_LEVELS = 4 }; /* L1, L2, L3, memory */

typedef struct {
    double cache_bytes[CB_GEMM_LEVELS]; /* of one core's share; memory: infinite */
    double bytes_per_cycle[CB_GEMM_LEVELS];
    double fma_per_cycle;  /* of the kernels' widest vectors */
    double load_per_cycle; /* vector loads */
    double fma_latency_cycles;
    double barrier_cycles; /* what one more meeting of threads costs */
    double clock_hz;
    bool in_order;
} cb_gemm_core_rates;

/* What is known of the core, and typical figures where nothing is. */
cb_gemm_core_rates cb_gemm_rates_of(const cb_machine *machine, int cpu, int threads);

/* Cycles from the first thread's start to the last one's end. */
double cb_gemm_predict_cycles(const cb_gemm_plan *plan, const cb_gemm_problem *problem,
                              const cb_gemm_core_rates *rates);

/* Whether the core is one that starts instructions in order (Cortex-A53, A55, A7, ...). */
bool cb_gemm_core_is_in_order(const cb_core_kind *kind);

#endif
