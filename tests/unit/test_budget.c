/* A run that must end by a certain time. */
#include "cli/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static cb_budget budget_of(double deadline_s)
{
    cb_budget budget = {.full = {.min_time_s = 0.1, .max_time_s = 1, .min_samples = 7},
                        .deadline_s = deadline_s,
                        .started_s = 0,
                        .share = 1};
    return budget;
}

static void without_a_deadline_nothing_is_cut(void **state)
{
    (void)state;
    cb_budget budget = budget_of(0);
    cb_sampling sampling = cb_budget_next(&budget, 1e6, 5, 1000);
    assert_true(sampling.min_time_s == 0.1 && sampling.max_time_s == 1);
}

static void a_run_in_time_is_not_cut(void **state)
{
    (void)state;
    cb_budget budget = budget_of(100);
    assert_true(cb_budget_next(&budget, 10, 50, 100).max_time_s == 1);
}

/* Ten of a hundred took ten seconds, forty are left for ninety more: 40 / 90 of the time each. */
static void a_late_run_is_cut_to_what_is_left(void **state)
{
    (void)state;
    cb_budget budget = budget_of(50);
    cb_sampling sampling = cb_budget_next(&budget, 10, 10, 100);
    assert_true(sampling.max_time_s > 0.44 && sampling.max_time_s < 0.45);
    assert_true(sampling.min_time_s > 0.044 && sampling.min_time_s < 0.045);
    assert_int_equal(sampling.min_samples, 7);
}

/* However late, a tenth is measured; and what was cut grows back when time appears. */
static void no_step_loses_more_than_nine_tenths(void **state)
{
    (void)state;
    cb_budget budget = budget_of(10);
    assert_true(cb_budget_next(&budget, 20, 10, 100).max_time_s == 0.1);
    budget.deadline_s = 1000;
    assert_true(cb_budget_next(&budget, 20, 11, 100).max_time_s == 1);
}

/* Two steps tell no pace. */
static void the_first_steps_keep_the_share(void **state)
{
    (void)state;
    cb_budget budget = budget_of(1);
    assert_true(cb_budget_next(&budget, 0.9, 2, 100).max_time_s == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_deadline_nothing_is_cut),
        cmocka_unit_test(a_run_in_time_is_not_cut),
        cmocka_unit_test(a_late_run_is_cut_to_what_is_left),
        cmocka_unit_test(no_step_loses_more_than_nine_tenths),
        cmocka_unit_test(the_first_steps_keep_the_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
