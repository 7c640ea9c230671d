/* C = alpha A B + beta C whatever the shape, the plan, the source of the operands and the threads.
 */
#include "gemm_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static size_t in_steps(random_numbers *r, size_t most, int step)
{
    return (size_t)step * (1 + draw(r, most / (size_t)step + 1));
}

/* A plan for the kernel with random blocks; packing where the problem leaves no choice. */
static cb_gemm_plan random_plan(random_numbers *r, const cb_gemm_kernel *kernel,
                                const cb_gemm_problem *q)
{
    int kr = kernel->kr_a > kernel->kr_b ? kernel->kr_a : kernel->kr_b;
    cb_gemm_plan p = {.kernel = kernel,
                      .m = q->m,
                      .n = q->n,
                      .k = q->k,
                      .mc = in_steps(r, 40, kernel->mr),
                      .nc = in_steps(r, 60, kernel->nr),
                      .kc = in_steps(r, 30, kr),
                      .order = (cb_gemm_order)draw(r, 2),
                      .threads_m = 1,
                      .threads_n = 1,
                      .packs = (unsigned)draw(r, 4),
                      .no_c = q->no_c,
                      .origin = "given"};
    if (q->threads > 1) {
        p.threads_m = 1 + (int)draw(r, (size_t)q->threads);
        p.threads_n = q->threads / p.threads_m;
    }
    if (q->no_c)
        p.kc = q->k + (size_t)kr - q->k % (size_t)kr;
    if (q->a == CB_GEMM_PACKED)
        p.packs &= ~(unsigned)CB_GEMM_PACK_A;
    if (q->b == CB_GEMM_PACKED)
        p.packs &= ~(unsigned)CB_GEMM_PACK_B;
    if (q->a == CB_GEMM_VIRTUAL ||
        (q->a == CB_GEMM_MATRIX &&
         (q->a_transposed || q->scales || !(kernel->direct & CB_GEMM_DIRECT_A))))
        p.packs |= CB_GEMM_PACK_A;
    if (q->b == CB_GEMM_VIRTUAL ||
        (q->b == CB_GEMM_MATRIX && (q->b_transposed || !(kernel->direct & CB_GEMM_DIRECT_B))))
        p.packs |= CB_GEMM_PACK_B;
    return p;
}

static void fail_case(const gemm_case *t, const cb_gemm_plan *p, const cb_gemm_verdict *v)
{
    fail_msg("%s %zux%zux%zu mc=%zu kc=%zu nc=%zu %s packs=%u grid=%dx%d ta=%d tb=%d alpha=%g "
             "beta=%g: error %g, %g of the bound%s",
             p->kernel->name, p->m, p->n, p->k, p->mc, p->kc, p->nc, cb_gemm_order_name(p->order),
             p->packs, p->threads_m, p->threads_n, t->problem.a_transposed, t->problem.b_transposed,
             t->args.alpha, t->args.beta, v->max_abs_err, v->max_of_bound,
             gaps_are_kept(t) ? "" : ", and C's gaps were written");
}

static void run_case(gemm_case *t, const cb_gemm_plan *plan, int threads)
{
    cb_gemm *gemm;
    cb_error err;
    if (cb_gemm_plan_check(plan, &t->problem, &err) != CB_OK)
        fail_msg("%s: %s", plan->kernel->name, err.text);
    assert_int_equal(cb_gemm_new(plan, NULL, &gemm), CB_OK);
    call_with_threads(gemm, &t->args, threads, 1);
    cb_gemm_verdict verdict = gemm_case_verdict(t, t->c.data, t->args.c_ld);
    if (!verdict.ok || !gaps_are_kept(t))
        fail_case(t, plan, &verdict);
    cb_gemm_free(gemm);
}

static bool runs_here(const cb_gemm_kernel *k)
{
    return cb_isa_detect() & cb_isa_bit(k->isa);
}

