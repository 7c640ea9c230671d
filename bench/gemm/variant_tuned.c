#include "bench/gemm/variant_tuned.h"

#include "bench/gemm/tune_log.h"

#include <stdlib.h>

typedef struct {
    cb_gemm_plan plan;
    cb_gemm *gemm;
    cb_gemm_packed *weights; /* NULL: B lies as it is */
    cb_gemm_args args;
} tuned_state;

cb_gemm_problem cb_gemm_problem_of(const cb_gemm_work *w)
{
    return (cb_gemm_problem){.dtype = w->type->dtype,
                             .m = w->shape.m,
                             .n = w->shape.n,
                             .k = w->shape.k,
                             .threads = w->threads,
                             .b = w->b_packed ? CB_GEMM_PACKED : CB_GEMM_MATRIX,
                             .a_transposed = w->a_transposed,
                             .b_transposed = w->b_transposed,
                             .a_ld = w->a.ld,
                             .b_ld = w->b.ld};
}

cb_gemm_target cb_gemm_target_of(const cb_gemm_work *w)
{
    /* --kernel selects rows of any variant; it narrows the micro-kernels only where it can. */
    return (cb_gemm_target){.machine = w->bench->machine,
                            .isa = w->bench->isa,
                            .kernel_glob = w->bench->kernel_glob,
                            .cpu = w->cpu};
}

static cb_status choose_plan(const cb_gemm_work *w, cb_error *err, cb_gemm_plan *plan)
{
    cb_gemm_problem problem = cb_gemm_problem_of(w);
    cb_gemm_target target = cb_gemm_target_of(w);
    if (w->plan) {
        *plan = *w->plan;
        return cb_gemm_plan_check(plan, &problem, err);
    }
    if (cb_tune_log_find(w->log, &problem, &target, plan))
        return CB_OK;
    return cb_gemm_plan_make(&problem, &target, err, plan);
}

static cb_status describe(void *state, json_t *row)
{
    cb_gemm_plan_describe(&((const tuned_state *)state)->plan, row);
    return CB_OK;
}

static void pack(void *state, int thread, uint64_t repeats)
{
    tuned_state *s = state;
    for (uint64_t r = 0; r < repeats; r++)
        cb_gemm_call_packing(s->gemm, &s->args, thread);
}

cb_status cb_gemm_prepare_tuned(const cb_gemm_work *w, cb_error *err, cb_gemm_prepared *prepared)
{
    tuned_state *s = calloc(1, sizeof *s);
    if (!s)
        return cb_fail(err, CB_NO_MEMORY, "no memory to prepare a product");
    cb_status status = choose_plan(w, err, &s->plan);
    status = status ? status : cb_gemm_new(&s->plan, err, &s->gemm);
    if (status == CB_OK && w->b_packed)
        status = cb_gemm_pack_b(&s->plan, &w->b, err, &s->weights);
    if (status != CB_OK) {
        cb_gemm_release_tuned(s);
        return status;
    }
    s->args = (cb_gemm_args){.a = w->a, .b = w->b, .c = w->c, .c_ld = w->c_ld, .alpha = 1};
    if (s->weights)
        s->args.b = cb_gemm_packed_operand(s->weights);
    *prepared = (cb_gemm_prepared){.state = s,
                                   .kernel = s->plan.kernel->name,
                                   .isa = s->plan.kernel->isa,
                                   .describe = describe,
                                   .pack = s->plan.packs ? pack : NULL};
    return CB_OK;
}

void cb_gemm_run_tuned(void *state, int thread, uint64_t repeats)
{
    tuned_state *s = state;
    for (uint64_t r = 0; r < repeats; r++)
        cb_gemm_call(s->gemm, &s->args, thread);
}

void cb_gemm_release_tuned(void *state)
{
    tuned_state *s = state;
    cb_gemm_packed_free(s->weights);
    cb_gemm_free(s->gemm);
    free(s);
}
