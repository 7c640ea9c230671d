/* Inside of plots/: one picture with logarithmic axes, curves, and labels that find their
 * place. What is added is kept until cb_figure_write. */
#ifndef CB_PLOTS_FIGURE_H
#define CB_PLOTS_FIGURE_H

#include "base/units.h"
#include "plots/layout.h"
#include "plots/plot.h"

#include <stdio.h>

enum { CB_TEXT_BYTES = 200, CB_TICKS_MAX = 48 };

typedef struct {
    double low, high;
    bool logarithmic;
    char title[80];
    struct {
        double at;
        cb_text text;
    } tick[CB_TICKS_MAX];
    size_t tick_count;
} cb_axis;

typedef struct {
    int colour; /* number in the palette; each of its colours has a dash and a shape of its own */
    int dash;   /* 0 solid, 1 dashed, 2 dotted, 3 dash-dot, 4 long dash */
    int shape;  /* gnuplot point type; 0: no points */
    double width;
    bool no_line;
} cb_style;

typedef struct cb_figure cb_figure;

/* NULL without memory. `stem` is the file name without ending. */
cb_figure *cb_figure_new(const char *stem, const char *title, const char *subtitle,
                         const cb_axis *x, const cb_axis *y);
void cb_figure_free(cb_figure *figure);

/* Ticks of an axis: rates or times with a unit, block sizes, powers of ten, or one by one. */
void cb_axis_ticks_si(cb_axis *axis, const char *unit);
void cb_axis_ticks_linear(cb_axis *axis, const char *unit);
void cb_axis_ticks_bytes(cb_axis *axis);
void cb_axis_ticks_plain(cb_axis *axis);
void cb_axis_tick(cb_axis *axis, double at, const char *text);

/* A curve; `name` becomes the comment of its data block. Labels keep off it. */
void cb_figure_curve(cb_figure *figure, const char *name, const double *x, const double *y,
                     size_t count, cb_style style);

/* A vertical line over the whole height, with a label above the frame in the row of what was
 * measured or (dashed) stated. The rows take room from the frame: marks come before curves and
 * labels. */
void cb_figure_mark(cb_figure *figure, double x, const char *text, bool dashed);

/* A label beside the straight line from (x0, y0) to (x1, y1), along it, above or below wherever
 * there is room. What has no room anywhere is listed in the corner, beside a sample of its line. */
void cb_figure_label_along(cb_figure *figure, const char *text, double x0, double y0, double x1,
                           double y1, cb_style style);

/* A label near a point, to one of its eight sides; left out when there is no room
 * and `needed` is false, else listed. */
void cb_figure_label_at(cb_figure *figure, const char *text, double x, double y, cb_style style,
                        bool needed);

/* A label on one of a curve's points, wherever there is room; else listed. */
void cb_figure_label_curve(cb_figure *figure, const char *text, const double *x, const double *y,
                           size_t count, cb_style style);

/* A name in the list in the corner, whatever room there is elsewhere. */
void cb_figure_list_label(cb_figure *figure, const char *text, cb_style style);

/* Writes STEM.dat and STEM.gp into `directory`, runs gnuplot, tells the report. */
cb_status cb_figure_write(cb_figure *figure, const char *directory, cb_error *err,
                          cb_plot_report *report);

/* ---- for the report ---- */

cb_status cb_report_file(cb_plot_report *report, const char *directory, const char *name);
cb_status cb_report_note(cb_plot_report *report, const char *format, ...) CB_PRINTF(2, 3);

#endif
