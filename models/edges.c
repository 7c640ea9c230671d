#include "models/edges.h"

#include "models/misscurve.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS_PER_OCTAVE = 16,              /* of the grid that regions are found on */
    HALF_WINDOW = STEPS_PER_OCTAVE / 4, /* a slope is taken over half an octave */
    FINE = 64, /* centres an octave that a fit tells apart; every fourth is tried first */
    COARSE = 4,
    MIN_FIT_POINTS = 6,
    MIN_BLOCKS = 8,
    MAX_REGIONS = 64,
};
static const double RISE_IN_WINDOW = 0.2; /* log2: 15 % in half an octave is a slope, not noise */
static const double LEAST_RISE = 0.3785;  /* log2(1.3): what counts as an edge */
static const double OUTLIER = 0.1;        /* residual beyond which a point counts less */
static const double NOISE_FLOOR = 0.005;  /* relative; a better fit than this says nothing */
static const double CHANCE = 0.2;         /* of the height of a step */
static const double TILT_COST = 0.05;
static const double LARGEST_PAGE_INDEXED = 160 * 1024; /* bytes; no L1 data cache is larger */
static const double PLATEAU_BEFORE = 2, PLATEAU_BEHIND = 1.5; /* octaves that a fit looks at */

typedef struct {
    double *u, *y; /* log2 of the block, time: n values in order of u */
    size_t n;
} curve;

typedef struct {
    double *value; /* log2 of the time at u0 + i / STEPS_PER_OCTAVE */
    double u0;
    size_t n;
} grid;

typedef struct {
    size_t low, high; /* grid points between which the curve rises */
} region;

typedef struct {
    double cost, centre, below, above;
    const char *shape;
} fit;

/* What a fit needs of each point of its curve, and room for its work. */
typedef struct {
    const curve *c;
    double *unit; /* what the residual is measured in */
    double *miss; /* share at the centre that is tried */
    double *w;    /* Huber's weight */
} fitting;

