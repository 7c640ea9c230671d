#include "models/klein.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const double MIB = 1024 * 1024;

static int close_to(double a, double b, double tolerance)
{
    return fabs(a / b - 1) <= tolerance;
}

/* Sec. III-B: 38.4 and 48.0 GFLOP/s. */
static void theoretical_peaks(void **state)
{
    (void)state;
    assert_true(close_to(cb_klein_peak(1.2e9, 4, 4, 1), 38.4e9, 1e-12));
    assert_true(close_to(cb_klein_peak(1.5e9, 4, 4, 1), 48.0e9, 1e-12));
}

/* Tables I, II, IV, V: tuned GEMM of N = 256 on the A53 and N = 512 on the A72 lie near the time
 * that one L1 read for each MAC takes, far from the arithmetic and far below what memory would
 * take. */
static void gemm_against_the_bounds(void **state)
{
    (void)state;
    double macs = pow(512, 3), time_s;
    double a72[] = {45733 * MIB, 12934 * MIB, 3661 * MIB};
    assert_true(close_to(cb_klein_compute_time(macs, 48e9), 5.592e-3, 1e-3));
    assert_true(close_to(cb_klein_memory_time(macs, 4, a72[0]), 11.195e-3, 1e-3));
    assert_int_equal(cb_klein_binding(macs, 4, 48e9, a72, 1, &time_s), 1);
    assert_true(close_to(time_s, 11.195e-3, 1e-3));
    /* 17.99 GFLOP/s measured, 23.98 allowed by the L1, 6.78 by the L2. */
    assert_true(close_to(cb_klein_bound(4, a72[0]), 23.98e9, 1e-3));
    assert_true(close_to(cb_klein_bound(4, a72[1]), 6.781e9, 1e-3));
    /* A53: 7.53 allowed, 6.93 measured at N = 256. */
    assert_true(close_to(cb_klein_bound(4, 14363 * MIB), 7.53e9, 1e-3));
    assert_int_equal(cb_klein_binding(macs, 4, 48e9, a72, 3, &time_s), 3);
}

static void bounds_of_odd_input(void **state)
{
    (void)state;
    double time_s, none[] = {0, -1};
    assert_int_equal(cb_klein_binding(1e6, 4, 1e9, none, 2, &time_s), 0);
    assert_true(close_to(time_s, 2e-3, 1e-12));
    assert_int_equal(cb_klein_binding(1e6, 4, 0, none, 2, &time_s), 0);
    assert_true(time_s == 0);
    assert_int_equal(cb_klein_out_size(2, 5, 1, 0), 0);
    assert_int_equal(cb_klein_out_size(8, 3, 0, 0), 0);
}

/* Eq. (5): required bandwidth and allowed rate are each other's inverse. */
static void required_bandwidth(void **state)
{
    (void)state;
    assert_true(close_to(cb_klein_required_bandwidth(17.99e9, 4), 35.98e9, 1e-12));
    assert_true(close_to(cb_klein_required_bandwidth(cb_klein_bound(0.25, 1e9), 0.25), 1e9, 1e-12));
}

/* Table III as printed, and the true counts: C2 is 7.3 % too high in the paper, C11 65 %. */
static void convolution_counts(void **state)
{
    static const struct {
        cb_klein_conv conv;
        double printed;
    } table[] = {
        {{1, 64, 64, 56, 56, 3, 1, 1}, 124010496},   {{1, 64, 128, 56, 56, 3, 2, 1}, 62005248},
        {{1, 64, 128, 56, 56, 1, 2, 0}, 6422528},    {{1, 128, 128, 28, 28, 3, 1, 1}, 132710400},
        {{1, 128, 256, 28, 28, 3, 2, 1}, 66355200},  {{1, 128, 256, 28, 28, 1, 2, 0}, 6422528},
        {{1, 256, 256, 14, 14, 3, 1, 1}, 150994944}, {{1, 256, 512, 14, 14, 3, 2, 1}, 75497472},
        {{1, 256, 512, 14, 14, 1, 2, 0}, 6422528},   {{1, 512, 512, 7, 7, 3, 1, 1}, 191102976},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_true(cb_klein_conv_macs_printed(&table[i].conv) == table[i].printed);
    assert_true(cb_klein_conv_macs(&table[0].conv) == 115605504);
    assert_true(cb_klein_conv_macs(&table[9].conv) == 115605504);
    assert_true(cb_klein_conv_macs(&table[2].conv) == 6422528);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(theoretical_peaks),   cmocka_unit_test(gemm_against_the_bounds),
        cmocka_unit_test(bounds_of_odd_input), cmocka_unit_test(required_bandwidth),
        cmocka_unit_test(convolution_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
