/* Inside of plots/figure: what figure.c, figure_labels.c and figure_write.c share. */
#ifndef CB_PLOTS_FIGURE_PARTS_H
#define CB_PLOTS_FIGURE_PARTS_H

#include "plots/figure.h"

/* The canvas in pixels; the plot's frame inside it. */
enum {
    CANVAS_WIDTH = 960,
    CANVAS_HEIGHT = 640,
    FRAME_LEFT = 108,
    FRAME_RIGHT = 936,
    FRAME_BOTTOM = 66,
    FRAME_TOP = 566,        /* above it: subtitle, title */
    FRAME_TOP_MARKED = 532, /* and two rows of marks */
    LABEL_SIZE = 12,        /* font sizes */
    TICK_SIZE = 12,
    TITLE_SIZE = 16,
};

typedef struct {
    char name[CB_TEXT_BYTES];
    double *x, *y;
    size_t count;
    cb_style style;
} cb_curve;

typedef struct {
    char text[CB_TEXT_BYTES];
    double x, y;  /* pixels: the middle of the text's left side, centre, or right side */
    double angle; /* radians */
    double align; /* 0, 0.5, 1 */
    int colour;
    bool sample; /* in the list in the corner: a piece of line stands before it */
    cb_style style;
} cb_label;

typedef struct {
    double x;
    char text[CB_TEXT_BYTES];
    bool dashed;
} cb_mark;

struct cb_figure {
    char stem[CB_TEXT_BYTES], title[CB_TEXT_BYTES], subtitle[CB_TEXT_BYTES];
    cb_axis x, y;
    double top; /* of the frame, in pixels */
    cb_curve *curves;
    size_t curve_count;
    cb_label *labels;
    size_t label_count;
    cb_mark *marks;
    size_t mark_count;
    cb_label *listed; /* labels without room, until cb_figure_write makes the list */
    size_t listed_count;
    cb_layout layout;
    bool no_memory; /* a label or curve got lost: cb_figure_write says so */
};

double cb_figure_px(const cb_figure *figure, double x);
double cb_figure_py(const cb_figure *figure, double y);

/* Width of a text in pixels; a sans-serif letter is at most this wide on average. */
double cb_text_width(const char *text, double size);

/* Room for one more element of `size` bytes, or NULL (and no_memory is set). */
void *cb_figure_grow(cb_figure *figure, void *array, size_t *count, size_t size);

/* A colour of the palette as gnuplot has it. */
const char *cb_figure_colour(int number);

/* A single-quoted gnuplot text. */
void cb_figure_put_text(FILE *gp, const char *text);

/* Runs gnuplot on STEM.gp and tells the report of its pictures. */
cb_status cb_figure_draw(const char *stem, const char *directory, cb_error *err,
                         cb_plot_report *report);

/* Places the list of labels that found no room. */
void cb_figure_list(cb_figure *figure);

#endif
