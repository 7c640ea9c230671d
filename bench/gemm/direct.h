/* Inside of bench/gemm: products that read both operands where they lie, in one block: small ones,
 * and the last columns of others. A call works out nothing but addresses: it may take less time
 * than a few divisions. */
#ifndef CB_BENCH_GEMM_DIRECT_H
#define CB_BENCH_GEMM_DIRECT_H

#include "bench/gemm/gemm.h"
#include "bench/gemm/panels.h"

#include <string.h>

/* One thread's part of such a product. */
typedef struct {
    cb_gemm_micro_fn *run;
    cb_gemm_tile tile;                /* what calls have in common; then the one that is computed */
    bool down_columns;                /* a strip of C along M after the other, or along N */
    bool takes_tiles;                 /* one call computes all of a strip's */
    bool is_one_call;                 /* of the kernel, with `tile`, from where C begins */
    size_t row, column;               /* its first */
    size_t a_bytes, b_bytes, c_bytes; /* of an element */
    size_t m, tiles, lower_tiles;     /* evenly cut: tiles of m rows, then of a row less */
    size_t strips, n, last_n;         /* of n columns, the last one of last_n */
    size_t fetch_rows;                /* of the next strip's B, with each tile; 0: it lies near */
} cb_gemm_direct;

/* Whether a plan is of this kind, if its operands are matrices. */
bool cb_gemm_is_direct(const cb_gemm_plan *plan);

/* The part [rows) x [columns) of C, in elements. */
cb_gemm_direct cb_gemm_direct_of(const cb_gemm_plan *plan, cb_range rows, cb_range columns);

/* A product may have so few last columns (0: none) that they would fill at most half a vector of
 * the plan's kernel. `edge` is a plan for them with a kernel that lays several steps of k into a
 * vector: the narrowest that has so many columns. */
size_t cb_gemm_edge_of(const cb_gemm_plan *plan, cb_gemm_plan *edge);

/* Whether a call asks for nothing more. (-0 is scaled with.) */
static inline bool cb_gemm_is_plain(const cb_gemm_args *args)
{
    const double one = 1;
    uint64_t beta, one_bits;
    memcpy(&beta, &args->beta, sizeof beta);
    memcpy(&one_bits, &one, sizeof one_bits);
    return !args->epilogue && args->a.source == CB_GEMM_MATRIX &&
           args->b.source == CB_GEMM_MATRIX && (beta == 0 || beta == one_bits);
}

/* Nor for an operand to be packed. */
static inline bool cb_gemm_is_plainest(const cb_gemm_args *args)
{
    return cb_gemm_is_plain(args) && args->alpha == 1 && !args->a.transposed && !args->b.transposed;
}

/* Where operands begin. */
typedef struct {
    const char *a, *b;
    char *c;
} cb_gemm_place;

static inline void cb_gemm_run_at(cb_gemm_direct *d, cb_gemm_place at)
{
    d->tile.a = at.a;
    d->tile.b = at.b;
    d->tile.c = at.c;
    d->run(&d->tile);
}

/* Tile by tile, of a product that begins there. */
void cb_gemm_direct_run_all(cb_gemm_direct *d, cb_gemm_place at);

/* The kernel's first loads wait for what is worked out here: nothing, for most. */
static inline void cb_gemm_direct_run(cb_gemm_direct *d, const cb_gemm_args *args)
{
    cb_gemm_place at = {args->a.data, args->b.data, args->c};
    d->tile.a_row_bytes = args->a.ld * d->a_bytes;
    d->tile.b_step_bytes = args->b.ld * d->b_bytes;
    d->tile.c_row_bytes = args->c_ld * d->c_bytes;
    d->tile.accumulate = args->beta != 0;
    if (d->is_one_call)
        cb_gemm_run_at(d, at);
    else
        cb_gemm_direct_run_all(d, at);
}

#endif
