/* Steady work that is measured more than once in a run: the best attempt is the row. */
#include "tests/unit/result_documents.h"

#include "results/attempts.h"

static const cb_row_key KEY = {.family = "peak",
                               .kernel = "fma_f32_thr__avx2",
                               .variant = "throughput",
                               .dtype = "f32",
                               .isa = "avx2",
                               .core_kind = "core",
                               .threads = 1};

static json_t *params(void)
{
    return json_pack("{s:i}", "chains", 12);
}

/* A row at so many operations a cycle. */
static json_t *row_at(double ops_per_cycle)
{
    double samples[] = {1 / ops_per_cycle, 1 / ops_per_cycle, 1 / ops_per_cycle};
    json_t *row = cb_row_new(&KEY, params());
    cb_summary summary = cb_summarize(samples, COUNT(samples));
    cb_row_set_work(row, 1, 0);
    cb_row_set_time(row, &summary, samples, COUNT(samples));
    cb_row_set_number(row, "ops_per_s", ops_per_cycle, NULL);
    cb_row_set_number(row, "bytes_per_s", 0, "moves no data");
    cb_row_set_number(row, "ops_per_cycle", ops_per_cycle, NULL);
    return row;
}

static json_t *row_below_limit(double share)
{
    json_t *row = row_at(32 * share);
    json_object_set_new(row, "theoretical", json_pack("{s:f}", "share", share));
    return row;
}

static json_t *document_with(json_t *row)
{
    json_t *document = good();
    cb_error err;
    json_array_clear(json_object_get(document, "results"));
    assert_int_equal(cb_results_append(document, row, &err), CB_OK);
    return document;
}

static void try_again(json_t *document, json_t *row)
{
    cb_error err = {""};
    if (cb_attempts_add(document, row, &err) != CB_OK)
        fail_msg("%s", err.text);
}

static json_t *only_row(const json_t *document)
{
    assert_int_equal(cb_results_count(document), 1);
    return json_array_get(json_object_get(document, "results"), 0);
}

static void the_better_attempt_is_the_row_and_the_other_stays_in_it(void **state)
{
    (void)state;
    json_t *document = document_with(row_at(24));
    try_again(document, row_at(32));
    try_again(document, row_at(30));
    const json_t *row = only_row(document), *attempts = json_object_get(row, "attempts");
    assert_true(cb_row_number(row, "ops_per_cycle", 0) == 32);
    assert_int_equal(json_array_size(attempts), 2);
    assert_true(cb_row_number(json_array_get(attempts, 0), "ops_per_cycle", 0) == 24);
    assert_true(cb_row_number(json_array_get(attempts, 1), "ops_per_cycle", 0) == 30);
    assert_int_equal(json_array_size(json_object_get(
                         json_object_get(json_array_get(attempts, 0), "time_s"), "samples")),
                     3);
    json_decref(document);
}

static void a_document_with_attempts_is_valid(void **state)
{
    (void)state;
    cb_error err = {""};
    json_t *document = document_with(row_at(24));
    try_again(document, row_at(32));
    if (cb_results_check(document, "attempts", &err) != CB_OK)
        fail_msg("%s", err.text);
    json_object_del(json_array_get(json_object_get(only_row(document), "attempts"), 0), "time_s");
    assert_int_equal(cb_results_check(document, "attempts", &err), CB_PARSE);
    assert_non_null(strstr(err.text, "attempts[0].time_s"));
    json_decref(document);
}

static void a_row_at_its_cores_limit_is_settled_at_once(void **state)
{
    (void)state;
    json_t *high = row_below_limit(0.995), *low = row_below_limit(0.72);
    assert_true(cb_attempts_settled(high, 16));
    assert_false(cb_attempts_settled(low, 16));
    json_decref(high);
    json_decref(low);
}

static void without_a_known_limit_a_second_attempt_has_to_agree(void **state)
{
    (void)state;
    json_t *document = document_with(row_at(24));
    assert_false(cb_attempts_settled(only_row(document), 16));
    try_again(document, row_at(32));
    assert_false(cb_attempts_settled(only_row(document), 16));
    try_again(document, row_at(31.9));
    assert_true(cb_attempts_settled(only_row(document), 16));
    json_decref(document);
}

static void below_a_known_limit_two_others_have_to_agree(void **state)
{
    (void)state;
    json_t *document = document_with(row_below_limit(0.95));
    try_again(document, row_below_limit(0.951));
    assert_false(cb_attempts_settled(only_row(document), 16));
    try_again(document, row_below_limit(0.9505));
    assert_true(cb_attempts_settled(only_row(document), 16));
    json_decref(document);
}

static void attempts_come_to_an_end(void **state)
{
    (void)state;
    json_t *document = document_with(row_at(1));
    for (int i = 2; i <= 5; i++)
        try_again(document, row_at(i));
    assert_false(cb_attempts_settled(only_row(document), 6));
    assert_true(cb_attempts_settled(only_row(document), 5));
    json_decref(document);
}

static void an_interrupted_attempt_leaves_the_row_alone(void **state)
{
    (void)state;
    json_t *document = document_with(row_at(24)), *cut = cb_row_new(&KEY, params());
    cb_row_set_status(cut, "skipped", "interrupted before the first sample");
    try_again(document, cut);
    assert_true(cb_row_number(only_row(document), "ops_per_cycle", 0) == 24);
    assert_null(json_object_get(only_row(document), "attempts"));
    json_decref(document);
}

static void a_wrong_result_is_a_row_of_its_own_whenever_it_comes(void **state)
{
    (void)state;
    json_t *document = document_with(row_at(24)), *wrong = cb_row_new(&KEY, params());
    cb_row_set_status(wrong, "failed", "differs from its scalar twin");
    try_again(document, wrong);
    assert_int_equal(cb_results_count(document), 2);
    json_decref(document);
}

static void a_row_of_other_threads_or_parameters_is_another_row(void **state)
{
    (void)state;
    json_t *document = document_with(row_at(24)), *same = params();
    json_t *other = json_pack("{s:i}", "chains", 8);
    cb_row_key two = KEY;
    two.threads = 2;
    assert_non_null(cb_attempts_row(document, &KEY, same));
    assert_null(cb_attempts_row(document, &two, same));
    assert_null(cb_attempts_row(document, &KEY, other));
    json_decref(same);
    json_decref(other);
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_better_attempt_is_the_row_and_the_other_stays_in_it),
        cmocka_unit_test(a_document_with_attempts_is_valid),
        cmocka_unit_test(a_row_at_its_cores_limit_is_settled_at_once),
        cmocka_unit_test(without_a_known_limit_a_second_attempt_has_to_agree),
        cmocka_unit_test(below_a_known_limit_two_others_have_to_agree),
        cmocka_unit_test(attempts_come_to_an_end),
        cmocka_unit_test(an_interrupted_attempt_leaves_the_row_alone),
        cmocka_unit_test(a_wrong_result_is_a_row_of_its_own_whenever_it_comes),
        cmocka_unit_test(a_row_of_other_threads_or_parameters_is_another_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
