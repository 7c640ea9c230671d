#include "base/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile_of_sorted(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t below = (size_t)at;
    if (below + 1 >= n)
        return sorted[n - 1];
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

static double *sorted_copy(const double *samples, size_t n)
{
    double *copy = malloc(n * sizeof *copy);
    if (!copy)
        return NULL;
    memcpy(copy, samples, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, ascending);
    return copy;
}

double cb_quantile(const double *samples, size_t n, double q)
{
    double *sorted = n ? sorted_copy(samples, n) : NULL;
    double value = sorted ? quantile_of_sorted(sorted, n, q) : 0;
    free(sorted);
    return value;
}

/* How many samples lie outside the median's 95 % interval on each side: the interval goes from rank
 * r to rank n + 1 - r with r = round(n/2 - 0.98 sqrt(n)) (normal approximation of the binomial;
 * Conover, Practical Nonparametric Statistics, 3.2). Below six samples no ranks reach 95 %, and the
 * interval is the whole range. */
static size_t ranks_below_interval(size_t n)
{
    double rank = floor((double)n / 2 - 0.98 * sqrt((double)n) + 0.5);
    return rank < 1 ? 0 : (size_t)rank - 1;
}

cb_summary cb_summarize(const double *samples, size_t n)
{
    cb_summary s = {0};
    double *sorted = n ? sorted_copy(samples, n) : NULL;
    if (!sorted)
        return s;
    s.min = sorted[0];
    s.max = sorted[n - 1];
    s.median = quantile_of_sorted(sorted, n, 0.5);
    size_t below = ranks_below_interval(n);
    s.ci_low = sorted[below];
    s.ci_high = sorted[n - 1 - below];
    for (size_t i = 0; i < n; i++)
        sorted[i] = fabs(sorted[i] - s.median);
    qsort(sorted, n, sizeof *sorted, ascending);
    s.mad = quantile_of_sorted(sorted, n, 0.5);
    free(sorted);
    return s;
}
