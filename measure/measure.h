/* The measuring loop: pinned threads, calibrated repeats, short samples with a clock probe on both
 * sides, several cases taken in turn (A B A B), all samples kept.
 *
 * docs/METHOD.md says why. */
#ifndef CB_MEASURE_MEASURE_H
#define CB_MEASURE_MEASURE_H

#include "base/stats.h"
#include "base/status.h"
#include "machine/machine.h"
#include "measure/clock.h"
#include "measure/timer.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    double min_time_s;  /* at least this long for each case ... */
    double max_time_s;  /* ... and no longer, even if the interval is still wide; steady work that
                         * is disturbed most of the time, or takes more cycles than expected, gets
                         * `patience` times as long: a neighbour that works in bursts leaves
                         * moments between them */
    size_t patience;    /* 0 as 1 */
    double relative_ci; /* stop when the median's 95 % interval is inside this (0.01) */
    double sample_s;    /* length of one sample, if one repeat of the case is not longer */
    size_t min_samples;
    size_t max_samples;
} cb_sampling;

/* What undisturbed samples of a case have in common (docs/METHOD.md, "Disturbed samples"). */
typedef enum {
    CB_VARIES,        /* nothing: shared caches and memory */
    CB_STEADY_CYCLES, /* the cycles: work in registers, whatever the clock is */
    CB_STEADY_TIME,   /* the time, at one clock: a core's own caches, whose clock may be another */
} cb_steadiness;

/* What is timed. `run` does the case's work `repeats` times on thread number `thread` (0-based). */
typedef struct {
    void (*run)(void *arg, int thread, uint64_t repeats);
    void *arg;
    cb_steadiness steadiness;
    double expected_cycles; /* of one repeat of CB_STEADY_CYCLES, as one thread alone took them; 0:
                             * not known. More: sampling goes on. Much less: not believed. */
} cb_case;

/* One case's samples. The caller frees with cb_samples_free. */
typedef struct {
    size_t count;
    cb_steadiness steadiness; /* as the case said, and */
    double expected_cycles;
    uint64_t repeats;    /* of the work in each sample */
    double *elapsed_s;   /* count values: one repeat, first start to last end over the threads */
    double *cycles;      /* count values: one repeat, in core cycles (mean over the threads) */
    double *clock_hz;    /* count values: mean over the threads, beside the sample */
    double *probe_ratio; /* count values: clock behind the sample / clock before it */
    bool *disturbed;     /* count values: an unusual probe ratio or too many cycles */
    size_t disturbed_count;
    double clock_hz_before, clock_hz_after; /* dependent additions around the whole case */
    bool clock_drifted;                     /* those two differ by more than 2 % */
    bool converged;                         /* the interval was reached before the time was up */
} cb_samples;

void cb_samples_free(cb_samples *samples);

/* Threads that wait, pinned, for work. */
typedef struct cb_team cb_team;

/* `cpus[i]` is where thread i runs; thread 0 is the caller, which is pinned until cb_team_stop.
 * CB_USAGE when a CPU is outside the affinity mask. */
cb_status cb_team_start(const int *cpus, size_t threads, cb_error *err, cb_team **team);
void cb_team_stop(cb_team *team);
size_t cb_team_size(const cb_team *team);

/* Runs fn(arg, thread) once on every thread and waits: for first touch and checks, not for timing.
 */
void cb_team_run(cb_team *team, void (*fn)(void *arg, int thread), void *arg);

/* Measures `count` cases in turn. `stop` may be NULL; when it becomes non-zero the current sample
 * ends, what was measured is kept and CB_INTERRUPTED is returned (samples are then still valid,
 * with count 0 for a case that never ran). */
cb_status cb_measure(cb_team *team, const cb_timer *timer, const cb_sampling *sampling,
                     const cb_case *cases, size_t count, const volatile sig_atomic_t *stop,
                     cb_error *err, cb_samples *samples);

/* Summary over the undisturbed samples (over all of them when fewer than a quarter are, or fewer
 * than five of a steady case). */
cb_summary cb_samples_summary(const cb_samples *samples, const double *values);

#endif