static int by_block(const void *a, const void *b)
{
    const cb_edge_point *x = a, *y = b;
    if (x->block_bytes != y->block_bytes)
        return x->block_bytes < y->block_bytes ? -1 : 1;
    return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

static void curve_free(curve *c)
{
    free(c->u);
    free(c->y);
}

static cb_status curve_new(const cb_edge_point *points, size_t n, curve *out)
{
    cb_edge_point *sorted = malloc((n + 1) * sizeof *sorted);
    curve c = {malloc((n + 1) * sizeof(double)), malloc((n + 1) * sizeof(double)), 0};
    if (!sorted || !c.u || !c.y) {
        free(sorted);
        curve_free(&c);
        return CB_NO_MEMORY;
    }
    if (n)
        memcpy(sorted, points, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_block);
    for (size_t i = 0; i < n; i++) {
        bool usable = sorted[i].block_bytes > 0 && sorted[i].time_s > 0 &&
                      isfinite(sorted[i].block_bytes) && isfinite(sorted[i].time_s);
        if (!usable || (c.n && c.u[c.n - 1] == log2(sorted[i].block_bytes)))
            continue;
        c.u[c.n] = log2(sorted[i].block_bytes);
        c.y[c.n++] = sorted[i].time_s;
    }
    free(sorted);
    *out = c;
    return CB_OK;
}

static double middle(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* One outlier must not look like two edges: each point becomes the median of itself and its
 * neighbours, which leaves a step a step. */
static double filtered(const curve *c, size_t i)
{
    if (i == 0 || i + 1 == c->n)
        return log2(c->y[i]);
    return log2(middle(c->y[i - 1], c->y[i], c->y[i + 1]));
}

static cb_status grid_new(const curve *c, grid *out)
{
    grid g = {NULL, c->u[0], 0};
    g.n = (size_t)((c->u[c->n - 1] - c->u[0]) * STEPS_PER_OCTAVE) + 1;
    g.value = malloc(g.n * sizeof *g.value);
    if (!g.value)
        return CB_NO_MEMORY;
    size_t at = 0;
    for (size_t i = 0; i < g.n; i++) {
        double u = g.u0 + (double)i / STEPS_PER_OCTAVE;
        while (at + 2 < c->n && c->u[at + 1] <= u)
            at++;
        double t = (u - c->u[at]) / (c->u[at + 1] - c->u[at]);
        g.value[i] = filtered(c, at) * (1 - t) + filtered(c, at + 1) * t;
    }
    *out = g;
    return CB_OK;
}

static double rise_at(const grid *g, size_t i)
{
    size_t low = i < HALF_WINDOW ? 0 : i - HALF_WINDOW;
    size_t high = i + HALF_WINDOW >= g->n ? g->n - 1 : i + HALF_WINDOW;
    return g->value[high] - g->value[low];
}

/* Where the curve rises. The window widens each region by a quarter octave on both sides, which is
 * taken off again. */
static size_t find_regions(const grid *g, region *regions)
{
    size_t count = 0;
    for (size_t i = 0; i < g->n && count < MAX_REGIONS; i++) {
        if (rise_at(g, i) <= RISE_IN_WINDOW)
            continue;
        region r = {i, i};
        while (r.high + 1 < g->n && rise_at(g, r.high + 1) > RISE_IN_WINDOW)
            r.high++;
        i = r.high;
        if (r.low > 0)
            r.low += HALF_WINDOW;
        if (r.high + 1 < g->n)
            r.high = r.high > HALF_WINDOW ? r.high - HALF_WINDOW : 0;
        if (r.high < r.low)
            r.low = r.high = (r.low + r.high) / 2;
        regions[count++] = r;
    }
    return count;
}

/* Mean over up to a quarter octave next to a region: the level that the curve comes from or goes
 * to. */
static double level_of(const grid *g, size_t from, size_t to)
{
    double sum = 0;
    for (size_t i = from; i <= to; i++)
        sum += g->value[i];
    return sum / (double)(to - from + 1);
}

static double region_rise(const grid *g, region r)
{
    size_t first = r.low < HALF_WINDOW ? 0 : r.low - HALF_WINDOW;
    size_t last = r.high + HALF_WINDOW >= g->n ? g->n - 1 : r.high + HALF_WINDOW;
    return level_of(g, r.high, last) - level_of(g, first, r.low);
}

/* A step between two plateaus that may tilt (the TLB's slow rise is under every cache's edge):
 *   y(u) = (1 - m)(p0 + p2 (u - centre)) + m (p1 + p3 (u - centre)),  m = m(u - centre). */
enum { PARAMETERS = 4 };

static void basis(double u, double m, double terms[PARAMETERS])
{
    terms[0] = 1 - m;
    terms[1] = m;
    terms[2] = (1 - m) * u;
    terms[3] = m * u;
}

/* Gauss-Jordan on a symmetric positive definite system with its right side in the last column. */
static bool eliminate(double a[PARAMETERS][PARAMETERS + 1])
{
    for (int i = 0; i < PARAMETERS; i++) {
        if (!(a[i][i] > 0))
            return false;
        for (int row = 0; row < PARAMETERS; row++) {
            double factor = a[row][i] / a[i][i];
            for (int col = i; row != i && col <= PARAMETERS; col++)
                a[row][col] -= factor * a[i][col];
        }
    }
    return true;
}

/* A residual is measured in the point's own time, for the noise of timing, and a part of the step,
 * for the chance in which pages share a colour. */
static void set_units(fitting *f)
{
    const curve *c = f->c;
    double chance = CHANCE * (c->y[c->n - 1] - c->y[0]);
    for (size_t i = 0; i < c->n; i++)
        f->unit[i] = hypot(c->y[i], chance);
}

static double squared(double x)
{
    return x * x;
}

/* Least squares on relative residuals, points weighted by w. A tilt of one plateau's height an
 * octave costs TILT_COST, so that a plateau with hardly any points stays level. */
static bool solve(const fitting *f, double centre, double p[PARAMETERS])
{
    const curve *c = f->c;
    double a[PARAMETERS][PARAMETERS + 1] = {{0}};
    a[2][2] = TILT_COST / squared(f->unit[0]);
    a[3][3] = TILT_COST / squared(f->unit[c->n - 1]);
    for (size_t i = 0; i < c->n; i++) {
        double terms[PARAMETERS], scale = f->w[i] / squared(f->unit[i]);
        basis(c->u[i] - centre, f->miss[i], terms);
        for (int row = 0; row < PARAMETERS; row++) {
            for (int col = row; col < PARAMETERS; col++)
                a[row][col] += scale * terms[row] * terms[col];
            a[row][PARAMETERS] += scale * terms[row] * c->y[i];
        }
    }
    for (int row = 1; row < PARAMETERS; row++)
        for (int col = 0; col < row; col++)
            a[row][col] = a[col][row];
    if (!eliminate(a))
        return false;
    for (int i = 0; i < PARAMETERS; i++)
        p[i] = a[i][PARAMETERS] / a[i][i];
    return p[0] > 0 && p[1] > p[0];
}

/* Huber's cost: a residual beyond OUTLIER counts linearly, so that a disturbed point cannot pull
 * the edge. The weights of the next round are written to w. */
static double huber_cost(fitting *f, double centre, const double p[PARAMETERS])
{
    const curve *c = f->c;
    double cost = 0;
    for (size_t i = 0; i < c->n; i++) {
        double terms[PARAMETERS], model = 0;
        basis(c->u[i] - centre, f->miss[i], terms);
        for (int k = 0; k < PARAMETERS; k++)
            model += p[k] * terms[k];
        double off = fabs(c->y[i] - model) / f->unit[i];
        f->w[i] = off > OUTLIER ? OUTLIER / off : 1;
        cost += off > OUTLIER ? OUTLIER * (2 * off - OUTLIER) : off * off;
    }
    return cost;
}

static fit fit_at(fitting *f, size_t shape, double centre)
{
    fit found = {INFINITY, centre, 0, 0, cb_miss_shapes[shape].name};
    for (size_t i = 0; i < f->c->n; i++) {
        f->miss[i] = cb_miss_share_at(shape, f->c->u[i] - centre);
        f->w[i] = 1;
    }
    for (int round = 0; round < 3; round++) {
        double p[PARAMETERS];
        if (!solve(f, centre, p))
            return found;
        found.cost = huber_cost(f, centre, p);
        found.below = p[0];
        found.above = p[1];
    }
    return found;
}

/* The best of the centres low + k / FINE, k = from, from + by, ... to. */
static fit fit_best(fitting *f, size_t shape, double low, int from, int to, int by, int *at)
{
    fit best = {.cost = INFINITY};
    for (int k = from; k <= to; k += by) {
        fit found = fit_at(f, shape, low + (double)k / FINE);
        if (found.cost >= best.cost)
            continue;
        best = found;
        *at = k;
    }
    return best;
}

static fit fit_shape(fitting *f, size_t shape, double low, double high)
{
    int last = (int)((high - low) * FINE), at = 0, ignored;
    fit coarse = fit_best(f, shape, low, 0, last, COARSE, &at);
    if (!isfinite(coarse.cost))
        return coarse;
    int from = at < COARSE ? 0 : at - COARSE + 1, to = at + COARSE - 1;
    return fit_best(f, shape, low, from, to < last ? to : last, 1, &ignored);
}

/* Small caches are indexed by address bits inside a page, so their sets fill evenly and in order.
 * Large ones see the physical page: chance decides (and huge pages may make them even again). */
static bool plausible(const cb_miss_shape *shape, double bytes)
{
    if (bytes <= LARGEST_PAGE_INDEXED)
        return !shape->coloured;
    return shape->coloured || shape->replacement != CB_REPLACE_RANDOM;
}

/* Several shapes may explain a noisy step almost equally well with centres up to 15 % apart. Their
 * average, weighted by how well each fits, moves less from run to run than the best one alone. */
static fit average_shapes(fitting *f, double low, double high)
{
    fit best = {.cost = INFINITY};
    double weights = 0, weighted = 0;
    for (size_t s = 0; s < cb_miss_shape_count; s++) {
        if (!plausible(&cb_miss_shapes[s], exp2((low + high) / 2)))
            continue;
        fit found = fit_shape(f, s, low, high);
        if (!isfinite(found.cost))
            continue;
        double weight = pow(found.cost + (double)f->c->n * squared(NOISE_FLOOR), -3);
        weights += weight;
        weighted += weight * found.centre;
        if (found.cost < best.cost)
            best = found;
    }
    if (weights > 0)
        best.centre = weighted / weights;
    return best;
}

static cb_status fit_shapes(const curve *c, double low, double high, fit *best)
{
    double *room = malloc(3 * c->n * sizeof *room);
    if (!room)
        return CB_NO_MEMORY;
    fitting f = {c, room, room + c->n, room + 2 * c->n};
    set_units(&f);
    *best = average_shapes(&f, low, high);
    free(room);
    return CB_OK;
}

/* Too few points for a shape: where the curve passes the geometric mean of the two plateaus. */
static fit half_height(const grid *g, region r)
{
    size_t first = r.low < HALF_WINDOW ? 0 : r.low - HALF_WINDOW;
    size_t last = r.high + HALF_WINDOW >= g->n ? g->n - 1 : r.high + HALF_WINDOW;
    double half = (g->value[first] + g->value[last]) / 2;
    size_t i = first;
    while (i < last && g->value[i] < half)
        i++;
    return (fit){0, g->u0 + (double)i / STEPS_PER_OCTAVE, exp2(g->value[first]),
                 exp2(g->value[last]), "half height"};
}

static double grid_u(const grid *g, size_t i)
{
    return g->u0 + (double)i / STEPS_PER_OCTAVE;
}

/* The part of the curve that belongs to one step: its plateaus, but not the neighbouring steps. */
static curve cut(const curve *c, double from, double to)
{
    size_t first = 0, last = c->n;
    while (first < c->n && c->u[first] < from - 1e-9)
        first++;
    while (last > first && c->u[last - 1] > to + 1e-9)
        last--;
    return (curve){c->u + first, c->y + first, last - first};
}

static cb_status fit_region(const curve *c, const grid *g, const region *regions, size_t count,
                            size_t at, cb_edge *edge)
{
    region r = regions[at];
    double low = grid_u(g, r.low), high = grid_u(g, r.high);
    double from = at ? grid_u(g, regions[at - 1].high) : grid_u(g, 0);
    double to = at + 1 < count ? grid_u(g, regions[at + 1].low) : grid_u(g, g->n);
    curve part = cut(c, fmax(from, low - PLATEAU_BEFORE), fmin(to, high + PLATEAU_BEHIND));
    fit f = {.cost = INFINITY};
    cb_status status = CB_OK;
    if (part.n >= MIN_FIT_POINTS)
        status = fit_shapes(&part, low - 0.25, high + 0.25, &f);
    if (status)
        return status;
    if (!isfinite(f.cost))
        f = half_height(g, r);
    *edge = (cb_edge){exp2(f.centre), exp2(low), exp2(high), f.below, f.above, f.shape};
    return CB_OK;
}

cb_status cb_edges_find(const cb_edge_point *points, size_t n, size_t capacity, cb_edge *edges,
                        size_t *count)
{
    curve c = {0};
    grid g = {0};
    region regions[MAX_REGIONS];
    size_t found = 0;
    cb_status status = curve_new(points, n, &c);
    if (status || c.n < MIN_BLOCKS)
        goto out;
    status = grid_new(&c, &g);
    if (status)
        goto out;
    size_t region_count = find_regions(&g, regions);
    for (size_t i = 0; i < region_count && found < capacity && !status; i++)
        if (region_rise(&g, regions[i]) >= LEAST_RISE)
            status = fit_region(&c, &g, regions, region_count, i, &edges[found++]);
out:
    curve_free(&c);
    free(g.value);
    if (!status)
        *count = found;
    return status;
}
