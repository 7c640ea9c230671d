/* Inside of bench/gemm: one product, measured by several variants in turn. */
#ifndef CB_BENCH_GEMM_PRODUCT_H
#define CB_BENCH_GEMM_PRODUCT_H

#include "bench/gemm/check.h"
#include "bench/gemm/tune_log.h"
#include "bench/gemm/variant.h"
#include "bench/peak/state.h"

/* Where products of one thread count are measured. */
typedef struct {
    const cb_bench *bench;
    const cb_gemm_options *options;
    cb_tune_log *log; /* NULL: none */
    cb_team *team;
    int threads;
    const int *cpus;
    const char *core_kind;
    const char *dtype;
    const cb_peak_kernel *peak; /* of the type; NULL: there is none */
    double peak_ops_per_s;      /* of all threads, as a first guess */
} cb_gemm_stage;

/* The operands and the place of the result; the caller frees. CB_UNSUPPORTED, with a reason, when
 * they do not fit into memory. */
typedef struct {
    cb_gemm_work work;
    cb_buffer a, b, c;
} cb_gemm_product_buffers;

cb_status cb_gemm_buffers_new(const cb_gemm_stage *stage, const cb_gemm_shape *shape,
                              const char *transposes, cb_error *err,
                              cb_gemm_product_buffers *buffers);
void cb_gemm_buffers_free(cb_gemm_product_buffers *buffers);

/* Runs a prepared variant once on the team and compares with the oracle. */
cb_status cb_gemm_verify(const cb_gemm_stage *stage, const cb_gemm_work *work,
                         const cb_gemm_variant *variant, void *state, cb_error *err,
                         cb_gemm_verdict *verdict);

/* A row with key, params and work. `kernel` "-" and isa NULL where there is none. */
json_t *cb_gemm_row(const cb_gemm_stage *stage, const cb_gemm_work *work, const char *variant,
                    const char *kernel, const char *isa);

/* Samples, verdict, and the peak kernel's samples of the same run into a row. */
void cb_gemm_row_finish(json_t *row, const cb_gemm_stage *stage, const cb_samples *samples,
                        const cb_gemm_verdict *verdict, const cb_samples *peak,
                        const cb_peak_state *peak_state);

/* What packing took by itself into "packing" of a row. */
void cb_gemm_row_set_packing(json_t *row, const cb_samples *samples);

/* All variants that the options name. */
cb_status cb_gemm_product_run(const cb_gemm_stage *stage, const cb_gemm_shape *shape,
                              const char *transposes, cb_error *err);

/* Searches the best plan for the product (tune.c). */
cb_status cb_gemm_tune_run(const cb_gemm_stage *stage, const cb_gemm_shape *shape,
                           const char *transposes, cb_error *err);

/* Whether `word` is in a comma list; NULL lists and "all" hold every word. */
bool cb_gemm_is_listed(const char *list, const char *word);

#endif