static void every_kernel_multiplies_any_shape_by_any_plan(void **state)
{
    (void)state;
    random_numbers r = {1};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 24 && runs_here(&cb_gemm_kernels[i]); round++) {
            size_t m = draw(&r, 70), n = draw(&r, 90), k = draw(&r, 80);
            gemm_case t = gemm_case_new(&r, cb_gemm_kernels[i].dtype, m, n, k);
            cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[i], &t.problem);
            run_case(&t, &plan, 1);
            gemm_case_free(&t);
        }
}

static void threads_share_a_call_in_any_grid(void **state)
{
    (void)state;
    random_numbers r = {2};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 6 && runs_here(&cb_gemm_kernels[i]); round++) {
            int threads = 2 + (int)draw(&r, 3);
            gemm_case t = gemm_case_new(&r, cb_gemm_kernels[i].dtype, 1 + draw(&r, 70),
                                        1 + draw(&r, 90), 1 + draw(&r, 80));
            t.problem.threads = threads;
            cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[i], &t.problem);
            run_case(&t, &plan, threads);
            gemm_case_free(&t);
        }
}

static void calls_follow_each_other_without_a_pause(void **state)
{
    (void)state;
    random_numbers r = {3};
    for (int round = 0; round < 8; round++) {
        gemm_case t = gemm_case_new(&r, "f32", 40, 50, 60);
        t.problem.threads = 2;
        t.args.beta = 0;
        cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[cb_gemm_kernel_count - 1], &t.problem);
        cb_gemm *gemm;
        assert_int_equal(cb_gemm_new(&plan, NULL, &gemm), CB_OK);
        call_with_threads(gemm, &t.args, 2, 20);
        assert_true(gemm_case_verdict(&t, t.c.data, t.args.c_ld).ok);
        cb_gemm_free(gemm);
        gemm_case_free(&t);
    }
}

static void the_edges_of_every_shape_are_right(void **state)
{
    (void)state;
    random_numbers r = {4};
    const cb_gemm_kernel *kernel = &cb_gemm_kernels[cb_gemm_kernel_count - 1];
    for (size_t m = 0; m < 3; m++)
        for (size_t n = 0; n < 3; n++)
            for (size_t k = 0; k < 3; k++) {
                gemm_case t = gemm_case_new(&r, kernel->dtype, m, n, k);
                cb_gemm_plan plan = random_plan(&r, kernel, &t.problem);
                run_case(&t, &plan, 1);
                gemm_case_free(&t);
            }
}

/* Operands and C as they are: not transposed, not scaled. */
static gemm_case plain_case(random_numbers *r, size_t m, size_t n, size_t k)
{
    for (;;) {
        gemm_case t = gemm_case_new(r, "f32", m, n, k);
        if (!t.problem.a_transposed && !t.problem.b_transposed && t.args.alpha == 1 &&
            (t.args.beta == 0 || t.args.beta == 1))
            return t;
        gemm_case_free(&t);
    }
}

/* Everything in one block that lies as it is. */
static void lay_open(cb_gemm_plan *plan)
{
    plan->mc = plan->m ? plan->m : 1;
    plan->nc = plan->n;
    plan->kc = plan->k;
    plan->packs = 0;
}

static bool is_of_f32(const cb_gemm_kernel *kernel)
{
    return strcmp(kernel->dtype, "f32") == 0 && runs_here(kernel);
}

/* Columns past the last whole vector may be so few that another kernel takes them. */
static void few_last_columns_are_right(void **state)
{
    (void)state;
    random_numbers r = {13};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++) {
        const cb_gemm_kernel *kernel = &cb_gemm_kernels[i];
        for (size_t n = 17; n < 80 && is_of_f32(kernel); n += 1 + draw(&r, 9)) {
            gemm_case t = plain_case(&r, 30 + draw(&r, 40), n, 40 + draw(&r, 9));
            t.problem.threads = 1 + (int)draw(&r, 3);
            cb_gemm_plan plan = random_plan(&r, kernel, &t.problem);
            if (draw(&r, 2))
                lay_open(&plan);
            if (cb_gemm_plan_check(&plan, &t.problem, NULL) == CB_OK)
                run_case(&t, &plan, t.problem.threads);
            gemm_case_free(&t);
        }
    }
}

