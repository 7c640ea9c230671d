/* How many products of int8 an int16 holds, by the weights of a packed panel. */
#include "bench/gemm/products.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NR = 3, STEPS_MAX = 96 };

/* A panel of NR columns, kr steps beside each other. */
typedef struct {
    cb_gemm_kernel kernel;
    int8_t b[STEPS_MAX * NR];
} panel;

static panel panel_of(int kr)
{
    panel p = {.kernel = {.dtype = "s8", .nr = NR, .kr_b = kr}};
    memset(p.b, 0, sizeof p.b);
    return p;
}

static void put(panel *p, size_t step, size_t column, int8_t value)
{
    size_t kr = (size_t)p->kernel.kr_b;
    p->b[(step / kr * NR + column) * kr + step % kr] = value;
}

static size_t products(const panel *p, size_t k)
{
    return cb_gemm_b_products(&p->kernel, p->b, k);
}

static void test_small_weights_allow_four(void **state)
{
    (void)state;
    for (int kr = 8; kr <= 16; kr += 8) {
        panel p = panel_of(kr);
        memset(p.b, -63, sizeof p.b);
        assert_int_equal(products(&p, 96), 4);
        assert_int_equal(products(&p, 0), 4);
    }
}

static void test_four_that_pass_an_int16_allow_two(void **state)
{
    (void)state;
    panel p = panel_of(8);
    put(&p, 32, 2, 127);
    put(&p, 40, 2, -64);
    put(&p, 48, 2, 64);
    assert_int_equal(products(&p, 64), 4); /* 255 */
    put(&p, 56, 2, 1);
    assert_int_equal(products(&p, 64), 2); /* 256 */
}

static void test_other_lanes_columns_and_runs_do_not_count(void **state)
{
    (void)state;
    panel p = panel_of(8);
    put(&p, 0, 0, -128);
    put(&p, 9, 0, -128);  /* lane 1 */
    put(&p, 16, 1, -128); /* column 1 */
    put(&p, 32, 0, -128); /* the next run */
    assert_int_equal(products(&p, 64), 4);
}

static void test_only_a_pair_of_the_least_weights_allows_one(void **state)
{
    (void)state;
    for (int kr = 8; kr <= 16; kr += 8) {
        panel p = panel_of(kr);
        put(&p, 16, 1, -128);
        put(&p, 24, 1, 127);
        assert_int_equal(products(&p, 48), 4);
        put(&p, 0, 1, 100);
        assert_int_equal(products(&p, 48), 2);
        put(&p, 24, 1, -128);
        assert_int_equal(products(&p, 48), 1);
    }
}

static void test_a_pair_across_two_pairs_counts_for_four_only(void **state)
{
    (void)state;
    panel p = panel_of(8);
    put(&p, 8, 0, -128);
    put(&p, 16, 0, -128);
    assert_int_equal(products(&p, 32), 2);
}

static void test_a_short_last_run(void **state)
{
    (void)state;
    panel p = panel_of(8);
    memset(p.b, -128, sizeof p.b);
    assert_int_equal(products(&p, 8), 4);
    assert_int_equal(products(&p, 5), 4);
    assert_int_equal(products(&p, 16), 1);
}

static panel panel_of_neighbours(void)
{
    panel p = panel_of(4);
    p.kernel.dtype = "u8s8";
    p.kernel.isa = CB_ISA_AVX2;
    return p;
}

static void test_neighbours_along_k_of_u8s8_sum_to_128(void **state)
{
    (void)state;
    panel p = panel_of_neighbours();
    memset(p.b, 64, sizeof p.b);
    assert_int_equal(products(&p, 96), 2);
    put(&p, 10, 1, -65);
    assert_int_equal(products(&p, 96), 1);
    put(&p, 11, 1, 63);
    assert_int_equal(products(&p, 96), 2);
    put(&p, 12, 1, -128);
    put(&p, 13, 1, 0);
    assert_int_equal(products(&p, 96), 2);
    put(&p, 13, 1, 1);
    assert_int_equal(products(&p, 96), 1);
    assert_int_equal(products(&p, 12), 2);
}

static void test_only_int8_kernels_without_dot_products_use_it(void **state)
{
    (void)state;
    cb_gemm_kernel kernel = {.dtype = "s8", .isa = CB_ISA_NEON};
    assert_true(cb_gemm_uses_products(&kernel));
    kernel.isa = CB_ISA_DOTPROD;
    assert_false(cb_gemm_uses_products(&kernel));
    kernel = (cb_gemm_kernel){.dtype = "f32", .isa = CB_ISA_NEON};
    assert_false(cb_gemm_uses_products(&kernel));
    kernel = (cb_gemm_kernel){.dtype = "u8s8", .isa = CB_ISA_AVX2};
    assert_true(cb_gemm_uses_products(&kernel));
    kernel.isa = CB_ISA_AVXVNNI;
    assert_false(cb_gemm_uses_products(&kernel));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_weights_allow_four),
        cmocka_unit_test(test_four_that_pass_an_int16_allow_two),
        cmocka_unit_test(test_other_lanes_columns_and_runs_do_not_count),
        cmocka_unit_test(test_only_a_pair_of_the_least_weights_allows_one),
        cmocka_unit_test(test_a_pair_across_two_pairs_counts_for_four_only),
        cmocka_unit_test(test_a_short_last_run),
        cmocka_unit_test(test_neighbours_along_k_of_u8s8_sum_to_128),
        cmocka_unit_test(test_only_int8_kernels_without_dot_products_use_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
