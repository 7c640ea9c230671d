/* Inside of bench/gemm: what a core gets of each memory level, measured in some milliseconds. */
#ifndef CB_BENCH_GEMM_PROBE_H
#define CB_BENCH_GEMM_PROBE_H

#include "bench/gemm/predict.h"
#include "bench/gemm/product.h"

/* Puts the peak kernel's rate and the read bandwidth of the levels into rates that were guessed.
 * Bandwidths are those of the options' document, or, where it has none of this kind of core and
 * these threads, of the kernel that reads one operand for each multiply-accumulate, run here.
 * Returns where they are from: the document, or "the tuner". */
const char *cb_gemm_probe(const cb_gemm_stage *stage, cb_gemm_core_rates *rates);

#endif