/* A product may have none, and a thread's part of one too. */
static void no_rows_are_no_tile(void **state)
{
    (void)state;
    random_numbers r = {14};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (size_t m = 0; m < 3 && is_of_f32(&cb_gemm_kernels[i]); m++) {
            gemm_case t = plain_case(&r, m, 20, 30);
            t.problem.threads = 3;
            cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[i], &t.problem);
            lay_open(&plan);
            plan.order = CB_GEMM_B_OUTER;
            plan.threads_m = 3;
            plan.threads_n = 1;
            if (cb_gemm_plan_check(&plan, &t.problem, NULL) == CB_OK)
                run_case(&t, &plan, 3);
            gemm_case_free(&t);
        }
}

/* ---- parts of k ---- */

static cb_gemm_plan split_plan(random_numbers *r, const cb_gemm_kernel *kernel, gemm_case *t)
{
    t->problem.threads = 2 + (int)draw(r, 3);
    cb_gemm_plan plan = random_plan(r, kernel, &t->problem);
    plan.threads_m = plan.threads_n = 1;
    plan.threads_k = t->problem.threads;
    if (t->problem.threads == 4 && draw(r, 2)) {
        plan.threads_k = 2;
        plan.threads_n = 2;
    }
    return plan;
}

static void k_may_be_cut_among_threads(void **state)
{
    (void)state;
    random_numbers r = {9};
    size_t cut = 0;
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 4 && runs_here(&cb_gemm_kernels[i]); round++) {
            gemm_case t = gemm_case_new(&r, cb_gemm_kernels[i].dtype, 1 + draw(&r, 20),
                                        1 + draw(&r, 50), 1 + draw(&r, 300));
            cb_gemm_plan plan = split_plan(&r, &cb_gemm_kernels[i], &t);
            if (cb_gemm_plan_check(&plan, &t.problem, NULL) == CB_OK) {
                run_case(&t, &plan, t.problem.threads);
                cut++;
            }
            gemm_case_free(&t);
        }
    assert_true(cut > 0);
}

static void a_cut_k_gives_the_same_bits_again(void **state)
{
    (void)state;
    random_numbers r = {10};
    gemm_case t = gemm_case_new(&r, "f32", 8, 8, 3000);
    const cb_gemm_kernel *kernel = cb_gemm_kernels;
    while (strcmp(kernel->dtype, "f32") != 0 || !runs_here(kernel))
        kernel++;
    t.args.beta = 0;
    cb_gemm_plan plan = split_plan(&r, kernel, &t);
    cb_gemm *gemm;
    assert_int_equal(cb_gemm_plan_check(&plan, &t.problem, NULL), CB_OK);
    assert_int_equal(cb_gemm_new(&plan, NULL, &gemm), CB_OK);
    size_t bytes = (7 * t.args.c_ld + 8) * sizeof(float);
    char *first = malloc(bytes);
    for (int call = 0; call < 20; call++) {
        call_with_threads(gemm, &t.args, t.problem.threads, 1);
        if (call)
            assert_memory_equal(t.c.data, first, bytes);
        memcpy(first, t.c.data, bytes);
    }
    assert_true(gemm_case_verdict(&t, t.c.data, t.args.c_ld).ok);
    free(first);
    cb_gemm_free(gemm);
    gemm_case_free(&t);
}

static void a_k_that_cannot_be_cut_is_refused(void **state)
{
    (void)state;
    random_numbers r = {11};
    gemm_case t = gemm_case_new(&r, "f32", 8, 8, 3);
    cb_gemm_plan plan = split_plan(&r, &cb_gemm_kernels[0], &t);
    cb_error err;
    plan.threads_n = 1;
    plan.threads_k = t.problem.threads = 4;
    plan.kc = t.problem.k;
    while (strcmp(plan.kernel->dtype, "f32") != 0)
        plan.kernel++;
    plan.mc = (size_t)plan.kernel->mr;
    plan.nc = (size_t)plan.kernel->nr;
    plan.packs = CB_GEMM_PACK_A | CB_GEMM_PACK_B;
    assert_int_equal(cb_gemm_plan_check(&plan, &t.problem, &err), CB_USAGE);
    assert_non_null(strstr(err.text, "give no 4 parts"));
    t.problem.b = CB_GEMM_VIRTUAL;
    assert_int_equal(cb_gemm_plan_check(&plan, &t.problem, &err), CB_USAGE);
    assert_non_null(strstr(err.text, "lie in memory"));
    gemm_case_free(&t);
}

