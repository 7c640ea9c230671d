/* Two documents row by row: partners, ratios, intervals and what counts as a change. */
#include "models/compare.h"
#include "tests/unit/synthetic_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { SAMPLES = 31 };

/* A GEMM whose samples lie evenly within `spread` of `seconds`. */
static void add_gemm(json_t *d, const char *variant, int threads, int n, double seconds,
                     double spread)
{
    double samples[SAMPLES];
    json_t *row = synthetic_row("gemm", "gemm_f32_8x12__neon", "f32", "neon", threads,
                                json_pack("{s:i, s:i, s:i}", "m", n, "n", n, "k", n));
    for (int i = 0; i < SAMPLES; i++)
        samples[i] = seconds * (1 + spread * (i - SAMPLES / 2) / (SAMPLES / 2));
    cb_summary summary = cb_summarize(samples, SAMPLES);
    json_object_set_new(row, "variant", json_string(variant));
    cb_row_set_work(row, 2.0 * n * n * n, 12.0 * n * n);
    cb_row_set_time(row, &summary, samples, SAMPLES);
    cb_row_set_number(row, "ops_per_s", 2.0 * n * n * n / seconds, NULL);
    synthetic_add(d, row);
}

static cb_comparison compare(const json_t *a, const json_t *b, bool across)
{
    cb_comparison c;
    cb_error err = {""};
    if (cb_compare(a, b, across, 0.02, &err, &c) != CB_OK)
        fail_msg("%s", err.text);
    return c;
}

static json_t *with_gemm(const char *machine, double seconds, double spread)
{
    json_t *d = synthetic_document(machine);
    add_gemm(d, "tuned", 1, 256, seconds, spread);
    return d;
}

static void the_same_document_has_no_change(void **state)
{
    (void)state;
    json_t *a = with_gemm("board", 1e-3, 0.05);
    cb_comparison c = compare(a, a, false);
    assert_int_equal(c.count, 1);
    assert_true(c.pairs[0].ratio == 1 && c.pairs[0].low < 1 && c.pairs[0].high > 1);
    assert_int_equal(c.pairs[0].change, CB_CHANGE_NONE);
    assert_int_equal(c.slower + c.faster + c.only_a + c.only_b, 0);
    cb_comparison_free(&c);
    json_decref(a);
}

static void a_clear_change_is_named(void **state)
{
    (void)state;
    json_t *a = with_gemm("board", 1e-3, 0.01), *b = with_gemm("board", 1.1e-3, 0.01);
    cb_comparison c = compare(a, b, false);
    assert_int_equal(c.pairs[0].change, CB_CHANGE_SLOWER);
    assert_int_equal(c.slower, 1);
    assert_true(fabs(c.pairs[0].ratio - 1.1) < 1e-9);
    assert_true(c.pairs[0].low > 1.08 && c.pairs[0].high < 1.12);
    cb_comparison_free(&c);
    c = compare(b, a, false);
    assert_int_equal(c.pairs[0].change, CB_CHANGE_FASTER);
    cb_comparison_free(&c);
    json_decref(a);
    json_decref(b);
}

/* Ten percent between samples that scatter by sixty, and one percent between steady ones. */
static void noise_and_trifles_are_no_change(void **state)
{
    (void)state;
    json_t *a = with_gemm("board", 1e-3, 0.6), *b = with_gemm("board", 1.1e-3, 0.6);
    cb_comparison c = compare(a, b, false);
    assert_int_equal(c.pairs[0].change, CB_CHANGE_NONE);
    cb_comparison_free(&c);
    json_decref(a);
    json_decref(b);
    a = with_gemm("board", 1e-3, 1e-4);
    b = with_gemm("board", 1.01e-3, 1e-4);
    c = compare(a, b, false);
    assert_int_equal(c.pairs[0].change, CB_CHANGE_NONE);
    assert_true(c.pairs[0].low > 1);
    cb_comparison_free(&c);
    json_decref(a);
    json_decref(b);
}

