/* Which block sizes are measured. */
#ifndef CB_BENCH_MEMBW_PLAN_H
#define CB_BENCH_MEMBW_PLAN_H

#include "bench/bench.h"

enum { CB_PLAN_BLOCKS = 160, CB_PLAN_LEVELS = 5 };

typedef struct {
    const char *level; /* "L1", "L2", "L3", "L4", "RAM" */
    uint64_t block_bytes;
} cb_level_block;

/* The level that holds `block_bytes` for each of `threads` threads on `cpu`'s kind, as the system
 * states its caches; NULL when it states none. */
const char *cb_plan_level(const cb_machine *machine, int cpu, int threads, uint64_t block_bytes);

/* One block well inside each level, the memory last. Returns how many. */
size_t cb_plan_levels(const cb_bench *bench, int cpu, int threads,
                      cb_level_block blocks[CB_PLAN_LEVELS]);

/* Log-spaced blocks from 1 KiB to four times the last cache (less where memory or --quick says so),
 * `per_octave` in an octave, the paper's 4 KiB, 256 KiB and 16 MiB among them, ascending. */
size_t cb_plan_sweep(const cb_bench *bench, int cpu, int threads, int per_octave,
                     uint64_t blocks[CB_PLAN_BLOCKS]);

/* Blocks of one pass over the latency ladder, 8 or 10 in an octave, at most `largest`: pass 0
 * before the bandwidth sweeps, pass 1 behind them. Somebody who uses the caches meanwhile makes
 * them look smaller; he is less likely to do so both times. Pass 1 leaves out what no core's own
 * caches hold. */
size_t cb_plan_ladder(const cb_bench *bench, int cpu, int pass, uint64_t largest,
                      uint64_t blocks[CB_PLAN_BLOCKS]);

/* The largest block that one of `threads` threads is given. */
uint64_t cb_plan_largest(const cb_bench *bench, int cpu, int threads);

#endif