/* ---- packing alone ---- */

static void packing_alone_leaves_c_as_it_is(void **state)
{
    (void)state;
    random_numbers r = {12};
    gemm_case t = gemm_case_new(&r, "f32", 30, 40, 50);
    cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[cb_gemm_kernel_count - 1], &t.problem);
    cb_gemm *gemm;
    assert_int_equal(cb_gemm_new(&plan, NULL, &gemm), CB_OK);
    cb_gemm_call_packing(gemm, &t.args, 0);
    assert_memory_equal(t.c.data, t.c0.data, (29 * t.args.c_ld + 40) * sizeof(float));
    cb_gemm_call(gemm, &t.args, 0);
    assert_true(gemm_case_verdict(&t, t.c.data, t.args.c_ld).ok);
    cb_gemm_free(gemm);
    gemm_case_free(&t);
}

/* ---- other sources ---- */

static void weights_are_packed_once(void **state)
{
    (void)state;
    random_numbers r = {5};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 4 && runs_here(&cb_gemm_kernels[i]); round++) {
            gemm_case t = gemm_case_new(&r, cb_gemm_kernels[i].dtype, 1 + draw(&r, 70),
                                        1 + draw(&r, 90), 1 + draw(&r, 80));
            cb_gemm_packed *packed;
            bool of_b = round % 2;
            *(of_b ? &t.problem.b : &t.problem.a) = CB_GEMM_PACKED;
            t.args.alpha = 1;
            t.problem.scales = false;
            cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[i], &t.problem);
            cb_gemm_operand *operand = of_b ? &t.args.b : &t.args.a;
            assert_int_equal(of_b ? cb_gemm_pack_b(&plan, operand, NULL, &packed)
                                  : cb_gemm_pack_a(&plan, operand, NULL, &packed),
                             CB_OK);
            *operand = cb_gemm_packed_operand(packed);
            run_case(&t, &plan, 1);
            cb_gemm_packed_free(packed);
            gemm_case_free(&t);
        }
}

/* B that is never there: its elements are looked up when a panel is wanted. */
static void look_up_panel(const void *arg, const cb_gemm_panel *panel, void *to)
{
    const gemm_case *t = arg;
    const cb_gemm_problem *q = &t->problem;
    for (size_t p = 0; p < (panel->k_count + panel->kr - 1) / panel->kr * panel->kr; p++)
        for (size_t j = 0; j < panel->width; j++) {
            size_t row = panel->k_first + p, column = panel->first + j;
            size_t at = q->b_transposed ? column * q->b_ld + row : row * q->b_ld + column;
            bool inside = p < panel->k_count && j < panel->count;
            double value = inside ? cb_number_get(t->type->b, t->b.data, at) : 0;
            cb_number_put(t->type->b, to,
                          p / panel->kr * panel->width * panel->kr + j * panel->kr + p % panel->kr,
                          value);
        }
}

static void an_operand_may_be_made_panel_by_panel(void **state)
{
    (void)state;
    random_numbers r = {6};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 4 && runs_here(&cb_gemm_kernels[i]); round++) {
            gemm_case t = gemm_case_new(&r, cb_gemm_kernels[i].dtype, 1 + draw(&r, 70),
                                        1 + draw(&r, 90), 1 + draw(&r, 80));
            t.problem.b = CB_GEMM_VIRTUAL;
            t.args.b =
                (cb_gemm_operand){.source = CB_GEMM_VIRTUAL, .fill = look_up_panel, .fill_arg = &t};
            cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[i], &t.problem);
            run_case(&t, &plan, 1);
            gemm_case_free(&t);
        }
}

/* ---- the epilogue ---- */

