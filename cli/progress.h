/* The progress bar, and the one place that other lines on standard error go through, so that they
 * never mix with it. It paints only when it is called, which is never in a timed region. */
#ifndef CB_CLI_PROGRESS_H
#define CB_CLI_PROGRESS_H

#include "cli/command.h"

typedef struct {
    bool bar;   /* paint a bar: standard error is a terminal and nobody objects */
    bool color; /* colour standard error */
    bool quiet, verbose;
    bool painted;      /* a bar is on the terminal now */
    const char *phase; /* "peak", "membw" */
    double started_s;  /* of the phase */
} cb_progress;

/* Seconds on a clock that only runs forward. */
double cb_progress_now_s(void);

cb_progress cb_progress_new(const cb_options *options);

/* A new phase with its own count and its own time left. */
void cb_progress_phase(cb_progress *progress, const char *phase);

/* `done` of `total` are finished and `what` comes next. */
void cb_progress_step(cb_progress *progress, size_t done, size_t total, const char *what);

/* Takes the bar off the terminal. */
void cb_progress_clear(cb_progress *progress);

/* One line on standard error. Warnings and errors are never kept back; notes are by -q, and details
 * come with -v alone. */
void cb_warn(cb_progress *progress, const char *format, ...) CB_PRINTF(2, 3);
void cb_note(cb_progress *progress, const char *format, ...) CB_PRINTF(2, 3);
void cb_detail(cb_progress *progress, const char *format, ...) CB_PRINTF(2, 3);

#endif
