/* The model of a network's layers on a machine: costs from measured layers of other networks. */
#include "models/host.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What a made-up machine takes: call, tile_macs, bounded, again_macs, floats_taken. */
static double truth(const json_t *counts, double again, double k)
{
    const double each[] = {1e-10, 6e-10, 8e-10};
    const char *const names[] = {"tile_macs", "bounded", "floats_taken"};
    double time_s = 2e-7 + 2e-9 * again * k;
    for (size_t i = 0; i < 3; i++)
        time_s += each[i] * json_number_value(json_object_get(counts, names[i]));
    return time_s;
}

static json_t *layer_row(const char *network, const char *kernel, int i, double disturbed)
{
    const double k = 16 + 16 * (i % 7), outputs = 256 * (1 + i % 11), again = i % 3;
    json_t *counts =
        json_pack("{s:f, s:f, s:f, s:f, s:f}", "tile_macs", outputs * k, "bounded", outputs,
                  "floats_taken", i % 5 ? 0.0 : 300.0, "again", 1.0, "again_macs", k);
    double time_s = truth(counts, again, k) * disturbed;
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:f}, s:o, s:{s:f}, s:{s:f}}", "family",
                     "network", "variant", "int8", "kernel", kernel, "status", "ok", "params",
                     "network", network, "k", k, "counts", counts, "exactness", "summed_again",
                     again, "time_s", "median", time_s);
}

static json_t *document(int rows, double disturbed)
{
    json_t *all = json_array();
    for (int i = 0; i < rows; i++)
        json_array_append_new(all, layer_row("a", "k1", i, i % 10 == 3 ? disturbed : 1));
    return json_pack("{s:o}", "results", all);
}

/* Without a time, as `estimate` makes it. */
static double predicted(const cb_host *host, const char *kernel, int i)
{
    json_t *row = layer_row("b", kernel, i, 1);
    json_object_del(row, "time_s");
    double time_s = cb_host_predict(host, row);
    json_decref(row);
    return time_s;
}

static double expected(int i)
{
    json_t *row = layer_row("b", "k1", i, 1);
    double time_s = truth(json_object_get(row, "counts"), 1,
                          json_number_value(json_object_get(json_object_get(row, "params"), "k")));
    json_decref(row);
    return time_s;
}

static void costs_are_found_again(void **state)
{
    (void)state;
    json_t *results = document(120, 1);
    cb_host host;
    assert_int_equal(cb_host_fit(results, NULL, NULL, &host), CB_OK);
    for (int i = 0; i < 40; i++)
        assert_true(fabs(predicted(&host, "k1", i) / expected(i) - 1) < 0.02);
    json_decref(results);
}

/* Every tenth layer beside a busy neighbour: the others are predicted as before. */
static void disturbed_layers_change_little(void **state)
{
    (void)state;
    json_t *results = document(120, 2.4);
    cb_host host;
    assert_int_equal(cb_host_fit(results, NULL, NULL, &host), CB_OK);
    for (int i = 0; i < 40; i++)
        assert_true(fabs(predicted(&host, "k1", i) / expected(i) - 1) < 0.06);
    json_decref(results);
}

/* It shares the costs of its implementation; one of another implementation has none. */
static void a_kernel_that_was_never_measured_is_one_of_its_kind(void **state)
{
    (void)state;
    json_t *results = document(60, 1), *row = layer_row("b", "k1", 4, 1);
    cb_host host;
    assert_int_equal(cb_host_fit(results, NULL, NULL, &host), CB_OK);
    assert_true(fabs(predicted(&host, "k2", 4) / expected(4) - 1) < 0.02);
    json_object_set_new(row, "variant", json_string("bitserial"));
    assert_true(cb_host_predict(&host, row) == 0);
    json_decref(row);
    json_decref(results);
}

static void a_network_that_is_left_out_leaves_nothing(void **state)
{
    (void)state;
    json_t *results = document(60, 1);
    cb_host host;
    cb_error err;
    assert_int_equal(cb_host_fit(results, "a", &err, &host), CB_USAGE);
    assert_non_null(strstr(err.text, "no layers of networks"));
    json_decref(results);
}

static void a_cost_file_keeps_all(void **state)
{
    (void)state;
    json_t *results = document(60, 1);
    cb_host host, back;
    assert_int_equal(cb_host_fit(results, NULL, NULL, &host), CB_OK);
    json_t *layers = cb_host_to_json(&host);
    assert_int_equal(cb_host_from_json(layers, NULL, &back), CB_OK);
    assert_int_equal(back.count, host.count);
    assert_true(fabs(predicted(&back, "k1", 9) - predicted(&host, "k1", 9)) < 1e-12);
    json_decref(layers);
    json_decref(results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_are_found_again),
        cmocka_unit_test(disturbed_layers_change_little),
        cmocka_unit_test(a_kernel_that_was_never_measured_is_one_of_its_kind),
        cmocka_unit_test(a_network_that_is_left_out_leaves_nothing),
        cmocka_unit_test(a_cost_file_keeps_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
