/* Peak arithmetic: kernels that compute in registers and touch no memory in their loop. */
#ifndef CB_BENCH_PEAK_PEAK_H
#define CB_BENCH_PEAK_PEAK_H

#include "bench/bench.h"

/* Every peak kernel has this prototype. It
 *   - loads its operands from a[0..vector_bytes) and b[0..vector_bytes) and zeroes `chains`
 *     accumulators (floating-point ones too),
 *   - runs `iterations` times: `steps` instructions (or the listed short sequence) on each chain,
 *   - stores the accumulators one after another: out[0..chains * vector_bytes).
 * All chains do the same, so each equals the `__scalar` twin's result for iterations * steps
 * steps. */
typedef void cb_peak_fn(uint64_t iterations, const void *a, const void *b, void *out);

/* The twin: applies the operation `steps` times to one zeroed accumulator of vector_bytes. Operands
 * are small integers, so that every type is exact. */
typedef void cb_peak_oracle_fn(uint64_t steps, const void *a, const void *b, void *accumulator,
                               size_t vector_bytes);

typedef enum { CB_PEAK_THROUGHPUT, CB_PEAK_LATENCY } cb_peak_form;

typedef struct {
    const char *name; /* stem = symbol */
    cb_isa isa;
    cb_peak_form form;
    const char *dtype; /* "f32", "s8", "u1", ... */
    cb_peak_fn *run;
    cb_peak_oracle_fn *oracle;
    const char *oracle_name;
    int chains;                   /* independent accumulators */
    int steps;                    /* operations on each chain in one iteration */
    size_t vector_bytes;          /* of operands and accumulator */
    double ops_per_step;          /* operations that one step counts (a MAC is 2) */
    double instructions_per_step; /* with its part of those that several steps share */
    /* The class in machine/limits.inc whose rate bounds it, with how often it comes in one step
     * where that is not once ("2 int16_madd_256"), or NULL. The rate of simd_ of that width bounds
     * all instructions of the step together. */
    const char *limit;
} cb_peak_kernel;

extern const cb_peak_kernel cb_peak_kernels[];
extern const size_t cb_peak_kernel_count;

typedef struct {
    const char *dtypes; /* comma list, NULL: all */
    bool paper_mode;    /* the MACs of an N x N GEMM over all cores, thread start included */
    int paper_largest;  /* N at most; 0: the paper's 1024 */
    bool latency;       /* latency forms too */
} cb_peak_options;

/* The throughput kernel of a type with the most operations an instruction that may run; NULL when
 * there is none. It is what other families are measured beside. */
const cb_peak_kernel *cb_peak_best(const char *dtype, cb_isa_set allowed);

/* Measures and emits rows, family "peak" (docs/SCHEMA.md, "peak rows"): each core kind alone, each
 * thread count, each kernel that the options and --kernel select; kernels that need more than
 * bench->isa become skipped rows. CB_USAGE when nothing matches. */
cb_status cb_peak_run(const cb_bench *bench, const cb_peak_options *options, cb_error *err);

#endif
