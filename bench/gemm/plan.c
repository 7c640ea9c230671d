#include "bench/gemm/gemm.h"

#include "bench/gemm/candidates.h"
#include "bench/gemm/panels.h"
#include "bench/gemm/predict.h"
#include "bench/gemm/split.h"
#include "results/results.h"

#include <string.h>

int cb_gemm_plan_threads(const cb_gemm_plan *plan)
{
    return plan->threads_m * plan->threads_n * cb_gemm_plan_parts(plan);
}

const char *cb_gemm_order_name(cb_gemm_order order)
{
    return order == CB_GEMM_B_OUTER ? "jpi" : "ipj";
}

double cb_gemm_plan_packed_bytes(const cb_gemm_plan *plan)
{
    const cb_gemm_type *type = cb_gemm_type_of(plan->kernel->dtype);
    double a = (double)cb_round_up(plan->m, (size_t)plan->kernel->mr) * (double)plan->k *
               (double)type->a_bytes;
    double b = (double)cb_round_up(plan->n, (size_t)plan->kernel->nr) * (double)plan->k *
               (double)type->b_bytes;
    /* The inner operand is packed for each block of the outer one, by each thread that needs it. */
    if (plan->order == CB_GEMM_B_OUTER)
        a *= (double)(cb_ceil_div(cb_ceil_div(plan->n, (size_t)plan->threads_n), plan->nc) *
                      (size_t)plan->threads_n);
    else
        b *= (double)(cb_ceil_div(cb_ceil_div(plan->m, (size_t)plan->threads_m), plan->mc) *
                      (size_t)plan->threads_m);
    return (plan->packs & CB_GEMM_PACK_A ? a : 0) + (plan->packs & CB_GEMM_PACK_B ? b : 0);
}

void cb_gemm_plan_describe(const cb_gemm_plan *p, json_t *row)
{
    const cb_gemm_kernel *k = p->kernel;
    json_object_set_new(row, "tile",
                        json_pack("{s:i, s:i, s:i}", "mr", k->mr, "nr", k->nr, "kr",
                                  k->kr_a > k->kr_b ? k->kr_a : k->kr_b));
    json_object_set_new(row, "blocking",
                        json_pack("{s:I, s:I, s:I, s:s, s:i, s:i, s:i, s:s}", "mc",
                                  (json_int_t)p->mc, "kc", (json_int_t)p->kc, "nc",
                                  (json_int_t)p->nc, "order", cb_gemm_order_name(p->order),
                                  "threads_m", p->threads_m, "threads_n", p->threads_n, "threads_k",
                                  cb_gemm_plan_parts(p), "origin", p->origin));
    json_t *packing =
        json_pack("{s:b, s:b, s:f}", "a", (p->packs & CB_GEMM_PACK_A) != 0, "b",
                  (p->packs & CB_GEMM_PACK_B) != 0, "bytes", cb_gemm_plan_packed_bytes(p));
    cb_row_set_number(packing, "time_s", 0,
                      p->packs ? "packing was not measured alone" : "the call packs nothing");
    json_object_set_new(row, "packing", packing);
}

/* ---- checking ---- */

static cb_status check_operand(const char *name, cb_gemm_source source, bool packs, bool direct,
                               bool transposed, cb_error *err)
{
    if (source == CB_GEMM_PACKED && packs)
        return cb_fail(err, CB_USAGE, "plan: %s is packed already and would be packed again", name);
    if (source == CB_GEMM_VIRTUAL && !packs)
        return cb_fail(err, CB_USAGE, "plan: %s is virtual and must be packed in the call", name);
    if (source == CB_GEMM_MATRIX && !packs && (!direct || transposed))
        return cb_fail(err, CB_USAGE, "plan: this kernel cannot take %s%s where it lies", name,
                       transposed ? " transposed" : "");
    return CB_OK;
}

/* Who makes panels of f32 and f64 may count on one step after the other. */
static cb_status check_virtual(const cb_gemm_plan *p, const cb_gemm_problem *q, cb_error *err)
{
    const cb_gemm_type *type = cb_gemm_type_of(p->kernel->dtype);
    bool is_wide = type->a == CB_F32 || type->a == CB_F64;
    if (is_wide && q->a == CB_GEMM_VIRTUAL && p->kernel->kr_a > 1)
        return cb_fail(err, CB_USAGE,
                       "plan: %s wants pairs of steps, a virtual A gives single ones",
                       p->kernel->name);
    return CB_OK;
}

