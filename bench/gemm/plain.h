/* Inside of bench/gemm: implementations without micro-kernel and packing, in plain C. */
#ifndef CB_BENCH_GEMM_PLAIN_H
#define CB_BENCH_GEMM_PLAIN_H

#include "machine/isa.h"

#include <stddef.h>

/* C = A B, row-major, for n columns of B and C. */
typedef struct {
    size_t m, n, k;
    const float *a;
    size_t a_ld;
    const float *b;
    size_t b_ld;
    float *c;
    size_t c_ld;
} cb_gemm_plain;

typedef void cb_gemm_plain_fn(const cb_gemm_plain *p);

/* c[0..nr) = sum over k of a[p] * b[p * nr + j], nr being the kernel's: every vector
 * multiply-accumulate reads its vector of B from memory, A's element and C stay in registers. */
typedef void cb_gemm_stream_fn(const float *a, const float *b, size_t k, float *c);

typedef struct {
    const char *name;
    cb_isa isa;
    cb_gemm_plain_fn *run;
} cb_gemm_plain_kernel;

typedef struct {
    const char *name;
    cb_isa isa;
    size_t nr;
    cb_gemm_stream_fn *run;
} cb_gemm_stream_kernel;

/* C[i][j] += A[i][p] B[p][j] for a part: the order in which all of B's row is used at once. */
static inline void cb_gemm_plain_part(const cb_gemm_plain *p, size_t i, size_t p_first,
                                      size_t p_last, size_t j_first, size_t j_last)
{
    float *restrict c = p->c + i * p->c_ld;
    for (size_t q = p_first; q < p_last; q++) {
        const float *restrict b = p->b + q * p->b_ld;
        float a = p->a[i * p->a_ld + q];
        for (size_t j = j_first; j < j_last; j++)
            c[j] += a * b[j];
    }
}

static inline void cb_gemm_plain_clear(const cb_gemm_plain *p)
{
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++)
            p->c[i * p->c_ld + j] = 0;
}

static inline void cb_gemm_plain_reordered(const cb_gemm_plain *p)
{
    cb_gemm_plain_clear(p);
    for (size_t i = 0; i < p->m; i++)
        cb_gemm_plain_part(p, i, 0, p->k, 0, p->n);
}

/* 64 rows and 256 columns of B are 64 KiB: in a second-level cache, and rows of it in the first. */
static inline void cb_gemm_plain_blocked(const cb_gemm_plain *p)
{
    enum { ROWS = 64, COLUMNS = 256 };
    cb_gemm_plain_clear(p);
    for (size_t j = 0; j < p->n; j += COLUMNS)
        for (size_t q = 0; q < p->k; q += ROWS)
            for (size_t i = 0; i < p->m; i++)
                cb_gemm_plain_part(p, i, q, q + ROWS < p->k ? q + ROWS : p->k, j,
                                   j + COLUMNS < p->n ? j + COLUMNS : p->n);
}

#endif
