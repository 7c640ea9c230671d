/* What every bench family gets and gives: the machine, the measuring policy, and a place for rows.
 */
#ifndef CB_BENCH_BENCH_H
#define CB_BENCH_BENCH_H

#include "base/status.h"
#include "machine/machine.h"
#include "measure/measure.h"
#include "results/results.h"

#include <signal.h>
#include <stdbool.h>

typedef struct {
    const cb_machine *machine;
    cb_timer timer;
    cb_sampling sampling;
    cb_isa_set isa;          /* what kernels may use: the processor's, capped by --isa */
    const char *kernel_glob; /* NULL: every kernel */
    const int *threads;      /* thread counts to measure */
    size_t thread_count;
    int core_kind; /* -1: each kind alone, one after another */
    bool quick;
    const volatile sig_atomic_t *stop;
    /* Another attempt: of this document's steady rows those that are not settled, as long as
     * time_left says yes. NULL: the first one, everything. */
    const json_t *earlier;
    bool (*time_left)(void *sink);
    /* Called with each finished row (reference handed over). Another status than CB_OK ends the
     * run. */
    cb_status (*emit)(void *sink, json_t *row, cb_error *err);
    /* Called before each benchmark: done of total, and what comes now. Never in a timed region. */
    void (*progress)(void *sink, size_t done, size_t total, const char *what);
    void *sink;
} cb_bench;

/* Whether `name` matches --kernel. */
bool cb_bench_selects(const cb_bench *bench, const char *name);

/* Whether steady work is to be measured: in a first attempt always, in a later one if the row of
 * this key and these params (taken over) is not settled (results/attempts.h). */
bool cb_bench_wants(const cb_bench *bench, const cb_row_key *key, json_t *params);

/* Emits a row that says why nothing was measured. */
cb_status cb_bench_skip(const cb_bench *bench, const cb_row_key *key, json_t *params,
                        const char *reason, cb_error *err);

/* Puts samples into a row: time_s, ops_per_s, bytes_per_s (from the row's work), ops_per_cycle,
 * bytes_per_cycle, clock_hz, disturbed, repeats. */
void cb_bench_set_samples(json_t *row, const cb_samples *samples);

#endif
