/* What stands beside a measured peak: the core's own limit, and the twin's verdict. */
#include "bench/peak/peak.h"
#include "bench/peak/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

static cb_core_kind three_port_core(void)
{
    return (cb_core_kind){.name = "Test Cove",
                          .known = true,
                          .limits = {.fma_512 = 2,
                                     .simd_512 = 2,
                                     .simd_256 = 3,
                                     .int16_madd_256 = 2,
                                     .vpopcnt_512 = 1,
                                     .popcnt_scalar = 1}};
}

/* A row of one thread at 1 GHz that did `ops_per_cycle`. */
static json_t *row_with(const cb_peak_kernel *kernel, const cb_core_kind *kind,
                        double ops_per_cycle)
{
    json_t *row =
        json_pack("{s:f, s:f, s:i}", "clock_hz", 1e9, "ops_per_cycle", ops_per_cycle, "threads", 1);
    assert_non_null(row);
    cb_peak_set_theoretical(row, kernel, kind);
    return row;
}

static void assert_bound(const char *limit, double instructions, double ops, double expected)
{
    cb_core_kind kind = three_port_core();
    cb_peak_kernel kernel = {
        .name = "k", .limit = limit, .ops_per_step = ops, .instructions_per_step = instructions};
    json_t *row = row_with(&kernel, &kind, expected / 2);
    double bound = cb_row_number(row, "theoretical.ops_per_cycle", 0);
    assert_true(fabs(bound - expected) < 1e-9 * expected);
    assert_true(fabs(cb_row_number(row, "theoretical.share", 0) - 0.5) < 1e-9);
    assert_true(fabs(cb_row_number(row, "theoretical.ops_per_s", 0) - expected * 1e9) < 1);
    json_decref(row);
}

static void the_narrower_of_class_and_vector_ports_is_the_bound(void **state)
{
    (void)state;
    assert_bound("fma_512", 1, 32, 64);
    assert_bound("vpopcnt_512", 3, 1024, 1024 * 2 / 3.); /* two ports share three instructions */
    assert_bound("int16_madd_256", 2, 32, 32 * 1.5);
    assert_bound("2 int16_madd_256", 3, 64, 64); /* both bounds are one step a cycle */
    assert_bound("2 int16_madd_256", 2, 64, 64); /* nothing but the class itself */
    assert_bound("popcnt_scalar", 4, 128, 128);  /* general registers: no vector ports */
    assert_bound("simd_512", 3, 32, 32 * 2 / 3.);
}

static void assert_unknown(const cb_core_kind *kind, const char *limit, const char *named)
{
    cb_peak_kernel kernel = {
        .name = "some_kernel", .limit = limit, .ops_per_step = 2, .instructions_per_step = 2};
    json_t *row = row_with(&kernel, kind, 1);
    assert_true(json_is_null(json_object_get(row, "theoretical")));
    assert_non_null(strstr(cb_row_text(row, "theoretical_reason"), named));
    json_decref(row);
}

static void what_is_not_known_is_null_and_says_what(void **state)
{
    (void)state;
    cb_core_kind kind = three_port_core();
    assert_unknown(&kind, NULL, "some_kernel");
    assert_unknown(&kind, "shuffle_256", "shuffle_256");
    kind.limits.simd_256 = 0;
    assert_unknown(&kind, "int16_madd_256", "simd_256");
    kind.known = false;
    assert_unknown(&kind, "int16_madd_256", "Test Cove");
}

static void every_limit_of_the_table_is_a_class(void **state)
{
    (void)state;
    cb_core_kind kind = {.name = "all ones",
                         .known = true,
                         .limits = {
#define CB_LIMIT(name, what) .name = 1,
#include "machine/limits.inc"
#undef CB_LIMIT
                         }};
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const cb_peak_kernel *k = &cb_peak_kernels[i];
        json_t *row = row_with(k, &kind, 1);
        if (k->limit && !json_is_object(json_object_get(row, "theoretical")))
            fail_msg("%s: its limit '%s' is no class of machine/limits.inc", k->name, k->limit);
        json_decref(row);
    }
}

static void the_best_kernel_does_most_with_an_instruction(void **state)
{
    (void)state;
    cb_isa_set all = ~(cb_isa_set)0;
    assert_null(cb_peak_best("f33", all));
    const cb_peak_kernel *best = cb_peak_best("f32", all);
    assert_non_null(best);
    assert_int_equal(best->form, CB_PEAK_THROUGHPUT);
    for (size_t i = 0; i < cb_peak_kernel_count; i++) {
        const cb_peak_kernel *k = &cb_peak_kernels[i];
        assert_true(strcmp(k->dtype, "f32") != 0 ||
                    k->ops_per_step / k->instructions_per_step <=
                        best->ops_per_step / best->instructions_per_step);
    }
    assert_string_equal(cb_peak_best("f32", cb_isa_bit(CB_ISA_SCALAR))->name,
                        "fma_f32_thr__scalar");
}

static void twice_too_much(uint64_t steps, const void *a, const void *b, void *accumulator,
                           size_t vector_bytes)
{
    cb_peak_best("f32", cb_isa_bit(CB_ISA_SCALAR))
        ->oracle(2 * steps, a, b, accumulator, vector_bytes);
}

static void a_kernel_that_differs_from_its_twin_has_failed(void **state)
{
    (void)state;
    cb_peak_kernel kernel = *cb_peak_best("f32", cb_isa_bit(CB_ISA_SCALAR));
    kernel.oracle = twice_too_much;
    cb_peak_state peak;
    assert_int_equal(cb_peak_state_new(&kernel, 1, NULL, &peak), CB_OK);
    cb_row_key key = {"peak", kernel.name, "throughput", "f32", "scalar", "a core", 1};
    json_t *row = cb_row_new(&key, NULL);
    assert_non_null(row);
    cb_peak_check(row, &peak);
    assert_string_equal(cb_row_text(row, "status"), "failed");
    assert_true(json_is_false(json_object_get(json_object_get(row, "check"), "ok")));
    assert_null(cb_row_text(row, "check.max_abs_err"));
    assert_non_null(cb_row_text(row, "check.max_abs_err_reason"));
    json_decref(row);
    cb_peak_state_free(&peak);
}

static void options_that_cannot_be_met_name_themselves(void **state)
{
    (void)state;
    static const struct {
        cb_peak_options options;
        const char *named;
    } wrong[] = {
        {{.dtypes = "f32,f99"}, "'f99'"},
        {{.dtypes = ""}, "''"},
        {{.dtypes = "f32,"}, "''"},
        {{.dtypes = "f64", .paper_mode = true}, "--paper"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const cb_bench bench = {0};
        cb_error err = {{0}};
        assert_int_equal(cb_peak_run(&bench, &wrong[i].options, &err), CB_USAGE);
        assert_non_null(strstr(err.text, wrong[i].named));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_narrower_of_class_and_vector_ports_is_the_bound),
        cmocka_unit_test(what_is_not_known_is_null_and_says_what),
        cmocka_unit_test(every_limit_of_the_table_is_a_class),
        cmocka_unit_test(the_best_kernel_does_most_with_an_instruction),
        cmocka_unit_test(a_kernel_that_differs_from_its_twin_has_failed),
        cmocka_unit_test(options_that_cannot_be_met_name_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
