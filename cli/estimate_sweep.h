/* estimate --sweep: a grid of platforms and implementations. */
#ifndef CB_CLI_ESTIMATE_SWEEP_H
#define CB_CLI_ESTIMATE_SWEEP_H

#include "cli/command.h"
#include "models/accel/sweep.h"

#include <stdio.h>

/* Runs and prints it in the format asked for. */
cb_status cb_estimate_sweep(const cb_options *options, const cb_accel_platform *platform,
                            cb_error *err);

/* What is printed of a sweep. */
typedef struct {
    const cb_accel_sweep *sweep;
    const cb_accel_point *points;
    size_t count, on_front;
    double deadline_s; /* of the network; 0: none */
} cb_sweep_view;

cb_status cb_sweep_print_table(const cb_sweep_view *view, FILE *out, cb_error *err);
void cb_sweep_print_csv(const cb_sweep_view *view, FILE *out);
cb_status cb_sweep_print_json(const cb_sweep_view *view, FILE *out, cb_error *err);

/* "cores=4 l2=320k" */
void cb_sweep_point_name(const cb_accel_sweep *sweep, size_t point, char *text, size_t bytes);

/* What a step along an axis of cores or memories does to each layer and why: one line a step, for
 * the first values of all other axes. */
cb_status cb_sweep_explain(const cb_sweep_view *view, void (*tell)(void *user, const char *line),
                           void *user, cb_error *err);

#endif
