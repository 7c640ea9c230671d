/* The report's first sentences: what bounds the operators of a machine, its peak, the best share.
 */
#ifndef CB_PLOTS_REPORT_VERDICT_H
#define CB_PLOTS_REPORT_VERDICT_H

#include "models/cachebound.h"
#include "models/cost/time.h"

/* How many operators each part of the time binds, of those that the time model can follow. */
typedef struct {
    size_t of[CB_PART_COUNT], operators;
} cb_report_bindings;

/* `bounds` may be empty: then the sentences tell the ceilings alone. Operators of other kinds of
 * cores than the levels' are left out. What binds is said by the time model; where it follows
 * nothing, by the nearest ceiling. */
void cb_report_verdict(const json_t *document, const cb_levels *levels, const cb_boundness *bounds,
                       size_t count, const cb_report_bindings *bindings, char *text, size_t bytes);

#endif
