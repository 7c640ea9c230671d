/* Order statistics of samples. Measuring, models and comparison use the same ones. */
#ifndef CB_BASE_STATS_H
#define CB_BASE_STATS_H

#include <stddef.h>

typedef struct {
    double min, median, max;
    double mad;     /* median absolute deviation from the median */
    double ci_low;  /* 95 % confidence interval of the median, from the order statistics */
    double ci_high; /* (binomial; no distribution is assumed) */
} cb_summary;

/* Summary of n >= 1 finite samples; `samples` is left as it is. All zero for n = 0. */
cb_summary cb_summarize(const double *samples, size_t n);

/* Quantile q in [0, 1] with linear interpolation between neighbours; 0 for n = 0. */
double cb_quantile(const double *samples, size_t n, double q);

#endif
