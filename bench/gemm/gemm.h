/* Matrix multiply, C = alpha A B + beta C, in the field's five-loop form: what convolution, integer
 * GEMM and the network executor build on.
 *
 * Three things: a *plan* (which micro-kernel, which blocks, which threads, what is packed), made
 * once for a shape; a *cb_gemm*, the plan with its workspace; and *arguments*, the operands of one
 * call. The loops follow Goto and van de Geijn, "Anatomy of High-Performance Matrix
 * Multiplication" (TOMS 34, 2008), and Van Zee and van de Geijn, "BLIS" (TOMS 41, 2015). */
#ifndef CB_BENCH_GEMM_GEMM_H
#define CB_BENCH_GEMM_GEMM_H

#include "base/status.h"
#include "bench/gemm/micro.h"
#include "bench/gemm/numbers.h"
#include "machine/machine.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- types ---- */

/* What each matrix of a type holds. f16: C is f16; bf16: C is f32; s8, u8s8: C is int32. */
typedef struct {
    const char *dtype;
    cb_number a, b, c;
    size_t a_bytes, b_bytes, c_bytes; /* of an element */
    bool is_integer;
} cb_gemm_type;

/* NULL when there is no such type. */
const cb_gemm_type *cb_gemm_type_of(const char *dtype);

/* ---- operands ---- */

typedef enum {
    CB_GEMM_MATRIX,  /* where it lies: data, ld, transposed */
    CB_GEMM_PACKED,  /* packed once beforehand: cb_gemm_pack */
    CB_GEMM_VIRTUAL, /* never whole in memory: `fill` writes the panels that are needed */
} cb_gemm_source;

/* A part of an operand in panel order: `count` rows of A from `first` (columns of B), steps
 * [k_first, k_first + k_count). */
typedef struct {
    size_t first, count; /* count <= width */
    size_t k_first, k_count;
    size_t width; /* mr or nr */
    size_t kr;    /* steps of k beside each other; of f32 and f64 always 1 */
} cb_gemm_panel;

/* Writes one panel: to[p / kr][i < width][p % kr], p counted from k_first, i from first; zeros for
 * i >= count and for steps past k_count up to a multiple of kr. Called by several threads at once,
 * each for panels of its own. */
typedef void cb_gemm_fill_fn(const void *arg, const cb_gemm_panel *panel, void *to);

typedef struct cb_gemm_packed cb_gemm_packed;

typedef struct {
    cb_gemm_source source;
    const void *data; /* MATRIX: element (row, column) at data[row * ld + column], */
    size_t ld;        /* in elements; */
    bool transposed;  /* true: it is stored the other way, element (row, column) at
                         data[column * ld + row] */
    const cb_gemm_packed *packed;
    cb_gemm_fill_fn *fill; /* VIRTUAL */
    const void *fill_arg;
} cb_gemm_operand;

static inline cb_gemm_operand cb_gemm_matrix(const void *data, size_t ld, bool transposed)
{
    return (cb_gemm_operand){
        .source = CB_GEMM_MATRIX, .data = data, .ld = ld, .transposed = transposed};
}

/* ---- the plan ---- */

typedef struct {
    const char *dtype;
    size_t m, n, k;
    int threads; /* that may be used; the plan may take fewer */
    cb_gemm_source a, b;
    bool a_transposed, b_transposed; /* of MATRIX operands, and */
    size_t a_ld, b_ld;               /* their leading dimensions; 0: as tight as the shape allows */
    bool scales;                     /* alpha is not 1: one operand must be packed in the call */
    bool no_c; /* C is never whole in memory, the epilogue takes it: kc is all of k */
    bool row_sums, column_sums; /* integer types: the epilogue wants them (cb_gemm_part) */
} cb_gemm_problem;

/* Where it will run. */
typedef struct {
    const cb_machine *machine;
    cb_isa_set isa;          /* that kernels may use */
    const char *kernel_glob; /* NULL: any micro-kernel */
    int cpu;                 /* of thread 0: its caches and kind of core count */
} cb_gemm_target;

/* Which operand the outermost loop cuts, is packed once by all threads that share it and stays
 * near; the other one is packed by each thread for itself, for its second-level cache. */
typedef enum {
    CB_GEMM_B_OUTER, /* "jpi": nc of N, kc of K, mc of M, nr, mr (BLIS) */
    CB_GEMM_A_OUTER, /* "ipj": mc of M, kc of K, nc of N, mr, nr */
} cb_gemm_order;

enum { CB_GEMM_PACK_A = 1, CB_GEMM_PACK_B = 2 };

typedef struct {
    const cb_gemm_kernel *kernel;
    const char *dtype; /* of the operands; NULL: the kernel's. "s8" may run on a kernel of "u8s8"
                          and the other way round: A is packed with its numbers 128 higher (lower),
                          and column sums of B take that out again, where a kernel starts. */
    size_t m, n, k;
    size_t mc, kc, nc; /* multiples of mr, of both kr, of nr (or the whole dimension) */
    cb_gemm_order order;
    int threads_m, threads_n;   /* a grid over C, */
    int threads_k;              /* for each of so many parts of k (0: 1). The product of the three
                                   takes part. The first part's sums lie in C, those of the others
                                   beside it, and are added in the order of k: whoever is first, the
                                   result is the same. */
    unsigned packs;             /* CB_GEMM_PACK_*: operands packed in the call */
    bool no_c;                  /* of the problem; */
    bool row_sums, column_sums; /* these too: the operand is packed, in the call or before */
    const char *origin;         /* "default", "tuned", "given" */
} cb_gemm_plan;