typedef struct {
    const gemm_case *t;
    char *to; /* m x n, tight */
    int *times;
} gathering;

static void gather(void *arg, const cb_gemm_part *part)
{
    const gathering *g = arg;
    size_t bytes = g->t->type->c_bytes, n = g->t->problem.n;
    for (size_t i = 0; i < part->m; i++) {
        size_t at = (part->row + i) * n + part->column;
        memcpy(g->to + at * bytes, (const char *)part->c + i * part->ld * bytes, part->n * bytes);
        for (size_t j = 0; j < part->n; j++)
            g->times[at + j]++;
    }
}

static void the_epilogue_sees_every_element_once_with_or_without_c(void **state)
{
    (void)state;
    random_numbers r = {7};
    for (size_t i = 0; i < cb_gemm_kernel_count; i++)
        for (int round = 0; round < 8 && runs_here(&cb_gemm_kernels[i]); round++) {
            size_t m = 1 + draw(&r, 70), n = 1 + draw(&r, 90);
            gemm_case t = gemm_case_new(&r, cb_gemm_kernels[i].dtype, m, n, 1 + draw(&r, 80));
            char *to = malloc(m * n * t.type->c_bytes);
            int *times = calloc(m * n, sizeof *times);
            gathering g = {&t, to, times};
            t.args.epilogue = gather;
            t.args.epilogue_arg = &g;
            t.problem.threads = 1 + round % 2;
            if (round % 4 > 1) {
                t.problem.no_c = true;
                t.args.c = NULL;
                t.args.beta = 0;
            }
            cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[i], &t.problem);
            cb_gemm *gemm;
            assert_int_equal(cb_gemm_plan_check(&plan, &t.problem, NULL), CB_OK);
            assert_int_equal(cb_gemm_new(&plan, NULL, &gemm), CB_OK);
            call_with_threads(gemm, &t.args, t.problem.threads, 1);
            for (size_t at = 0; at < m * n; at++)
                assert_int_equal(times[at], 1);
            /* The oracle reads C before the call with the same leading dimension. */
            if (t.args.beta == 0)
                assert_true(gemm_case_verdict(&t, to, n).ok);
            cb_gemm_free(gemm);
            free(to);
            free(times);
            gemm_case_free(&t);
        }
}

/* ---- the oracle ---- */

static void the_oracle_notices_one_wrong_element(void **state)
{
    (void)state;
    random_numbers r = {8};
    for (int round = 0; round < 20; round++) {
        gemm_case t =
            gemm_case_new(&r, "f32", 1 + draw(&r, 40), 1 + draw(&r, 40), 1 + draw(&r, 40));
        cb_gemm_plan plan = random_plan(&r, &cb_gemm_kernels[cb_gemm_kernel_count - 1], &t.problem);
        run_case(&t, &plan, 1);
        size_t at = draw(&r, t.problem.m) * t.args.c_ld + draw(&r, t.problem.n);
        float *c = (float *)(void *)t.c.data;
        c[at] += 1e-3f;
        assert_false(gemm_case_verdict(&t, t.c.data, t.args.c_ld).ok);
        gemm_case_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_multiplies_any_shape_by_any_plan),
        cmocka_unit_test(threads_share_a_call_in_any_grid),
        cmocka_unit_test(calls_follow_each_other_without_a_pause),
        cmocka_unit_test(the_edges_of_every_shape_are_right),
        cmocka_unit_test(few_last_columns_are_right),
        cmocka_unit_test(no_rows_are_no_tile),
        cmocka_unit_test(k_may_be_cut_among_threads),
        cmocka_unit_test(a_cut_k_gives_the_same_bits_again),
        cmocka_unit_test(a_k_that_cannot_be_cut_is_refused),
        cmocka_unit_test(packing_alone_leaves_c_as_it_is),
        cmocka_unit_test(weights_are_packed_once),
        cmocka_unit_test(an_operand_may_be_made_panel_by_panel),
        cmocka_unit_test(the_epilogue_sees_every_element_once_with_or_without_c),
        cmocka_unit_test(the_oracle_notices_one_wrong_element),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
