/* Inside of bench/peak: one kernel's operands, and its call as a case for cb_measure. */
#ifndef CB_BENCH_PEAK_STATE_H
#define CB_BENCH_PEAK_STATE_H

#include "bench/peak/peak.h"

enum { CB_PEAK_OUT_BYTES = 24 * 1024 };

/* Threads only read the operands; what they store last is thrown away, so each has its own place.
 */
typedef struct {
    const cb_peak_kernel *kernel;
    uint64_t iterations;     /* in one repeat */
    unsigned char *operands; /* a at 0, b at 4096, the twin's accumulator at 8192 */
    unsigned char *out;      /* CB_PEAK_OUT_BYTES for each thread */
} cb_peak_state;

cb_status cb_peak_state_new(const cb_peak_kernel *kernel, int threads, cb_error *err,
                            cb_peak_state *state);
void cb_peak_state_free(cb_peak_state *state);

/* The case that runs the kernel. */
cb_case cb_peak_case(cb_peak_state *state);

/* Runs a few iterations and writes the row's check: whether all accumulators equal the twin's. A
 * row that fails it has the status "failed". */
void cb_peak_check(json_t *row, const cb_peak_state *state);

/* Writes "theoretical": what the core is known for, at the clock that was measured, as
 * {limit, steps_per_cycle, instructions_per_cycle, ops_per_cycle, ops_per_s, share}; or null and
 * why. */
void cb_peak_set_theoretical(json_t *row, const cb_peak_kernel *kernel, const cb_core_kind *kind);

/* Cycles of an iteration at the rate that the core is known for; 0: it is not known. */
double cb_peak_least_cycles(const cb_peak_kernel *kernel, const cb_core_kind *kind);

/* Operations of one repeat on one thread. */
double cb_peak_ops(const cb_peak_state *state);

/* cb_peak_best of what --kernel and --isa leave. */
const cb_peak_kernel *cb_peak_best_selected(const cb_bench *bench, const char *dtype);

/* N^3 multiply-accumulates spread over the threads, thread start included (peak_paper.c). */
cb_status cb_peak_run_paper(const cb_bench *bench, const cb_peak_options *options, int kind,
                            int threads, cb_error *err);

#endif
