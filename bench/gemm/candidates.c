#include "bench/gemm/candidates.h"

#include "bench/gemm/panels.h"
#include "bench/gemm/predict.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES = 8 };

typedef struct {
    const cb_gemm_problem *problem;
    const cb_gemm_target *target;
    cb_gemm_core_rates rates;
    cb_gemm_breadth breadth;
    cb_gemm_candidates *out;
    cb_gemm_plan plan; /* so far */
} maker;

typedef struct {
    size_t values[SIZES];
    size_t count;
} sizes;

static void add_size(sizes *s, size_t value)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->values[i] == value)
            return;
    if (s->count < SIZES)
        s->values[s->count++] = value;
}

/* `wanted` as blocks of equal length, in steps; at most the whole. */
static size_t even_block(size_t whole, double wanted, size_t step)
{
    size_t block = wanted < 1 ? 1 : wanted > 1e9 ? whole : (size_t)wanted;
    if (!whole || block >= whole)
        return cb_round_up(whole ? whole : 1, step);
    size_t blocks = cb_ceil_div(whole, block);
    return cb_round_up(cb_ceil_div(whole, blocks), step);
}

/* ---- blocks ---- */

static size_t common_kr(const cb_gemm_kernel *k)
{
    size_t a = (size_t)k->kr_a, b = (size_t)k->kr_b; /* powers of two */
    return a > b ? a : b;
}

static sizes depths(const maker *m)
{
    static const double all[] = {96, 128, 192, 256, 384, 512, 768, 1536};
    static const double few[] = {192, 256, 384, 512, 1536};
    const cb_gemm_kernel *k = m->plan.kernel;
    bool narrow = m->breadth == CB_GEMM_FEW;
    sizes s = {.count = 0};
    if (m->problem->no_c) {
        add_size(&s, even_block(m->problem->k, INFINITY, common_kr(k)));
        return s;
    }
    double scale = 4.0 / (double)cb_gemm_type_of(k->dtype)->b_bytes;
    for (size_t i = 0; i < (narrow ? 5 : 8); i++)
        add_size(&s, even_block(m->problem->k, scale * (narrow ? few : all)[i], common_kr(k)));
    return s;
}

/* Lines of the inner operand, so that its block fills a part of the second-level cache; or one
 * panel, which is still in the first-level cache when it has been packed. */
static sizes inner_blocks(const maker *m, size_t lines, size_t element, size_t width)
{
    static const double parts[] = {0.25, 0.5, 0.75, 0.125};
    sizes s = {.count = 0};
    double line_bytes = (double)m->plan.kc * (double)element;
    for (size_t i = 0; i < (m->breadth == CB_GEMM_FEW ? 1 : 4); i++)
        add_size(&s, even_block(lines, parts[i] * m->rates.cache_bytes[1] / line_bytes, width));
    add_size(&s, width);
    return s;
}

/* Lines of the outer operand: its block fills a part of the third level, or passes the second one
 * by where there is no third. */
static sizes outer_blocks(const maker *m, size_t lines, size_t element, size_t width)
{
    sizes s = {.count = 0};
    double cache =
        m->rates.cache_bytes[2] > 0 ? m->rates.cache_bytes[2] / 2 : 4 * m->rates.cache_bytes[1];
    double line_bytes = (double)m->plan.kc * (double)element;
    add_size(&s, even_block(lines, cache / line_bytes, width));
    if (m->breadth == CB_GEMM_ALL)
        add_size(&s, even_block(lines, cache / 8 / line_bytes, width));
    return s;
}

static cb_status add(maker *m, cb_error *err)
{
    cb_gemm_candidates *out = m->out;
    if (cb_gemm_plan_check(&m->plan, m->problem, NULL) != CB_OK)
        return CB_OK;
    if (out->count == out->capacity) {
        size_t capacity = out->capacity ? 2 * out->capacity : 64;
        cb_gemm_plan *plans = realloc(out->plans, capacity * sizeof *plans);
        if (!plans)
            return cb_fail(err, CB_NO_MEMORY, "no memory for %zu plans", capacity);
        out->plans = plans;
        out->capacity = capacity;
    }
    out->plans[out->count++] = m->plan;
    return CB_OK;
}

static cb_status add_blocks(maker *m, cb_error *err)
{
    const cb_gemm_type *type = cb_gemm_type_of(m->problem->dtype);
    const cb_gemm_kernel *k = m->plan.kernel;
    bool b_outer = m->plan.order == CB_GEMM_B_OUTER;
    size_t mr = (size_t)k->mr, nr = (size_t)k->nr;
    size_t rows = cb_ceil_div(m->problem->m, (size_t)m->plan.threads_m);
    size_t columns = cb_ceil_div(m->problem->n, (size_t)m->plan.threads_n);
    sizes mcs = b_outer ? inner_blocks(m, rows, type->a_bytes, mr)
                        : outer_blocks(m, rows, type->a_bytes, mr);
    sizes ncs = b_outer ? outer_blocks(m, columns, type->b_bytes, nr)
                        : inner_blocks(m, columns, type->b_bytes, nr);
    cb_status status = CB_OK;
    if (!m->plan.packs && m->plan.kc >= m->problem->k) { /* in one block: direct.h */
        add_size(&mcs, even_block(rows, INFINITY, mr));
        add_size(&ncs, even_block(columns, INFINITY, nr));
    }
    for (size_t i = 0; i < mcs.count; i++)
        for (size_t j = 0; j < ncs.count && status == CB_OK; j++) {
            m->plan.mc = mcs.values[i];
            m->plan.nc = ncs.values[j];
            status = add(m, err);
        }
    return status;
}

