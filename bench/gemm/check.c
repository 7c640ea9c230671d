#include "bench/gemm/check.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { RANDOM_LINES = 4 };
static const double full_check_macs = 256.0 * 256 * 256;

/* A matrix by its strides, so that a transposed one is the same with the strides exchanged. */
typedef struct {
    cb_number number;
    const char *data;
    size_t row, column; /* strides in elements */
} view;

static view transposed(view v)
{
    return (view){v.number, v.data, v.column, v.row};
}

static void read_row(const view *v, size_t i, size_t count, double *to)
{
    cb_number_line(v->number, v->data + i * v->row * cb_number_bytes(v->number), v->column, count,
                   to);
}

static double element(const view *v, size_t i, size_t j)
{
    return cb_number_get(v->number, v->data, i * v->row + j * v->column);
}

typedef struct {
    view a, b, c, c0;
    bool has_c0;
    size_t m, n, k;
    double alpha, beta, relative; /* bound of an element, over the sum of its terms' sizes */
    double *line, *sum, *size;    /* of n */
    cb_gemm_verdict *verdict;
} checker;

static void judge(checker *ch, double got, double expected, double allowed)
{
    double error = fabs(got - expected);
    double share = error <= 0 ? 0 : allowed > 0 ? error / allowed : INFINITY;
    if (isnan(error) || !(share <= 1))
        ch->verdict->ok = false;
    ch->verdict->max_abs_err = fmax(ch->verdict->max_abs_err, isnan(error) ? INFINITY : error);
    ch->verdict->max_of_bound = fmax(ch->verdict->max_of_bound, isnan(share) ? INFINITY : share);
}

/* Row i of the product, and of the sizes of its terms. */
static void sum_row(checker *ch, size_t i)
{
    for (size_t j = 0; j < ch->n; j++)
        ch->sum[j] = ch->size[j] = 0;
    for (size_t p = 0; p < ch->k; p++) {
        double a = ch->alpha * element(&ch->a, i, p);
        read_row(&ch->b, p, ch->n, ch->line);
        for (size_t j = 0; j < ch->n; j++) {
            ch->sum[j] += a * ch->line[j];
            ch->size[j] += fabs(a * ch->line[j]);
        }
    }
    for (size_t j = 0; j < ch->n && ch->has_c0; j++) {
        double c0 = ch->beta * element(&ch->c0, i, j);
        ch->sum[j] += c0;
        ch->size[j] += fabs(c0);
    }
}

static void check_row(checker *ch, size_t i)
{
    sum_row(ch, i);
    for (size_t j = 0; j < ch->n; j++)
        judge(ch, element(&ch->c, i, j), ch->sum[j], ch->relative * ch->size[j]);
}

