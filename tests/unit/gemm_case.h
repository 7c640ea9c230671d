/* A random matrix multiply for tests: shape, operands at guard pages, plan, and its verdict. */
#ifndef CB_TESTS_GEMM_CASE_H
#define CB_TESTS_GEMM_CASE_H

#include "bench/gemm/check.h"
#include "bench/gemm/gemm.h"
#include "bench/gemm/numbers.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    uint64_t state;
} random_numbers;

static inline size_t draw(random_numbers *r, size_t below)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)((r->state >> 33) % below);
}

/* Memory that ends where a page that may not be touched begins. */
typedef struct {
    char *data, *map;
    size_t map_bytes;
} guarded;

static inline guarded guarded_new(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    guarded g = {.map_bytes = (bytes + page - 1) / page * page + page};
    g.map = mmap(NULL, g.map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g.map == MAP_FAILED || mprotect(g.map + g.map_bytes - page, page, PROT_NONE))
        abort();
    g.data = g.map + g.map_bytes - page - bytes;
    return g;
}

static inline void guarded_free(guarded *g)
{
    munmap(g->map, g->map_bytes);
}

/* A matrix whose last row ends at its last element, not at ld. */
static inline guarded random_matrix(random_numbers *r, cb_number number, size_t rows,
                                    size_t columns, size_t ld)
{
    size_t elements = rows && columns ? (rows - 1) * ld + columns : 0;
    guarded g = guarded_new(elements * cb_number_bytes(number));
    bool is_integer = number == CB_S8 || number == CB_U8 || number == CB_S32;
    for (size_t i = 0; i < elements; i++) {
        double value = (double)draw(r, 2001) / 1000 - 1;
        cb_number_put(number, g.data, i, is_integer ? 100 * value : value);
    }
    return g;
}

/* Everything of one call. */
typedef struct {
    cb_gemm_problem problem;
    const cb_gemm_type *type;
    guarded a, b, c, c0;
    cb_gemm_args args;
} gemm_case;

static inline size_t operand_rows(bool transposed, size_t rows, size_t columns)
{
    return transposed ? columns : rows;
}

static inline gemm_case gemm_case_new(random_numbers *r, const char *dtype, size_t m, size_t n,
                                      size_t k)
{
    gemm_case t = {.type = cb_gemm_type_of(dtype)};
    bool ta = draw(r, 2), tb = draw(r, 2), is_float = !t.type->is_integer;
    size_t a_ld = (ta ? m : k) + draw(r, 5), b_ld = (tb ? k : n) + draw(r, 5);
    size_t c_ld = n + draw(r, 5);
    static const double alphas[] = {1, 1, -0.5}, betas[] = {0, 0, 1, 0.75};
    t.args.alpha = is_float ? alphas[draw(r, 3)] : 1;
    t.args.beta = is_float ? betas[draw(r, 4)] : (double)draw(r, 2);
    t.problem = (cb_gemm_problem){.dtype = dtype,
                                  .m = m,
                                  .n = n,
                                  .k = k,
                                  .threads = 1,
                                  .a_transposed = ta,
                                  .b_transposed = tb,
                                  .a_ld = a_ld,
                                  .b_ld = b_ld,
                                  .scales = t.args.alpha != 1};
    t.a = random_matrix(r, t.type->a, operand_rows(ta, m, k), operand_rows(ta, k, m), a_ld);
    t.b = random_matrix(r, t.type->b, operand_rows(tb, k, n), operand_rows(tb, n, k), b_ld);
    t.c = random_matrix(r, t.type->c, m, n, c_ld);
    size_t c_bytes = m && n ? ((m - 1) * c_ld + n) * t.type->c_bytes : 0;
    t.c0 = guarded_new(c_bytes);
    memcpy(t.c0.data, t.c.data, c_bytes);
    t.args.a = cb_gemm_matrix(t.a.data, a_ld, ta);
    t.args.b = cb_gemm_matrix(t.b.data, b_ld, tb);
    t.args.c = t.c.data;
    t.args.c_ld = c_ld;
    return t;
}

/* What the call should have done, seen from the operands as they were made. */
static inline cb_gemm_verdict gemm_case_verdict(const gemm_case *t, const void *c, size_t c_ld)
{
    cb_gemm_operand a = cb_gemm_matrix(t->a.data, t->problem.a_ld, t->problem.a_transposed);
    cb_gemm_operand b = cb_gemm_matrix(t->b.data, t->problem.b_ld, t->problem.b_transposed);
    cb_gemm_product product = {.type = t->type,
                               .m = t->problem.m,
                               .n = t->problem.n,
                               .k = t->problem.k,
                               .a = &a,
                               .b = &b,
                               .c = c,
                               .c0 = t->c0.data,
                               .c_ld = c_ld,
                               .alpha = t->args.alpha,
                               .beta = t->args.beta};
    cb_gemm_verdict verdict;
    if (cb_gemm_check(&product, NULL, &verdict) != CB_OK)
        abort();
    return verdict;
}

/* Whether nothing but the m x n elements of C was touched. */
static inline bool gaps_are_kept(const gemm_case *t)
{
    for (size_t i = 0; i + 1 < t->problem.m; i++) {
        size_t at = (i * t->args.c_ld + t->problem.n) * t->type->c_bytes;
        size_t gap = (t->args.c_ld - t->problem.n) * t->type->c_bytes;
        if (t->problem.n && memcmp(t->c.data + at, t->c0.data + at, gap) != 0)
            return false;
    }
    return true;
}

static inline void gemm_case_free(gemm_case *t)
{
    guarded_free(&t->a);
    guarded_free(&t->b);
    guarded_free(&t->c);
    guarded_free(&t->c0);
}

/* ---- threads that are there already ---- */

typedef struct {
    cb_gemm *gemm;
    const cb_gemm_args *args;
    int thread, times;
} caller;

static inline void *call_on_thread(void *arg)
{
    caller *c = arg;
    for (int i = 0; i < c->times; i++)
        cb_gemm_call(c->gemm, c->args, c->thread);
    return NULL;
}

static inline void call_with_threads(cb_gemm *gemm, const cb_gemm_args *args, int threads,
                                     int times)
{
    pthread_t handles[8];
    caller callers[8] = {{.thread = 0}};
    for (int t = 0; t < threads; t++) {
        callers[t] = (caller){gemm, args, t, times};
        if (t && pthread_create(&handles[t], NULL, call_on_thread, &callers[t]))
            abort();
    }
    call_on_thread(&callers[0]);
    for (int t = 1; t < threads; t++)
        pthread_join(handles[t], NULL);
}

#endif
