/* Inside of bench/gemm: an implementation of matrix multiply as the bench sees it. */
#ifndef CB_BENCH_GEMM_VARIANT_H
#define CB_BENCH_GEMM_VARIANT_H

#include "bench/gemm/gemm_bench.h"
#include "measure/buffer.h"

/* One product to be measured: C = A B, by all variants in turn into the same C. */
typedef struct {
    const cb_bench *bench;
    const cb_gemm_options *options;
    const cb_gemm_type *type;
    cb_gemm_shape shape;
    bool a_transposed, b_transposed;
    bool b_packed; /* constant weights: each variant may bring B into its layout beforehand; */
    bool b_small;  /* of 8 bits they use 7 */
    cb_gemm_operand a, b;
    void *c;
    size_t c_ld;
    int threads, cpu;
    const char *core_kind;
    const cb_gemm_plan *plan;      /* given to `tuned`; NULL: its own choice, from */
    const struct cb_tune_log *log; /* what was tuned before (NULL: nothing), or the default */
} cb_gemm_work;

typedef struct {
    void *state;
    const char *kernel; /* for the row */
    cb_isa isa;
    cb_status (*describe)(void *state, json_t *row);         /* may be NULL */
    void (*pack)(void *state, int thread, uint64_t repeats); /* only the packing of `repeats` runs;
                                                                NULL: a run packs nothing */
} cb_gemm_prepared;

struct cb_gemm_variant {
    const char *name, *what;
    /* Makes what a run needs. CB_UNSUPPORTED with a reason when it cannot do this product. */
    cb_status (*prepare)(const cb_gemm_work *work, cb_error *err, cb_gemm_prepared *prepared);
    /* On every thread of the team, `repeats` products. */
    void (*run)(void *state, int thread, uint64_t repeats);
    void (*release)(void *state);
    const char *(*missing)(void); /* NULL: always there */
    /* A library's own threads: it is called by thread 0 alone. `start` makes them and says how many
     * from now on; it is called before the team pins the caller. NULL: the team's threads. */
    void (*start)(int threads);
    double floor_of_peak; /* slower than this part of the peak it hardly ever is: to know what would
                             take too long */
};

extern const cb_gemm_variant cb_gemm_variants[]; /* cb_gemm_variant_count of them */

#endif
