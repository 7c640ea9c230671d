#include "base/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define CLOSE(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static void summary_of_known_samples(void **state)
{
    (void)state;
    const double samples[] = {5, 1, 4, 2, 3};
    cb_summary s = cb_summarize(samples, 5);
    CLOSE(s.min, 1);
    CLOSE(s.median, 3);
    CLOSE(s.max, 5);
    CLOSE(s.mad, 1);
    CLOSE(samples[0], 5); /* the input keeps its order */
}

static void even_count_takes_the_middle_of_two(void **state)
{
    (void)state;
    const double samples[] = {4, 1, 3, 2};
    cb_summary s = cb_summarize(samples, 4);
    CLOSE(s.median, 2.5);
    CLOSE(s.mad, 1);
}

static void one_sample_and_none(void **state)
{
    (void)state;
    const double one[] = {7};
    cb_summary s = cb_summarize(one, 1);
    CLOSE(s.min, 7);
    CLOSE(s.median, 7);
    CLOSE(s.ci_low, 7);
    CLOSE(s.ci_high, 7);
    CLOSE(s.mad, 0);
    s = cb_summarize(NULL, 0);
    CLOSE(s.median, 0);
    CLOSE(s.ci_high, 0);
    CLOSE(cb_quantile(NULL, 0, 0.5), 0);
}

static void equal_samples_have_no_spread(void **state)
{
    (void)state;
    const double samples[] = {2, 2, 2, 2, 2, 2, 2, 2};
    cb_summary s = cb_summarize(samples, 8);
    CLOSE(s.mad, 0);
    CLOSE(s.ci_high - s.ci_low, 0);
}

/* P(X <= k) for X ~ Binomial(n, 1/2), summed in logarithms so that n = 400 does not underflow. */
static double binomial_half_cdf(size_t n, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i <= k; i++)
        sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) -
                   (double)n * log(2));
    return sum;
}

/* With samples 1..n the interval's ends are its ranks, so its exact coverage can be computed. */
static void interval_covers_95_percent_and_is_symmetric(void **state)
{
    (void)state;
    double samples[400];
    for (size_t n = 1; n <= 400; n++) {
        samples[n - 1] = (double)n;
        cb_summary s = cb_summarize(samples, n);
        CLOSE(s.ci_low + s.ci_high, (double)(n + 1));
        if (n < 6) { /* not even the whole range reaches 95 % */
            CLOSE(s.ci_low, 1);
            continue;
        }
        double coverage = 1 - 2 * binomial_half_cdf(n, (size_t)s.ci_low - 1);
        assert_true(coverage >= 0.95);
        if (n >= 20)
            assert_true(coverage <= 0.985); /* and is not needlessly wide */
    }
}

static void mad_ignores_one_wild_sample(void **state)
{
    (void)state;
    const double samples[] = {10, 10.1, 9.9, 10.2, 9.8, 1000};
    cb_summary s = cb_summarize(samples, 6);
    assert_true(s.mad < 0.3);
    CLOSE(s.max, 1000);
}

static void quantiles_interpolate(void **state)
{
    (void)state;
    const double samples[] = {30, 10, 20};
    CLOSE(cb_quantile(samples, 3, 0), 10);
    CLOSE(cb_quantile(samples, 3, 0.25), 15);
    CLOSE(cb_quantile(samples, 3, 0.5), 20);
    CLOSE(cb_quantile(samples, 3, 0.9), 28);
    CLOSE(cb_quantile(samples, 3, 1), 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summary_of_known_samples),
        cmocka_unit_test(even_count_takes_the_middle_of_two),
        cmocka_unit_test(one_sample_and_none),
        cmocka_unit_test(equal_samples_have_no_spread),
        cmocka_unit_test(interval_covers_95_percent_and_is_symmetric),
        cmocka_unit_test(mad_ignores_one_wild_sample),
        cmocka_unit_test(quantiles_interpolate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
