/* Inside of bench/membw: the latency ladder and the strided reads. */
#ifndef CB_BENCH_MEMBW_CHASE_H
#define CB_BENCH_MEMBW_CHASE_H

#include "bench/membw/group.h"

/* Follows `hops` pointers, each of which is only known when the one before has been loaded; returns
 * where it stands. A hop costs the load-to-use latency of the level that the cycle lies in. */
const void *chase__scalar(const void *start, uint64_t hops);

/* Loads eight bytes every `stride_bytes`, `passes` times over the block. */
void stride__scalar(const void *block, size_t bytes, size_t stride_bytes, uint64_t passes);

/* Where blocks between 256 KiB and 8 MiB find their pages, if the operands are that large. */
#define CB_CHASE_ARENA (UINT64_C(64) << 20)

/* One row for each block: a random cycle through all cache lines of the block, thread 0 alone. The
 * row says which pass over the ladder (0, 1, ...) it belongs to, and how many choices of pages it
 * is the middle of. */
cb_status cb_membw_chase(const cb_membw_stage *stage, const uint64_t *blocks, size_t count,
                         int pass, cb_error *err);

/* One row for each block and stride (8 bytes to 4 KiB). */
cb_status cb_membw_stride(const cb_membw_stage *stage, const uint64_t *blocks, size_t count,
                          cb_error *err);

#endif
