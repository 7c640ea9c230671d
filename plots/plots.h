/* Inside of plots/: what every plot is given. */
#ifndef CB_PLOTS_PLOTS_H
#define CB_PLOTS_PLOTS_H

#include "models/roofline.h"
#include "plots/figure.h"

typedef struct {
    const json_t *document; /* all of one machine's rows */
    const char *core_kind;  /* NULL: rows name none */
    const cb_levels *levels;
    char prefix[96];   /* of file names: "" or "pi4_" */
    char machine[120]; /* "vm (Golden Cove)" */
    char origin[120];  /* "measured 2026-11-21" */
    const char *directory;
    cb_error *err;
    cb_plot_report *report;
} cb_plot_context;

/* Each draws what there is, and leaves a note for what it cannot draw. */
cb_status cb_plot_rooflines(const cb_plot_context *context);
cb_status cb_plot_bandwidth(const cb_plot_context *context);
cb_status cb_plot_latency(const cb_plot_context *context);
cb_status cb_plot_scaling(const cb_plot_context *context);

/* Nothing, and no note, for a document without GEMM rows (that say their loops). */
cb_status cb_plot_gemm(const cb_plot_context *context);
cb_status cb_plot_traffic(const cb_plot_context *context);

/* The same for rows of bitserial. */
cb_status cb_plot_bitserial(const cb_plot_context *context);

/* Nothing, and no note, for a document without convolution rows; of published peaks and bandwidths,
 * what they say of ResNet-18's layers. */
cb_status cb_plot_conv(const cb_plot_context *context);

/* Colour, dash and shape number i, so that no two differ in colour alone. */
cb_style cb_plot_style(size_t i);

/* "FLOP/s" for floating-point types, "OP/s" for the others. */
const char *cb_plot_ops_unit(const char *dtype);

#endif
