#include "models/roofline.h"
#include "models/summary.h"
#include "tests/unit/synthetic_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static json_t *board(void)
{
    json_t *d = synthetic_document("board");
    synthetic_cache(d, 1, 32768, 1);
    synthetic_cache(d, 2, 1048576, 4);
    synthetic_bandwidth(d, "read_ldpq_u8__neon", "read", 8192, 128, 1, 24e9);
    synthetic_bandwidth(d, "read_ldrx_u16__a64", "read", 8192, 64, 1, 12e9);
    synthetic_bandwidth(d, "read_ldpq_u8__neon", "read", 262144, 128, 1, 9e9);
    synthetic_bandwidth(d, "read_ldpq_u8__neon", "read", 67108864, 128, 1, 5e9);
    synthetic_bandwidth(d, "read_ldpq_u8__neon", "read", 67108864, 128, 4, 4e9);
    synthetic_peak(d, "fma_f32_thr__neon", "f32", "neon", 1, 12e9);
    synthetic_peak(d, "fmadd_f32_thr__a64", "f32", "a64", 1, 3e9);
    synthetic_peak(d, "slower_f32_thr__neon", "f32", "neon", 1, 6e9);
    synthetic_peak(d, "dot_s8_thr__dotprod", "s8", "dotprod", 4, 96e9);
    return d;
}

static void find(const json_t *d, cb_levels *levels)
{
    cb_error err;
    assert_int_equal(cb_levels_find(d, "Test core", &err, levels), CB_OK);
}

static void roofs_and_ridges(void **state)
{
    (void)state;
    cb_levels levels;
    cb_roofline r;
    json_t *d = board();
    find(d, &levels);
    cb_roofline_build(d, &levels, "f32", 1, &r);
    assert_int_equal(r.compute_count, 2);
    assert_string_equal(r.compute[0].kernel, "fma_f32_thr__neon");
    assert_string_equal(r.compute[1].isa, "a64");
    assert_true(cb_roofline_peak(&r) == 12e9);
    assert_int_equal(r.memory_count, 4); /* L1 wide, L1 64-bit, L2, RAM */
    assert_string_equal(r.memory[1].level, "L1");
    assert_int_equal(r.memory[1].form, CB_FORM_NARROW);
    assert_true(r.memory[0].ridge == 0.5 && r.memory[1].ridge == 1.0);
    assert_true(cb_roofline_attainable(&r, &r.memory[0], 0.25) == 6e9);
    assert_true(cb_roofline_attainable(&r, &r.memory[0], 0.5) == 12e9);
    assert_true(cb_roofline_attainable(&r, &r.memory[0], 100) == 12e9);
    cb_levels_free(&levels);
    json_decref(d);
}

static void types_and_threads(void **state)
{
    (void)state;
    cb_levels levels;
    const char *dtypes[4];
    int threads[8];
    cb_roofline r;
    json_t *d = board();
    find(d, &levels);
    assert_int_equal(cb_roofline_dtypes(d, NULL, dtypes, 4), 2);
    assert_string_equal(dtypes[1], "s8");
    assert_int_equal(cb_roofline_dtypes(d, "Another core", dtypes, 4), 0);
    assert_int_equal(cb_roofline_threads(d, &levels, "s8", threads, 8), 2);
    assert_int_equal(threads[0], 1);
    assert_int_equal(threads[1], 4);
    cb_roofline_build(d, &levels, "s8", 1, &r);
    assert_int_equal(r.compute_count, 0);
    assert_true(cb_roofline_attainable(&r, &r.memory[0], 2) == 48e9); /* no peak, no limit */
    cb_levels_free(&levels);
    json_decref(d);
}

static json_t *published(json_t *row)
{
    json_object_set_new(row, "origin", json_string("published"));
    return row;
}

