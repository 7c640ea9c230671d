/* Two documents row by row: the ratio of their times with a confidence interval, and whether it is
 * a change. */
#ifndef CB_MODELS_COMPARE_H
#define CB_MODELS_COMPARE_H

#include "base/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum {
    CB_CHANGE_NONE, /* the interval holds 1, or the change is below the threshold */
    CB_CHANGE_FASTER,
    CB_CHANGE_SLOWER,
    CB_CHANGE_UNKNOWN, /* a published figure has no samples: a ratio without an interval */
} cb_change;

/* Rows of a document; texts belong to it. */
typedef struct {
    const json_t *a, *b;
    double ratio;     /* time of B over time of A: above 1 B is slower; from rates where there is no
                         time, from latencies where there is no rate */
    double low, high; /* 95 % interval; both 0 when unknown */
    cb_change change;
} cb_pair;

typedef struct {
    cb_pair *pairs;
    size_t count;
    size_t only_a, only_b; /* rows with figures that have no partner */
    size_t faster, slower;
} cb_comparison;

/* Rows are partners when family, kernel, variant, core kind, data type, threads and params agree.
 * `across` machines, when family, data type, the memory level and the params that both state do,
 * and threads are as many or all cores of each; the fastest row of each stands for all.
 *
 * A change is significant when the 95 % interval of the ratio lies beyond `threshold` (0.02: two
 * percent) on one side of 1. CB_UNSUPPORTED when one document is emulated and the other is not. The
 * caller frees with cb_comparison_free. */
cb_status cb_compare(const json_t *a, const json_t *b, bool across, double threshold, cb_error *err,
                     cb_comparison *comparison);

/* The key of the figure that the two rows are compared by; NULL: they have none in common. */
const char *cb_compare_figure(const json_t *a, const json_t *b);

void cb_comparison_free(cb_comparison *comparison);

/* What differs between the machines and environments, as text lines: "governor: performance,
 * powersave". Calls `tell` for each; returns how many there are. */
size_t cb_compare_environments(const json_t *a, const json_t *b,
                               void (*tell)(void *to, const char *line), void *to);

#endif
