/* Plans: what a default is made of, what is refused, and what the tuner remembers. */
#include "bench/gemm/candidates.h"
#include "bench/gemm/gemm_bench.h"
#include "bench/gemm/predict.h"
#include "bench/gemm/tune_log.h"
#include "tests/unit/temporary_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Two cores with 48 KiB and 2 MiB each. */
static cb_core_kind kinds[] = {{.name = "Test", .cores = 2}};
static cb_cpu cpus[] = {
    {.cpu = 0, .allowed = true, .cache_bytes = {48 << 10, 2 << 20}},
    {.cpu = 1, .core = 1, .allowed = true, .cache_bytes = {48 << 10, 2 << 20}},
};
static cb_machine machine = {.hostname = "here",
                             .cpu_model = "Test",
                             .kinds = kinds,
                             .kind_count = 1,
                             .cpus = cpus,
                             .cpu_count = 2};

static cb_gemm_problem square(size_t n, int threads)
{
    return (cb_gemm_problem){.dtype = "f32", .m = n, .n = n, .k = n, .threads = threads};
}

static cb_gemm_target here(void)
{
    return (cb_gemm_target){.machine = &machine, .isa = cb_isa_detect()};
}

static void a_default_plan_can_be_run(void **state)
{
    (void)state;
    cb_gemm_target target = here();
    for (size_t n = 0; n < 5000; n = n ? 3 * n : 1)
        for (int threads = 1; threads <= 3; threads++) {
            cb_gemm_problem problem = square(n, threads);
            cb_gemm_plan plan;
            assert_int_equal(cb_gemm_plan_make(&problem, &target, NULL, &plan), CB_OK);
            assert_int_equal(cb_gemm_plan_check(&plan, &problem, NULL), CB_OK);
            assert_string_equal(plan.origin, "default");
        }
}

static void small_products_stay_on_one_thread(void **state)
{
    (void)state;
    cb_gemm_target target = here();
    cb_gemm_problem small = square(8, 2), large = square(1024, 2);
    cb_gemm_plan plan;
    assert_int_equal(cb_gemm_plan_make(&small, &target, NULL, &plan), CB_OK);
    assert_int_equal(cb_gemm_plan_threads(&plan), 1);
    assert_int_equal(cb_gemm_plan_make(&large, &target, NULL, &plan), CB_OK);
    assert_int_equal(cb_gemm_plan_threads(&plan), 2);
}

static void threads_share_k_where_c_is_small(void **state)
{
    (void)state;
    cb_gemm_target target = here();
    cb_gemm_problem sum = {.dtype = "f32", .m = 8, .n = 8, .k = 1 << 20, .threads = 2};
    cb_gemm_problem all = square(1024, 2);
    cb_gemm_plan plan;
    assert_int_equal(cb_gemm_plan_make(&sum, &target, NULL, &plan), CB_OK);
    assert_int_equal(plan.threads_k, 2);
    assert_int_equal(cb_gemm_plan_threads(&plan), 2);
    assert_int_equal(cb_gemm_plan_make(&all, &target, NULL, &plan), CB_OK);
    assert_int_equal(plan.threads_k, 1);
}

static void operands_are_packed_where_they_have_to_be(void **state)
{
    (void)state;
    cb_gemm_target target = here();
    cb_gemm_problem problem = square(64, 1);
    cb_gemm_plan plan;
    problem.a_transposed = true;
    problem.b = CB_GEMM_VIRTUAL;
    assert_int_equal(cb_gemm_plan_make(&problem, &target, NULL, &plan), CB_OK);
    assert_int_equal(plan.packs, CB_GEMM_PACK_A | CB_GEMM_PACK_B);
    problem.b = CB_GEMM_PACKED;
    assert_int_equal(cb_gemm_plan_make(&problem, &target, NULL, &plan), CB_OK);
    assert_int_equal(plan.packs, CB_GEMM_PACK_A);
    problem.a_transposed = false;
    problem.no_c = true;
    problem.k = 4000;
    assert_int_equal(cb_gemm_plan_make(&problem, &target, NULL, &plan), CB_OK);
    assert_true(plan.kc >= 4000);
}

static void what_cannot_be_is_refused_with_a_reason(void **state)
{
    (void)state;
    cb_gemm_target target = here();
    cb_gemm_problem problem = square(64, 1);
    cb_gemm_plan plan;
    cb_error err;
    problem.dtype = "f31";
    assert_int_equal(cb_gemm_plan_make(&problem, &target, &err, &plan), CB_USAGE);
    problem = square(64, 1);
    target.kernel_glob = "none*";
    assert_int_equal(cb_gemm_plan_make(&problem, &target, &err, &plan), CB_UNSUPPORTED);
    assert_non_null(strstr(err.text, "none*"));
    target.kernel_glob = NULL;
    assert_int_equal(cb_gemm_plan_make(&problem, &target, NULL, &plan), CB_OK);
    plan.m = problem.m = 4096;
    plan.mc = (size_t)plan.kernel->mr + 1;
    assert_int_equal(cb_gemm_plan_check(&plan, &problem, &err), CB_USAGE);
    problem.m = 4097;
    assert_int_equal(cb_gemm_plan_check(&plan, &problem, &err), CB_USAGE);
    assert_non_null(strstr(err.text, "made for"));
}

