/* Inside of bench/membw: another attempt at the figures of a core's own caches. */
#ifndef CB_BENCH_MEMBW_AGAIN_H
#define CB_BENCH_MEMBW_AGAIN_H

#include "bench/membw/group.h"

/* Measures those kernels of bench->earlier again that are figures (docs/METHOD.md) of the first two
 * levels and are not settled, on their blocks, with this stage's threads and pages. */
cb_status cb_membw_again(const cb_membw_stage *stage, cb_error *err);

#endif
