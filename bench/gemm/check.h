/* The oracle of a whole matrix multiply, in float64, and how far a result may be from it. */
#ifndef CB_BENCH_GEMM_CHECK_H
#define CB_BENCH_GEMM_CHECK_H

#include "bench/gemm/gemm.h"

/* What was computed: C = alpha A B + beta C0. A and B are MATRIX operands. */
typedef struct {
    const cb_gemm_type *type;
    size_t m, n, k;
    const cb_gemm_operand *a, *b;
    const void *c, *c0; /* c0: C before the call, NULL when beta is 0 */
    size_t c_ld;        /* of both */
    double alpha, beta;
} cb_gemm_product;

typedef struct {
    double max_abs_err;
    double max_of_bound; /* the largest error in parts of what is allowed */
    bool ok;
    const char *how; /* "float64, all", or "float64, rows, columns and checksum" */
} cb_gemm_verdict;

/* Compares with float64. An element may be off by
 *     gamma(k + 3) (|alpha| sum |a_ip b_pj| + |beta c0_ij|),   gamma(n) = n u / (1 - n u),
 * with u the unit roundoff of C's type (2^-24 for f32): any order of summation stays inside it
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1); where n u reaches
 * 1/2, n u itself is taken. An alpha that is folded into an operand of fewer bits adds that
 * rounding. Integer types must be equal.
 *
 * All elements where m n k is at most 256^3; else the first and last rows and columns, some random
 * ones, and the checksum C x = alpha A (B x) + beta C0 x for a vector of random signs (Freivalds,
 * 1979), whose bound is the sum of the elements'. CB_NO_MEMORY. */
cb_status cb_gemm_check(const cb_gemm_product *product, cb_error *err, cb_gemm_verdict *verdict);

#endif