/* The plan from shape, caches and core kind. CB_USAGE for an unknown type, CB_UNSUPPORTED when no
 * micro-kernel of the type may run here. m, n, k may be 0. */
cb_status cb_gemm_plan_make(const cb_gemm_problem *problem, const cb_gemm_target *target,
                            cb_error *err, cb_gemm_plan *plan);

/* Whether a plan (given by hand or read from a log) can be run for a problem; CB_USAGE says why
 * not. */
cb_status cb_gemm_plan_check(const cb_gemm_plan *plan, const cb_gemm_problem *problem,
                             cb_error *err);

/* In how many parts k is cut. */
static inline int cb_gemm_plan_parts(const cb_gemm_plan *plan)
{
    return plan->threads_k > 1 ? plan->threads_k : 1;
}

/* How many of the team's threads take part. */
int cb_gemm_plan_threads(const cb_gemm_plan *plan);

/* Bytes that one call packs, all threads together. */
double cb_gemm_plan_packed_bytes(const cb_gemm_plan *plan);

/* Of the operands. */
static inline const char *cb_gemm_plan_dtype(const cb_gemm_plan *plan)
{
    return plan->dtype ? plan->dtype : plan->kernel->dtype;
}

/* "jpi", "ipj". */
const char *cb_gemm_order_name(cb_gemm_order order);

/* Writes what a model needs into a results row: "tile" {mr, nr, kr}, "blocking" {mc, kc, nc, order,
 * threads_m, threads_n, threads_k, origin}, "packing" {a, b, bytes, time_s}. The last is null until
 * somebody has measured it. */
void cb_gemm_plan_describe(const cb_gemm_plan *plan, json_t *row);

/* ---- weights packed once ---- */

/* Packs all of A (m x k) or all of B (k x n) for the plan's micro-kernel and kc. Only plans with
 * the same kernel and kc can use it. CB_NO_MEMORY. The caller frees. */
cb_status cb_gemm_pack_a(const cb_gemm_plan *plan, const cb_gemm_operand *a, cb_error *err,
                         cb_gemm_packed **packed);
cb_status cb_gemm_pack_b(const cb_gemm_plan *plan, const cb_gemm_operand *b, cb_error *err,
                         cb_gemm_packed **packed);
void cb_gemm_packed_free(cb_gemm_packed *packed);
size_t cb_gemm_packed_bytes(const cb_gemm_packed *packed);

/* For integer types: the sum over k of each row of A (column of B), as they were given. */
const int32_t *cb_gemm_packed_sums(const cb_gemm_packed *packed);

static inline cb_gemm_operand cb_gemm_packed_operand(const cb_gemm_packed *packed)
{
    return (cb_gemm_operand){.source = CB_GEMM_PACKED, .packed = packed};
}

/* ---- running ---- */

/* A finished part of C: rows [row, row + m), columns [column, column + n). */
typedef struct {
    size_t row, column, m, n;
    void *c;   /* element (0, 0) of the part */
    size_t ld; /* elements from one row of c to the next */
    /* Where the plan says so, else NULL: sums over k of A's rows and of B's columns, from this
     * part's first on. */
    const int32_t *row_sums, *column_sums;
} cb_gemm_part;

/* Called once for each part when all of k is in it (beta too), by the thread that computed it,
 * while it is still in the cache: bias, ReLU, requantization, in place or to a matrix of its own.
 * Parts cover C exactly once. */
typedef void cb_gemm_epilogue_fn(void *arg, const cb_gemm_part *part);

/* alpha and beta of float types; integer types take 1 and, for beta, 0 or 1. */
typedef struct {
    cb_gemm_operand a, b;
    void *c;     /* row-major; NULL with an epilogue: then parts lie in a thread's own scratch, and
                    beta is 0 */
    size_t c_ld; /* elements */
    double alpha, beta;            /* beta 0: C is written and never read */
    cb_gemm_epilogue_fn *epilogue; /* NULL: none */
    void *epilogue_arg;
} cb_gemm_args;

typedef struct cb_gemm cb_gemm;

/* The plan (copied) with its workspace. CB_NO_MEMORY. */
cb_status cb_gemm_new(const cb_gemm_plan *plan, cb_error *err, cb_gemm **gemm);
void cb_gemm_free(cb_gemm *gemm);

/* One call: every thread of a team calls it with the same arguments and its number. The plan's
 * threads return when C is whole; the others return at once. The operands' sources must be those
 * that the plan was made for. Not for two teams at once. */
void cb_gemm_call(cb_gemm *gemm, const cb_gemm_args *args, int thread);

/* Only the packing of such a call, by the same threads through the same loops: to measure what it
 * costs. C stays as it is. */
void cb_gemm_call_packing(cb_gemm *gemm, const cb_gemm_args *args, int thread);

/* The same on the calling thread alone, for plans of one thread. */
static inline void cb_gemm_call_one(cb_gemm *gemm, const cb_gemm_args *args)
{
    cb_gemm_call(gemm, args, 0);
}

#endif