static checker turned(const checker *ch)
{
    checker t = *ch;
    t.a = transposed(ch->b);
    t.b = transposed(ch->a);
    t.c = transposed(ch->c);
    t.c0 = transposed(ch->c0);
    t.m = ch->n;
    t.n = ch->m;
    return t;
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void check_some_rows(checker *ch, uint64_t *random)
{
    check_row(ch, 0);
    check_row(ch, ch->m - 1);
    for (int i = 0; i < RANDOM_LINES; i++)
        check_row(ch, (size_t)(next_random(random) % ch->m));
}

/* y = V x and z = |V| w, for `rows` rows of `columns`. */
static void times_vectors(const view *v, size_t rows, size_t columns, const double *x,
                          const double *w, double *line, double *y, double *z)
{
    for (size_t i = 0; i < rows; i++) {
        read_row(v, i, columns, line);
        y[i] = z[i] = 0;
        for (size_t j = 0; j < columns; j++) {
            y[i] += line[j] * x[j];
            z[i] += fabs(line[j]) * w[j];
        }
    }
}

static cb_status check_sum(checker *ch, uint64_t *random, cb_error *err)
{
    size_t longest = ch->m + ch->n + ch->k;
    double *vectors = calloc(7 * longest + 1, sizeof *vectors);
    if (!vectors)
        return cb_fail(err, CB_NO_MEMORY, "no memory for a checksum of %zu lines", longest);
    double *x = vectors, *one = x + longest, *bx = one + longest, *b1 = bx + longest;
    double *y = b1 + longest, *z = y + longest, *line = z + longest;
    for (size_t j = 0; j < ch->n; j++) {
        x[j] = next_random(random) & 1 ? 1 : -1;
        one[j] = 1;
    }
    times_vectors(&ch->b, ch->k, ch->n, x, one, line, bx, b1);
    times_vectors(&ch->a, ch->m, ch->k, bx, b1, line, y, z);
    for (size_t i = 0; i < ch->m; i++) {
        double expected = ch->alpha * y[i], size = fabs(ch->alpha) * z[i], got = 0;
        for (size_t j = 0; j < ch->n; j++) {
            double c0 = ch->has_c0 ? ch->beta * element(&ch->c0, i, j) : 0;
            got += element(&ch->c, i, j) * x[j];
            expected += c0 * x[j];
            size += fabs(c0);
        }
        double error = fabs(got - expected);
        if (!(error <= ch->relative * size + 1e-12 * size))
            ch->verdict->ok = false;
    }
    free(vectors);
    return CB_OK;
}

static cb_status check_all_or_some(checker *ch, cb_error *err)
{
    uint64_t random = 20240501;
    if ((double)ch->m * (double)ch->n * (double)ch->k <= full_check_macs) {
        ch->verdict->how = "float64, all";
        for (size_t i = 0; i < ch->m; i++)
            check_row(ch, i);
        return CB_OK;
    }
    ch->verdict->how = "float64, rows, columns and checksum";
    checker columns = turned(ch);
    check_some_rows(ch, &random);
    check_some_rows(&columns, &random);
    return check_sum(ch, &random, err);
}

static double relative_bound(const cb_gemm_product *p)
{
    if (p->type->is_integer)
        return 0;
    double n = (double)p->k + 3;
    /* BFMMLA and its kind may round to odd: twice as far. */
    double u = ldexp(p->type->a == CB_BF16 ? 2 : 1, -cb_number_precision(p->type->c));
    double gamma = n * u < 0.5 ? n * u / (1 - n * u) : n * u;
    if (p->alpha != 1)
        gamma += 2 * ldexp(1, -cb_number_precision(p->type->a));
    return gamma;
}

cb_status cb_gemm_check(const cb_gemm_product *p, cb_error *err, cb_gemm_verdict *verdict)
{
    size_t longest = p->m > p->n ? p->m : p->n;
    double *lines = calloc(3 * longest + 1, sizeof *lines);
    if (!lines)
        return cb_fail(err, CB_NO_MEMORY, "no memory for an oracle of %zu elements", longest);
    cb_gemm_verdict found = {.ok = true, .how = "float64, all"};
    checker ch = {.a = {p->type->a, p->a->data, p->a->ld, 1},
                  .b = {p->type->b, p->b->data, p->b->ld, 1},
                  .c = {p->type->c, p->c, p->c_ld, 1},
                  .c0 = {p->type->c, p->c0, p->c_ld, 1},
                  .has_c0 = p->c0 && p->beta != 0,
                  .m = p->m,
                  .n = p->n,
                  .k = p->k,
                  .alpha = p->alpha,
                  .beta = p->beta,
                  .relative = relative_bound(p),
                  .line = lines,
                  .sum = lines + longest,
                  .size = lines + 2 * longest,
                  .verdict = &found};
    ch.a = p->a->transposed ? transposed(ch.a) : ch.a;
    ch.b = p->b->transposed ? transposed(ch.b) : ch.b;
    cb_status status = p->m && p->n ? check_all_or_some(&ch, err) : CB_OK;
    free(lines);
    if (status == CB_OK)
        *verdict = found;
    return status;
}
