/* Inside of plots/: groups of bars, one group a category, one bar of it a series. */
#ifndef CB_PLOTS_BARS_H
#define CB_PLOTS_BARS_H

#include "plots/figure.h"

enum { CB_BARS_SERIES = 8 };

typedef struct {
    const char *stem, *title, *subtitle;
    const char *unit; /* of the values: "B", "cycles", "" */
    char y_title[80];
    bool bytes;  /* ticks in KiB */
    bool linear; /* from 0 on; else logarithmic */
    const char *const *categories;
    size_t category_count;
    const char *const *series;
    size_t series_count;
    const double *values; /* [series][category]; not above 0: no bar */
    double line;          /* a line over all categories, above 0; 0: none */
    const char *line_name;
} cb_bars;

/* Writes STEM.dat and STEM.gp, and draws them. Nothing to draw is a note. */
cb_status cb_bars_write(const cb_bars *bars, const char *directory, cb_error *err,
                        cb_plot_report *report);

#endif