/* The paper's L1 roof of a Pi 4 is its tool's; the load port's goes beside it. */
static void port_limit_beside_the_tool(void **state)
{
    (void)state;
    cb_levels levels;
    cb_roofline r;
    json_t *d = synthetic_document("Pi 4");
    synthetic_cache(d, 1, 32768, 1);
    json_t *row = published(synthetic_row("peak", "vmla_f32", "f32", NULL, 4, NULL));
    cb_row_set_number(row, "ops_per_s", 47.93e9, NULL);
    cb_row_set_number(row, "clock_hz", 1.5e9, NULL);
    synthetic_add(d, row);
    row = published(synthetic_row(
        "membw", "read", "bytes", NULL, 4,
        json_pack("{s:s, s:s, s:i}", "pattern", "read", "level", "L1", "width_bits", 64)));
    cb_row_set_number(row, "bytes_per_s", 47.95e9, NULL);
    synthetic_add(d, row);
    row = published(synthetic_row("membw", "ldr_q", "bytes", "neon", 1,
                                  json_pack("{s:s, s:s}", "pattern", "read", "level", "L1")));
    cb_row_set_number(row, "bytes_per_cycle", 16, NULL);
    synthetic_add(d, row);
    find(d, &levels);
    cb_roofline_build(d, &levels, "f32", 4, &r);
    assert_int_equal(r.memory_count, 2);
    assert_int_equal(r.memory[0].origin, CB_ORIGIN_LIMIT);
    assert_true(r.memory[0].bytes_per_s == 96e9);
    assert_int_equal(r.memory[1].origin, CB_ORIGIN_PUBLISHED);
    assert_int_equal(r.memory[1].form, CB_FORM_NARROW);
    cb_levels_free(&levels);
    json_decref(d);
}

static char *summary_of(const json_t *d)
{
    char *text = NULL;
    size_t length = 0;
    cb_error err;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(cb_summary_write(d, out, &err), CB_OK);
    fclose(out);
    return text;
}

static void summary_names_what_was_found(void **state)
{
    (void)state;
    json_t *d = board();
    char *text = summary_of(d);
    assert_non_null(strstr(text, "12.00 GFLOP/s"));
    assert_non_null(strstr(text, "24.00 GB/s"));
    assert_non_null(strstr(text, "L1 (64-bit loads) 1"));
    assert_non_null(strstr(text, "RAM is read fastest with 1 thread"));
    assert_non_null(strstr(text, "32 KiB stated"));
    free(text);
    json_decref(d);
}

static void summary_warns(void **state)
{
    (void)state;
    json_t *d = synthetic_document("board");
    json_t *row = synthetic_row("peak", "fma__sve", "f32", "sve", 1, NULL);
    cb_row_set_status(row, "skipped", "no SVE");
    synthetic_add(d, row);
    char *text = summary_of(d);
    assert_non_null(strstr(text, "1 of 1 benchmarks were skipped"));
    assert_non_null(strstr(text, "peak: not measured"));
    free(text);
    json_object_set_new(json_object_get(json_object_get(d, "context"), "environment"), "emulated",
                        json_true());
    text = summary_of(d);
    assert_non_null(strstr(text, "emulator"));
    free(text);
    json_decref(d);
}

static void add_peak(json_t *document, const char *kernel, double share)
{
    json_t *row = synthetic_row("peak", kernel, "f32", "avx2", 1, NULL);
    cb_row_set_number(row, "ops_per_s", 32e9 * share, NULL);
    json_object_set_new(row, "theoretical", json_pack("{s:f}", "share", share));
    synthetic_add(document, row);
}

static void summary_says_when_a_neighbour_took_part_of_the_core(void **state)
{
    (void)state;
    json_t *d = synthetic_document("board");
    add_peak(d, "one", 0.999);
    add_peak(d, "two", 0.72);
    char *text = summary_of(d);
    assert_null(strstr(text, "other hardware thread"));
    free(text);
    add_peak(d, "three", 0.8);
    text = summary_of(d);
    assert_non_null(strstr(text, "2 of 3 peaks stand below 0.97"));
    assert_non_null(strstr(text, "median 0.80"));
    free(text);
    json_decref(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roofs_and_ridges),
        cmocka_unit_test(types_and_threads),
        cmocka_unit_test(port_limit_beside_the_tool),
        cmocka_unit_test(summary_names_what_was_found),
        cmocka_unit_test(summary_warns),
        cmocka_unit_test(summary_says_when_a_neighbour_took_part_of_the_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
