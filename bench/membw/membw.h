/* Memory bandwidth and latency: kernels that only move data. */
#ifndef CB_BENCH_MEMBW_MEMBW_H
#define CB_BENCH_MEMBW_MEMBW_H

#include "bench/bench.h"
#include "measure/buffer.h"

/* Every bandwidth kernel has this prototype. It goes `passes` times over `bytes` of each operand
 * (bytes: a multiple of the row's step_bytes, at least one step; pointers 64-byte aligned):
 *   read   loads a                       write  stores a constant to dst
 *   copy   dst = a                       triad  dst = a + 3 b (float64)
 *   mix21  dst = a ^ b: two loads, one store, no arithmetic to speak of
 *   rmw    dst = dst ^ constant
 *   update dst = dst ^ a: two loads, one store in place
 * Operands that a pattern does not use are NULL. */
typedef void cb_membw_fn(void *dst, const void *a, const void *b, size_t bytes, uint64_t passes);

typedef enum {
    CB_PATTERN_READ,
    CB_PATTERN_WRITE,
    CB_PATTERN_COPY,
    CB_PATTERN_TRIAD,
    CB_PATTERN_MIX21,
    CB_PATTERN_RMW,
    CB_PATTERN_UPDATE,
} cb_membw_pattern;

typedef struct {
    const char *name; /* <pattern>_<form>_<unroll>__<isa>: stem = symbol */
    cb_isa isa;
    cb_membw_pattern pattern;
    bool non_temporal;
    int width_bits;     /* of one register moved */
    size_t step_bytes;  /* of each operand, in one iteration */
    int loads_per_step; /* instructions that load and store in one iteration, for static checks */
    int stores_per_step;
    cb_membw_fn *run;
    cb_membw_fn *oracle; /* the pattern's __scalar twin */
} cb_membw_kernel;

extern const cb_membw_kernel cb_membw_kernels[];
extern const size_t cb_membw_kernel_count;

/* "read", "write", "copy", "triad", "mix21", "rmw", "update". */
const char *cb_membw_pattern_name(cb_membw_pattern pattern);

/* Operands of a pattern (1 to 3), and bytes moved for one byte of one operand: loads and stores
 * that the program asks for, without what a cache adds (no write-allocate). */
int cb_membw_operands(cb_membw_pattern pattern);
int cb_membw_bytes_moved(cb_membw_pattern pattern);

typedef struct {
    const uint64_t *blocks; /* bytes of all operands of one thread; none: the planned sweep */
    size_t block_count;
    unsigned patterns; /* bit set over cb_membw_pattern; 0: all */
    cb_pages pages; /* DEFAULT: the planned sweep tries small and huge ones, --block takes small */
    bool shared;    /* all threads read the same block (only the read pattern can) */
    bool chase;     /* only the latency ladder */
    bool stride;    /* only the strided reads */
} cb_membw_options;

/* Measures and emits rows, family "membw" (docs/SCHEMA.md, "membw rows"). Without blocks, patterns
 * or --kernel it runs the plan: at a block well inside each level all kernels compete; the best
 * ones then sweep the block sizes; then the latency ladder and, unless quick, the strided reads.
 * Blocks that do not fit into memory become skipped rows. CB_USAGE when nothing matches. */
cb_status cb_membw_run(const cb_bench *bench, const cb_membw_options *options, cb_error *err);

#endif
