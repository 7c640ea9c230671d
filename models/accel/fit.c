#include "models/accel/fit.h"

#include <math.h>

/* Squared: an error of 1 % of a row. */
static const double pull = 1e-4;

/* The normal equations G x = h: each row of the trace an equation, each column a term over its
 * start. The pull keeps the smallest eigenvalue of G at 1e-4 and more, so that nothing is lost by
 * squaring the rows. (LAPACK's least squares would do too, but LIBXSMM, where it is linked, catches
 * the calls that LAPACK makes to its BLAS.) */
typedef struct {
    int columns;
    int term[CB_ACCEL_TERMS];
    double g[CB_ACCEL_TERMS][CB_ACCEL_TERMS], h[CB_ACCEL_TERMS];
} equations;

static void add_row(equations *e, const double *a, double b)
{
    for (int i = 0; i < e->columns; i++) {
        e->h[i] += a[i] * b;
        for (int j = 0; j < e->columns; j++)
            e->g[i][j] += a[i] * a[j];
    }
}

static void set_up(const cb_accel_platform *p, const cb_accel_observation *rows, size_t count,
                   equations *e)
{
    double a[CB_ACCEL_TERMS];
    *e = (equations){0};
    for (int t = 0; t < CB_ACCEL_TERMS; t++)
        if (p->start.of[t] > 0)
            e->term[e->columns++] = t;
    for (size_t r = 0; r < count; r++) {
        for (int c = 0; c < e->columns; c++)
            a[c] = rows[r].counts.of[e->term[c]] * p->start.of[e->term[c]] / rows[r].cycles;
        add_row(e, a, 1 - rows[r].waits / rows[r].cycles);
    }
    for (int c = 0; c < e->columns; c++) {
        e->g[c][c] += pull;
        e->h[c] += pull;
    }
}

/* Cholesky's factor of G's free rows and columns, into the lower half of `l`. */
static bool factor(const equations *e, const int *list, int n,
                   double l[CB_ACCEL_TERMS][CB_ACCEL_TERMS])
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = e->g[list[i]][list[j]];
            for (int k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            if (i == j && !(sum > 0))
                return false;
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
    return true;
}

/* Least squares over the columns that are free; 0 for the others. */
static bool solve(const equations *e, const bool *is_free, double *x)
{
    double l[CB_ACCEL_TERMS][CB_ACCEL_TERMS], y[CB_ACCEL_TERMS];
    int list[CB_ACCEL_TERMS], n = 0;
    for (int c = 0; c < e->columns; c++) {
        x[c] = 0;
        if (is_free[c])
            list[n++] = c;
    }
    if (!factor(e, list, n, l))
        return false;
    for (int i = 0; i < n; i++) {
        y[i] = e->h[list[i]];
        for (int k = 0; k < i; k++)
            y[i] -= l[i][k] * y[k];
        y[i] /= l[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++)
            y[i] -= l[k][i] * y[k];
        y[i] /= l[i][i];
        x[list[i]] = y[i];
    }
    return true;
}

/* The column that is held at zero and would help most if it were not; -1: none would. */
static int best_of_held(const equations *e, const bool *is_free, const double *x)
{
    int best = -1;
    double most = 1e-10;
    for (int c = 0; c < e->columns; c++) {
        double slope = e->h[c];
        for (int k = 0; k < e->columns; k++)
            slope -= e->g[c][k] * x[k];
        if (!is_free[c] && slope > most) {
            most = slope;
            best = c;
        }
    }
    return best;
}

/* From x towards z until the first free column is zero; that one is held from now on. */
static bool step_towards(const equations *e, bool *is_free, double *x, const double *z)
{
    double share = 1;
    for (int c = 0; c < e->columns; c++)
        if (is_free[c] && z[c] <= 0)
            share = fmin(share, x[c] / (x[c] - z[c]));
    for (int c = 0; c < e->columns; c++) {
        x[c] += share * (z[c] - x[c]);
        if (is_free[c] && z[c] <= 0 && x[c] <= 1e-12)
            is_free[c] = false;
        if (!is_free[c])
            x[c] = 0;
    }
    return share < 1;
}

static bool non_negative(const equations *e, double *x)
{
    bool is_free[CB_ACCEL_TERMS] = {false};
    double z[CB_ACCEL_TERMS];
    for (int round = 0; round < 10 * CB_ACCEL_TERMS; round++) {
        int column = best_of_held(e, is_free, x);
        if (column < 0)
            return true;
        is_free[column] = true;
        do {
            if (!solve(e, is_free, z))
                return false;
        } while (step_towards(e, is_free, x, z));
    }
    return false;
}

cb_status cb_accel_fit(const cb_accel_platform *p, const cb_accel_observation *rows, size_t count,
                       cb_error *err, cb_accel_terms *cycles)
{
    equations e;
    double x[CB_ACCEL_TERMS] = {0};
    set_up(p, rows, count, &e);
    if (!non_negative(&e, x))
        return cb_fail(err, CB_FAILED, "the least squares of %zu rows have no end", count);
    *cycles = p->cycles;
    for (int c = 0; c < e.columns; c++)
        cycles->of[e.term[c]] = x[c] * p->start.of[e.term[c]];
    return CB_OK;
}