/* A promise of the plan about an operand that is not packed cannot be kept. */
static cb_status check_sums(const cb_gemm_plan *p, const cb_gemm_problem *q, cb_error *err)
{
    bool a_packed = q->a == CB_GEMM_PACKED || p->packs & CB_GEMM_PACK_A;
    bool b_packed = q->b == CB_GEMM_PACKED || p->packs & CB_GEMM_PACK_B;
    bool flips = strcmp(cb_gemm_plan_dtype(p), p->kernel->dtype) != 0;
    if (flips && !(cb_gemm_type_of(p->kernel->dtype)->is_integer &&
                   cb_gemm_type_of(cb_gemm_plan_dtype(p))->is_integer))
        return cb_fail(err, CB_USAGE, "plan: %s cannot multiply %s", p->kernel->name,
                       cb_gemm_plan_dtype(p));
    if (((q->row_sums || flips) && !a_packed) || ((q->column_sums || flips) && !b_packed))
        return cb_fail(err, CB_USAGE, "plan: sums need packed operands");
    if (p->row_sums != q->row_sums || p->column_sums != q->column_sums)
        return cb_fail(err, CB_USAGE, "plan: made for other sums");
    return CB_OK;
}

static bool is_in_steps(size_t block, size_t whole, int step)
{
    return block > 0 && (block >= whole || block % (size_t)step == 0);
}

static cb_status check_blocks(const cb_gemm_plan *p, cb_error *err)
{
    const cb_gemm_kernel *k = p->kernel;
    if (!is_in_steps(p->mc, p->m, k->mr) || !is_in_steps(p->nc, p->n, k->nr) ||
        !is_in_steps(p->kc, p->k, k->kr_a) || !is_in_steps(p->kc, p->k, k->kr_b))
        return cb_fail(err, CB_USAGE,
                       "plan: blocks of %zu x %zu x %zu are not multiples of %s's tile", p->mc,
                       p->nc, p->kc, k->name);
    if (p->no_c && p->kc < p->k)
        return cb_fail(err, CB_USAGE, "plan: without C all of k must be one block");
    if (p->threads_m < 1 || p->threads_n < 1 || p->threads_k < 0)
        return cb_fail(err, CB_USAGE, "plan: a grid of %d x %d x %d threads", p->threads_m,
                       p->threads_n, p->threads_k);
    return CB_OK;
}

static cb_status check_parts(const cb_gemm_plan *p, const cb_gemm_problem *q, cb_error *err)
{
    size_t parts = (size_t)cb_gemm_plan_parts(p);
    const cb_gemm_type *type = cb_gemm_type_of(cb_gemm_plan_dtype(p));
    if (parts == 1)
        return CB_OK;
    if (q->a != CB_GEMM_MATRIX || q->b != CB_GEMM_MATRIX || p->no_c || p->row_sums ||
        p->column_sums)
        return cb_fail(err, CB_USAGE, "plan: k can be cut only where A, B and C lie in memory");
    if (type->c == CB_F16)
        return cb_fail(err, CB_USAGE, "plan: sums of parts of k would be rounded to float16");
    if ((parts - 1) * cb_gemm_part_steps(p) >= p->k)
        return cb_fail(err, CB_USAGE, "plan: %zu steps of k give no %zu parts", p->k, parts);
    return CB_OK;
}

cb_status cb_gemm_plan_check(const cb_gemm_plan *p, const cb_gemm_problem *q, cb_error *err)
{
    if (p->m != q->m || p->n != q->n || p->k != q->k)
        return cb_fail(err, CB_USAGE, "plan: made for %zux%zux%zu, not for %zux%zux%zu", p->m, p->n,
                       p->k, q->m, q->n, q->k);
    if (cb_gemm_plan_threads(p) > q->threads)
        return cb_fail(err, CB_USAGE, "plan: wants %d threads, there are %d",
                       cb_gemm_plan_threads(p), q->threads);
    if (q->scales && !p->packs)
        return cb_fail(err, CB_USAGE, "plan: alpha needs an operand that the call packs");
    cb_status status = check_operand("A", q->a, p->packs & CB_GEMM_PACK_A,
                                     p->kernel->direct & CB_GEMM_DIRECT_A, q->a_transposed, err);
    status = status ? status
                    : check_operand("B", q->b, p->packs & CB_GEMM_PACK_B,
                                    p->kernel->direct & CB_GEMM_DIRECT_B, q->b_transposed, err);
    status = status ? status : check_virtual(p, q, err);
    status = status ? status : check_sums(p, q, err);
    status = status ? status : check_blocks(p, err);
    return status ? status : check_parts(p, q, err);
}

/* ---- the default ---- */

cb_status cb_gemm_plan_make(const cb_gemm_problem *problem, const cb_gemm_target *target,
                            cb_error *err, cb_gemm_plan *plan)
{
    cb_gemm_core_rates rates = cb_gemm_rates_of(target->machine, target->cpu, problem->threads);
    cb_gemm_candidates candidates;
    cb_status status = cb_gemm_candidates_new(problem, target, CB_GEMM_FEW, err, &candidates);
    if (status != CB_OK)
        return status;
    double best = -1;
    for (size_t i = 0; i < candidates.count; i++) {
        double cycles = cb_gemm_predict_cycles(&candidates.plans[i], problem, &rates);
        if (best < 0 || cycles < best) {
            best = cycles;
            *plan = candidates.plans[i];
        }
    }
    plan->origin = "default";
    cb_gemm_candidates_free(&candidates);
    return CB_OK;
}
