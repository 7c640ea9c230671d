/* The report's first sentences: what bounds the operators of a machine, its peak, the best share.
 */
#ifndef CB_PLOTS_REPORT_VERDICT_H
#define CB_PLOTS_REPORT_VERDICT_H

#include "models/cachebound.h"

/* `bounds` may be empty: then the sentences tell the ceilings alone. Operators of other kinds of
 * cores than the levels' are left out. */
void cb_report_verdict(const json_t *document, const cb_levels *levels, const cb_boundness *bounds,
                       size_t count, char *text, size_t bytes);

#endif