/* ---- kernels, threads, packing ---- */

/* s8 on kernels of u8s8, and the other way round: A is packed with its highest bits turned over. */
static bool multiplies(const cb_gemm_kernel *k, const char *dtype)
{
    bool is_int8 = strcmp(dtype, "s8") == 0 || strcmp(dtype, "u8s8") == 0;
    return strcmp(k->dtype, dtype) == 0 ||
           (is_int8 && cb_gemm_type_of(k->dtype)->is_integer && cb_gemm_type_of(dtype));
}

/* Kernels that lay two steps of k into a vector serve products which do not fill it. */
static bool is_too_narrow(const maker *m, const cb_gemm_kernel *k)
{
    return strcmp(k->dtype, "f32") == 0 && k->kr_a > 1 && m->problem->n > (size_t)k->nr;
}

static bool may_use(const maker *m, const cb_gemm_kernel *k)
{
    const char *glob = m->target->kernel_glob;
    cb_gemm_core wrong = m->rates.in_order ? CB_GEMM_OUT_OF_ORDER : CB_GEMM_IN_ORDER;
    return multiplies(k, m->problem->dtype) && (glob || !is_too_narrow(m, k)) &&
           (m->target->isa & cb_isa_bit(k->isa)) && (!glob || fnmatch(glob, k->name, 0) == 0) &&
           (glob || k->core != wrong);
}

static cb_status add_depths(maker *m, cb_error *err)
{
    sizes kcs = depths(m);
    cb_status status = CB_OK;
    for (size_t i = 0; i < kcs.count && status == CB_OK; i++) {
        m->plan.kc = kcs.values[i];
        status = add_blocks(m, err);
    }
    return status;
}

static cb_status add_orders(maker *m, cb_error *err)
{
    cb_status status = CB_OK;
    for (unsigned packs = 0; packs < 4 && status == CB_OK; packs++)
        for (int order = 0; order < 2 && status == CB_OK; order++) {
            m->plan.packs = packs;
            m->plan.order = (cb_gemm_order)order;
            status = add_depths(m, err);
        }
    return status;
}

/* Every grid of so many threads over C. */
static cb_status add_grids_of(maker *m, int threads, cb_error *err)
{
    cb_status status = CB_OK;
    for (int rows = 1; rows <= threads && status == CB_OK; rows++)
        if (threads % rows == 0) {
            m->plan.threads_m = rows;
            m->plan.threads_n = threads / rows;
            status = add_orders(m, err);
        }
    return status;
}

/* Cutting k costs a C for each part: worth a thought only where A and B are far larger. */
static bool is_long(const cb_gemm_problem *q)
{
    size_t widest = q->m > q->n ? q->m : q->n;
    return q->a == CB_GEMM_MATRIX && q->b == CB_GEMM_MATRIX && q->k / 4 >= widest;
}

/* Every grid of as many threads as there are, and of one. */
static cb_status add_grids(maker *m, cb_error *err)
{
    int threads = m->problem->threads > 1 ? m->problem->threads : 1;
    m->plan.threads_k = 1;
    cb_status status = add_grids_of(m, 1, err);
    for (int parts = 1; parts <= threads && threads > 1 && status == CB_OK; parts++)
        if (threads % parts == 0 && (parts == 1 || is_long(m->problem))) {
            m->plan.threads_k = parts;
            status = add_grids_of(m, threads / parts, err);
        }
    return status;
}

static cb_status nothing_fits(const cb_gemm_problem *q, const cb_gemm_target *t, cb_error *err)
{
    return cb_fail(err, CB_UNSUPPORTED, "no %s micro-kernel%s%.60s%s may run here%s", q->dtype,
                   t->kernel_glob ? " that matches '" : "", t->kernel_glob ? t->kernel_glob : "",
                   t->kernel_glob ? "'" : "", q->scales ? " with alpha" : "");
}

cb_status cb_gemm_candidates_new(const cb_gemm_problem *problem, const cb_gemm_target *target,
                                 cb_gemm_breadth breadth, cb_error *err,
                                 cb_gemm_candidates *candidates)
{
    if (!cb_gemm_type_of(problem->dtype))
        return cb_fail(err, CB_USAGE, "'%s' is no type of matrix multiply", problem->dtype);
    *candidates = (cb_gemm_candidates){.plans = NULL};
    maker m = {.problem = problem,
               .target = target,
               .rates = cb_gemm_rates_of(target->machine, target->cpu, problem->threads),
               .breadth = breadth,
               .out = candidates};
    cb_status status = CB_OK;
    for (size_t i = 0; i < cb_gemm_kernel_count && status == CB_OK; i++) {
        if (!may_use(&m, &cb_gemm_kernels[i]))
            continue;
        m.plan = (cb_gemm_plan){.kernel = &cb_gemm_kernels[i],
                                .m = problem->m,
                                .n = problem->n,
                                .k = problem->k,
                                .no_c = problem->no_c,
                                .dtype = cb_gemm_type_of(problem->dtype)->dtype,
                                .row_sums = problem->row_sums,
                                .column_sums = problem->column_sums,
                                .origin = "given"};
        status = add_grids(&m, err);
    }
    if (status == CB_OK && !candidates->count)
        status = nothing_fits(problem, target, err);
    if (status != CB_OK)
        cb_gemm_candidates_free(candidates);
    return status;
}

void cb_gemm_candidates_free(cb_gemm_candidates *candidates)
{
    free(candidates->plans);
    *candidates = (cb_gemm_candidates){.plans = NULL};
}