static void only_the_same_thing_is_compared(void **state)
{
    (void)state;
    json_t *a = with_gemm("board", 1e-3, 0.01), *b = synthetic_document("board");
    add_gemm(b, "tuned", 2, 256, 1e-3, 0.01);
    add_gemm(b, "naive", 1, 256, 1e-3, 0.01);
    add_gemm(b, "tuned", 1, 128, 1e-3, 0.01);
    cb_comparison c = compare(a, b, false);
    assert_int_equal(c.count, 0);
    assert_int_equal(c.only_a, 1);
    assert_int_equal(c.only_b, 3);
    cb_comparison_free(&c);
    json_decref(a);
    json_decref(b);
}

/* Another board has other kernels and another number of cores. */
static void boards_are_compared_by_their_best(void **state)
{
    (void)state;
    json_t *a = synthetic_document("pi"), *b = synthetic_document("board");
    add_gemm(a, "openblas", 4, 256, 2e-3, 0.01);
    add_gemm(b, "naive", 2, 256, 9e-3, 0.01);
    add_gemm(b, "tuned", 2, 256, 1e-3, 0.01);
    add_gemm(b, "tuned", 1, 256, 2e-3, 0.01);
    cb_comparison c = compare(a, b, true);
    assert_int_equal(c.count, 1);
    assert_true(fabs(c.pairs[0].ratio - 0.5) < 1e-9);
    assert_string_equal(cb_row_text(c.pairs[0].b, "variant"), "tuned");
    cb_comparison_free(&c);
    json_decref(a);
    json_decref(b);
}

static void published_figures_have_no_interval(void **state)
{
    (void)state;
    json_t *a = synthetic_document("pi"), *b = with_gemm("board", 1e-3, 0.01);
    json_t *row = synthetic_row("gemm", "gemm_f32", "f32", NULL, 1,
                                json_pack("{s:i, s:i, s:i}", "m", 256, "n", 256, "k", 256));
    cb_row_set_number(row, "ops_per_s", 1e9, NULL);
    synthetic_add(a, row);
    cb_comparison c = compare(a, b, true);
    assert_int_equal(c.count, 1);
    assert_int_equal(c.pairs[0].change, CB_CHANGE_UNKNOWN);
    assert_true(c.pairs[0].high == 0);
    cb_comparison_free(&c);
    json_decref(a);
    json_decref(b);
}

static void emulated_and_measured_are_refused(void **state)
{
    (void)state;
    cb_comparison c;
    cb_error err = {""};
    json_t *a = with_gemm("board", 1e-3, 0.01), *b = with_gemm("board", 1e-3, 0.01);
    json_object_set_new(json_object_get(json_object_get(b, "context"), "environment"), "emulated",
                        json_true());
    assert_int_equal(cb_compare(a, b, false, 0.02, &err, &c), CB_UNSUPPORTED);
    assert_non_null(strstr(err.text, "emulator"));
    json_decref(a);
    json_decref(b);
}

static void collect(void *to, const char *line)
{
    strcat(to, line);
    strcat(to, "\n");
}

static void differences_are_named(void **state)
{
    (void)state;
    char lines[2000] = "";
    json_t *a = synthetic_document("board"), *b = synthetic_document("board");
    json_t *environment = json_object_get(json_object_get(b, "context"), "environment");
    assert_int_equal(cb_compare_environments(a, b, collect, lines), 0);
    json_object_set_new(environment, "governor", json_string("powersave"));
    assert_int_equal(cb_compare_environments(a, b, collect, lines), 1);
    assert_string_equal(lines, "governor: not stated, powersave\n");
    json_decref(a);
    json_decref(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_document_has_no_change),
        cmocka_unit_test(a_clear_change_is_named),
        cmocka_unit_test(noise_and_trifles_are_no_change),
        cmocka_unit_test(only_the_same_thing_is_compared),
        cmocka_unit_test(boards_are_compared_by_their_best),
        cmocka_unit_test(published_figures_have_no_interval),
        cmocka_unit_test(emulated_and_measured_are_refused),
        cmocka_unit_test(differences_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