static void in_order_cores_get_their_own_kernels(void **state)
{
    (void)state;
    cb_core_kind a53 = {.midr = 0x410fd034}, a72 = {.midr = 0x410fd083};
    assert_true(cb_gemm_core_is_in_order(&a53));
    assert_false(cb_gemm_core_is_in_order(&a72));
}

static void the_model_prefers_less_work(void **state)
{
    (void)state;
    cb_gemm_core_rates rates = cb_gemm_rates_of(&machine, 0, 1);
    cb_gemm_target target = here();
    double last = 0;
    for (size_t n = 16; n <= 1024; n *= 2) {
        cb_gemm_problem problem = square(n, 1);
        cb_gemm_plan plan;
        assert_int_equal(cb_gemm_plan_make(&problem, &target, NULL, &plan), CB_OK);
        double cycles = cb_gemm_predict_cycles(&plan, &problem, &rates);
        assert_true(cycles > 4 * last);
        last = cycles;
    }
}

/* ---- the log ---- */

static void the_log_gives_back_the_fastest_plan(void **state)
{
    char path[300];
    snprintf(path, sizeof path, "%s/log.jsonl", (char *)*state);
    fclose(fopen(path, "w"));
    cb_gemm_target target = here();
    cb_gemm_problem problem = square(100, 1);
    cb_gemm_candidates candidates;
    cb_tune_log *log;
    cb_gemm_plan found;
    assert_int_equal(cb_gemm_candidates_new(&problem, &target, CB_GEMM_ALL, NULL, &candidates),
                     CB_OK);
    assert_true(candidates.count > 2);
    assert_int_equal(cb_tune_log_read(path, &machine, NULL, &log), CB_OK);
    assert_false(cb_tune_log_find(log, &problem, &target, &found));
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(cb_tune_log_add(log, &problem, &candidates.plans[i], "guided",
                                         i == 1 ? 1e-6 : 2e-6, 1e-6, NULL),
                         CB_OK);
    cb_tune_log_free(log);

    assert_int_equal(cb_tune_log_read(path, &machine, NULL, &log), CB_OK);
    assert_int_equal(cb_tune_log_count(log), 3);
    assert_true(cb_tune_log_find(log, &problem, &target, &found));
    assert_string_equal(found.origin, "tuned");
    assert_ptr_equal(found.kernel, candidates.plans[1].kernel);
    assert_int_equal(found.kc, candidates.plans[1].kc);
    assert_int_equal(found.packs, candidates.plans[1].packs);
    assert_int_equal(found.order, candidates.plans[1].order);
    problem.k = 101;
    assert_false(cb_tune_log_find(log, &problem, &target, &found));
    cb_tune_log_free(log);

    cb_machine elsewhere = machine;
    cb_error err;
    strcpy(elsewhere.hostname, "elsewhere");
    assert_int_equal(cb_tune_log_read(path, &elsewhere, &err, &log), CB_USAGE);
    assert_non_null(strstr(err.text, "'here'"));
    cb_gemm_candidates_free(&candidates);
}

/* ---- shapes ---- */

static void shapes_are_read_from_words(void **state)
{
    (void)state;
    cb_gemm_shape *shapes;
    size_t count;
    assert_int_equal(cb_gemm_shapes_parse("2x3x4,5X6X7", "8", NULL, &shapes, &count), CB_OK);
    assert_int_equal(count, 3);
    assert_int_equal(shapes[0].k, 8);
    assert_int_equal(shapes[1].n, 3);
    assert_int_equal(shapes[2].m, 5);
    free(shapes);
    assert_int_equal(cb_gemm_shapes_parse("2x3", NULL, NULL, &shapes, &count), CB_USAGE);
    assert_int_equal(cb_gemm_shapes_parse("2x3x-4", NULL, NULL, &shapes, &count), CB_USAGE);
    assert_int_equal(cb_gemm_shapes_parse(NULL, "", NULL, &shapes, &count), CB_USAGE);
}

static void the_shapes_that_come_with_it_can_be_read(void **state)
{
    (void)state;
    static const char *const names[] = {"resnet18", "mobilenetv1", "transformer", "tallskinny",
                                        "gemv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[4096];
        cb_gemm_shape *shapes;
        size_t count;
        snprintf(path, sizeof path, "%s/../bench/gemm/shapes/%s.txt", CB_TESTS_DIR, names[i]);
        assert_int_equal(cb_gemm_shapes_read(path, NULL, &shapes, &count), CB_OK);
        assert_true(count >= 6);
        free(shapes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_default_plan_can_be_run),
        cmocka_unit_test(small_products_stay_on_one_thread),
        cmocka_unit_test(threads_share_k_where_c_is_small),
        cmocka_unit_test(operands_are_packed_where_they_have_to_be),
        cmocka_unit_test(what_cannot_be_is_refused_with_a_reason),
        cmocka_unit_test(in_order_cores_get_their_own_kernels),
        cmocka_unit_test(the_model_prefers_less_work),
        cmocka_unit_test_setup_teardown(the_log_gives_back_the_fastest_plan, make_root,
                                        remove_root),
        cmocka_unit_test(shapes_are_read_from_words),
        cmocka_unit_test(the_shapes_that_come_with_it_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
