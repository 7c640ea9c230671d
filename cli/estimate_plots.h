/* estimate --plots DIR */
#ifndef CB_CLI_ESTIMATE_PLOTS_H
#define CB_CLI_ESTIMATE_PLOTS_H

#include "cli/estimate_print.h"
#include "cli/estimate_sweep.h"

/* One estimate: nothing when --plots was not asked for. CB_UNSUPPORTED without gnuplot: scripts and
 * data are there all the same. */
cb_status cb_estimate_plot(const cb_options *options, const cb_estimate_view *view, cb_error *err);

/* A sweep: its networks side by side, each short platform axis, the front. */
cb_status cb_estimate_plot_sweep(const cb_options *options, const cb_sweep_view *view,
                                 cb_error *err);

#endif
