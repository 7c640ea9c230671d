/* Inside of bench/gemm: products that read both operands where they lie, in one block: small ones.
 * A call works out nothing but addresses: it may take less time than a few divisions. */
#ifndef CB_BENCH_GEMM_DIRECT_H
#define CB_BENCH_GEMM_DIRECT_H

#include "bench/gemm/gemm.h"
#include "bench/gemm/panels.h"

/* One thread's part of such a product. */
typedef struct {
    cb_gemm_micro_fn *run;
    cb_panels m, n;
    cb_range rows, columns; /* panels */
    size_t k;
    size_t a_bytes, b_bytes, c_bytes; /* of an element */
    bool down_columns;                /* a strip of C along M after the other, or along N */
} cb_gemm_direct;

/* Whether a plan is of this kind, if its operands are matrices. */
bool cb_gemm_is_direct(const cb_gemm_plan *plan);

/* Whether a call asks for nothing more. */
static inline bool cb_gemm_is_plain(const cb_gemm_args *args)
{
    return !args->epilogue && args->a.source == CB_GEMM_MATRIX &&
           args->b.source == CB_GEMM_MATRIX && (args->beta == 0 || args->beta == 1);
}

void cb_gemm_direct_run(const cb_gemm_direct *direct, const cb_gemm_args *args);

#endif
