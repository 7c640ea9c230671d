/* Inside of plots/: what the rows of the bitserial family say, as curves. */
#ifndef CB_PLOTS_BITSERIAL_SERIES_H
#define CB_PLOTS_BITSERIAL_SERIES_H

#include "plots/plots.h"

enum { CB_BITS_POINTS = 64, CB_BITS_CURVES = 68 };

/* Rows of one encoding and thread count: matrix multiplies over N, or layers in their order. */
typedef struct {
    const cb_plot_context *context;
    const char *encoding;
    int threads;
    bool layers;
    const char *place[CB_BITS_POINTS]; /* names of layers; x is 1 for the first */
    size_t place_count;
} cb_bits_view;

/* What is drawn of a row; 0: nothing. */
typedef double cb_bits_figure_of(const cb_bits_view *view, const json_t *row);

typedef struct {
    char name[CB_TEXT_BYTES];
    double x[CB_BITS_POINTS], y[CB_BITS_POINTS];
    size_t count;
} cb_bits_curve;

typedef struct {
    cb_bits_curve curve[CB_BITS_CURVES];
    size_t count;
    double x_low, x_high, y_low, y_high;
} cb_bits_curves;

/* A product of the view, by AND or XOR and popcount. */
bool cb_bits_in_view(const cb_bits_view *view, const json_t *row);

/* Fills in the layers' names. */
void cb_bits_find_places(cb_bits_view *view);

/* One curve for each pair of widths, in order of appearance. */
void cb_bits_collect(const cb_bits_view *view, cb_bits_figure_of *figure, cb_bits_curves *curves);

/* The same of the best f32 or int8 row (`dtype`: "f32", or "int8" for s8 and u8s8) at each place.
 */
void cb_bits_collect_rival(const cb_bits_view *view, const char *dtype, cb_bits_figure_of *figure,
                           cb_bits_curves *curves);

/* The figures. */
double cb_bits_rate(const cb_bits_view *view, const json_t *row);
/* Eq. (5) of Klein et al.: one weight read for each multiply-accumulate. */
double cb_bits_required(const cb_bits_view *view, const json_t *row);
/* Against the best f32 row of the same place; 0 without one. */
double cb_bits_speed_up(const cb_bits_view *view, const json_t *row);
/* Time to pack the activations, in parts of the product's. */
double cb_bits_packing_share(const cb_bits_view *view, const json_t *row);
/* Bytes of packed operands that the kernels load for a multiply-accumulate. */
double cb_bits_loads(const cb_bits_view *view, const json_t *row);

#endif
