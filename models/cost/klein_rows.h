/* How well the cache-bound model of Klein et al. tells the time of the same rows. */
#ifndef CB_COST_KLEIN_ROWS_H
#define CB_COST_KLEIN_ROWS_H

#include "models/cost/observed.h"

/* Their model's time: the longest of arithmetic and one element read from the L1 for each MAC. */
double cb_klein_time(const cb_fit_row *row);

cb_fit_errors cb_klein_errors(const cb_observed *samples);

#endif
