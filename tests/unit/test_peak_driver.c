/* The peak driver: what is selected, what is skipped and why, and that a row's work is the
 * kernel's. */
#include "bench/peak/peak.h"
#include "bench/peak/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

typedef struct {
    cb_machine machine;
    json_t *rows;
    cb_bench bench;
} fixture;

static const int one_thread[] = {1};

static cb_status keep(void *sink, json_t *row, cb_error *err)
{
    (void)err;
    json_array_append_new(((fixture *)sink)->rows, row);
    return CB_OK;
}

static int open_fixture(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    cb_error err;
    if (!f || cb_machine_read("", &err, &f->machine) != CB_OK)
        return -1;
    f->rows = json_array();
    f->bench = (cb_bench){.machine = &f->machine,
                          .timer = cb_timer_calibrate(),
                          .sampling = {.min_time_s = 1e-4,
                                       .max_time_s = 2e-3,
                                       .relative_ci = 1,
                                       .sample_s = 5e-6,
                                       .min_samples = 2,
                                       .max_samples = 4},
                          .isa = cb_isa_detect(),
                          .threads = one_thread,
                          .thread_count = 1,
                          .core_kind = 0,
                          .emit = keep,
                          .sink = f};
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    fixture *f = *state;
    json_decref(f->rows);
    cb_machine_free(&f->machine);
    free(f);
    return 0;
}

static const cb_peak_kernel *kernel_of(const json_t *row)
{
    for (size_t i = 0; i < cb_peak_kernel_count; i++)
        if (strcmp(cb_peak_kernels[i].name, cb_row_text(row, "kernel")) == 0)
            return &cb_peak_kernels[i];
    return NULL;
}

static void every_kernel_gives_one_row_that_is_measured_or_says_why_not(void **state)
{
    fixture *f = *state;
    cb_peak_options options = {.latency = true};
    cb_error err = {{0}};
    assert_int_equal(cb_peak_run(&f->bench, &options, &err), CB_OK);
    assert_int_equal(json_array_size(f->rows), cb_peak_kernel_count);
    size_t index;
    json_t *row;
    json_array_foreach(f->rows, index, row)
    {
        const cb_peak_kernel *k = kernel_of(row);
        assert_non_null(k);
        if (!(f->bench.isa & cb_isa_bit(k->isa))) {
            assert_string_equal(cb_row_text(row, "status"), "skipped");
            assert_non_null(strstr(cb_row_text(row, "reason"), cb_isa_name(k->isa)));
            continue;
        }
        assert_string_equal(cb_row_text(row, "status"), "ok");
        assert_true(json_is_true(json_object_get(json_object_get(row, "check"), "ok")));
        double per_iteration = k->ops_per_step * k->steps * k->chains;
        double iterations = cb_row_number(row, "work.ops", 0) / per_iteration;
        assert_true(iterations >= 1 && iterations == (double)(uint64_t)iterations);
    }
}

static void a_cap_on_the_isa_skips_the_wider_kernels(void **state)
{
    fixture *f = *state;
    f->bench.isa = cb_isa_bit(CB_ISA_SCALAR);
    cb_peak_options options = {.dtypes = "f32"};
    assert_int_equal(cb_peak_run(&f->bench, &options, NULL), CB_OK);
    size_t index, measured = 0;
    json_t *row;
    json_array_foreach(f->rows, index, row)
    {
        bool ok = strcmp(cb_row_text(row, "status"), "ok") == 0;
        measured += ok;
        assert_true(!ok || strcmp(cb_row_text(row, "isa"), "scalar") == 0);
    }
    assert_int_equal(measured, 1);
}

static void an_unknown_type_names_those_that_there_are(void **state)
{
    fixture *f = *state;
    cb_error err = {{0}};
    cb_peak_options options = {.dtypes = "f33"};
    assert_int_equal(cb_peak_run(&f->bench, &options, &err), CB_USAGE);
    assert_non_null(strstr(err.text, "f33"));
    assert_non_null(strstr(err.text, "f32"));
    assert_int_equal(json_array_size(f->rows), 0);
}

static void a_glob_that_matches_nothing_is_a_usage_error(void **state)
{
    fixture *f = *state;
    cb_error err = {{0}};
    cb_peak_options options = {0};
    f->bench.kernel_glob = "no_such_*";
    assert_int_equal(cb_peak_run(&f->bench, &options, &err), CB_USAGE);
    assert_non_null(strstr(err.text, "no_such_*"));
}

static void more_threads_than_cpus_become_a_skipped_row(void **state)
{
    fixture *f = *state;
    static const int many[] = {100000};
    cb_peak_options options = {0};
    f->bench.threads = many;
    assert_int_equal(cb_peak_run(&f->bench, &options, NULL), CB_OK);
    assert_int_equal(json_array_size(f->rows), 1);
    assert_string_equal(cb_row_text(json_array_get(f->rows, 0), "status"), "skipped");
}

static void the_papers_experiment_has_one_row_for_each_size(void **state)
{
    fixture *f = *state;
    cb_peak_options options = {.paper_mode = true, .paper_largest = 128};
    assert_int_equal(cb_peak_run(&f->bench, &options, NULL), CB_OK);
    const json_t *first = json_array_get(f->rows, 0);
    assert_string_equal(cb_row_text(first, "variant"), "paper");
    if (strcmp(cb_row_text(first, "status"), "skipped") == 0)
        skip(); /* built without OpenMP: the row says so */
    assert_int_equal(json_array_size(f->rows), 3);
    assert_int_equal((int)cb_row_number(first, "params.n", 0), 32);
    double macs = cb_row_number(first, "params.macs", 0);
    assert_true(macs == 32768);
    assert_true(cb_row_number(first, "work.ops", 0) > 1.5 * macs);
}

static void every_throughput_row_has_a_latency_sibling_and_a_true_suffix(void **state)
{
    (void)state;
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const cb_peak_kernel *k = &cb_peak_kernels[i];
        const char *suffix = strstr(k->name, "__");
        assert_non_null(suffix);
        assert_string_equal(suffix + 2, cb_isa_name(k->isa));
        assert_true((size_t)k->chains * k->vector_bytes <= CB_PEAK_OUT_BYTES);
        size_t siblings = 0;
        for (size_t j = 0; j < cb_peak_kernel_count; j++) {
            const cb_peak_kernel *other = &cb_peak_kernels[j];
            siblings += other->isa == k->isa && other->oracle == k->oracle &&
                        other->vector_bytes == k->vector_bytes && other->form != k->form;
            assert_true(i == j || strcmp(k->name, other->name) != 0);
        }
        assert_true(siblings >= 1);
    }
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(every_kernel_gives_one_row_that_is_measured_or_says_why_not),
        WITH_FIXTURE(a_cap_on_the_isa_skips_the_wider_kernels),
        WITH_FIXTURE(an_unknown_type_names_those_that_there_are),
        WITH_FIXTURE(a_glob_that_matches_nothing_is_a_usage_error),
        WITH_FIXTURE(more_threads_than_cpus_become_a_skipped_row),
        WITH_FIXTURE(the_papers_experiment_has_one_row_for_each_size),
        cmocka_unit_test(every_throughput_row_has_a_latency_sibling_and_a_true_suffix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
