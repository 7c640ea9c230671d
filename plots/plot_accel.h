/* Plots of estimates: what layers need and take (ALADIN's Figures 5 and 6), sweeps (Figure 7),
 * memory over time, the Pareto front. */
#ifndef CB_PLOTS_PLOT_ACCEL_H
#define CB_PLOTS_PLOT_ACCEL_H

#include "models/accel/sweep.h"
#include "plots/plot.h"

enum { CB_PLOT_CASES = 6 };

/* An estimate that is drawn beside others. */
typedef struct {
    char name[120];
    const cb_accel_platform *platform;
    const cb_accel_model *model;
    const cb_accel_estimate *estimate;
} cb_accel_case;

/* Makes the folder, and draws for each layer: MACs and look-ups, bit operations, memory (of
 * operator and requantization apart), cycles, tile bytes in L1 and L2; and memory use over time.
 * Cases whose layers are not as many as the first one's are left out with a note. `stem` is put
 * before the file names ("" or "cores_"); `needs`: also what does not depend on the platform. */
cb_status cb_plot_accel_layers(const cb_accel_case *cases, size_t count, const char *stem,
                               bool needs, const char *directory, cb_error *err,
                               cb_plot_report *report);

/* Latency against memory with the front, and for each platform axis of two numbers or more the
 * cycles along it, a curve for each value of another axis. */
cb_status cb_plot_accel_sweep(const cb_accel_sweep *sweep, const cb_accel_point *points,
                              const char *directory, cb_error *err, cb_plot_report *report);

#endif
