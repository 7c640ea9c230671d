/* Inside of bench/bitserial: what is measured in turn on one problem. */
#ifndef CB_BENCH_BITSERIAL_GROUP_H
#define CB_BENCH_BITSERIAL_GROUP_H

#include "bench/bitserial/bitserial.h"

/* A team on one core kind; NULL where so many threads cannot run. */
typedef struct {
    const cb_bench *bench;
    const cb_core_kind *kind;
    cb_team *team;
    int threads;
    int cpu; /* of thread 0 */
} cb_bits_stage;

/* One product: a layer, or a shape where there is no layer. */
typedef struct {
    const cb_gemm_shape *shape;
    const cb_named_layer *named;
    const cb_bits_scheme *scheme;
    cb_bits_width width;
    unsigned variants;
} cb_bits_problem;

/* Measures all of it, interleaved, and emits the rows. */
cb_status cb_bits_measure(const cb_bits_stage *stage, const cb_bits_problem *problem,
                          cb_error *err);

/* One skipped row for the problem. */
cb_status cb_bits_skip(const cb_bits_stage *stage, const cb_bits_problem *problem,
                       const char *variant, const char *reason, cb_error *err);

#endif
