/* The tuner's memory: JSON lines, one a measured candidate.
 *
 *   {"machine": "pi4", "cpu_model": "Cortex-A72", "dtype": "f32", "m": 512, "n": 512, "k": 512,
 *    "threads": 4, "trans": "nn", "search": "guided",
 *    "candidate": {"kernel": "gemm_f32_8x12__neon", "mc": 96, "kc": 256, "nc": 512, "order": "jpi",
 *                  "threads_m": 4, "threads_n": 1, "threads_k": 1, "pack_a": true, "pack_b": true},
 *    "time_s": 0.0061, "predicted_s": 0.0058} */
#ifndef CB_BENCH_GEMM_TUNE_LOG_H
#define CB_BENCH_GEMM_TUNE_LOG_H

#include "bench/gemm/gemm.h"

typedef struct cb_tune_log cb_tune_log;

/* Reads a log; a file that is not there is an empty one. CB_PARSE names file and line; CB_USAGE
 * when it is of another machine, which is named. The caller frees. */
cb_status cb_tune_log_read(const char *path, const cb_machine *machine, cb_error *err,
                           cb_tune_log **log);
void cb_tune_log_free(cb_tune_log *log);

size_t cb_tune_log_count(const cb_tune_log *log);

/* The fastest plan in the log that can be run for the problem: whether there is one. `log` may be
 * NULL. */
bool cb_tune_log_find(const cb_tune_log *log, const cb_gemm_problem *problem,
                      const cb_gemm_target *target, cb_gemm_plan *plan);

/* Adds a line to the file at once. CB_IO. */
cb_status cb_tune_log_add(cb_tune_log *log, const cb_gemm_problem *problem,
                          const cb_gemm_plan *plan, const char *search, double time_s,
                          double predicted_s, cb_error *err);

#endif
