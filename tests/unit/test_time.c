/* The time model: what it makes of counted demands, and whether a fit finds figures that made the
 * times it is given. */
#include "models/cost/fit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 1 GHz, 8 bytes a cycle from the L1, 4 from the L2, 1 from memory, 8 operations a cycle. */
static cb_hardware machine(void)
{
    cb_hardware h = {.clock_hz = 1e9, .line_bytes = 64, .threads = {1, 2}, .thread_count = 2};
    static const double bytes[] = {32768, 524288, 0}, rate[] = {8e9, 4e9, 1e9};
    static const char *const names[] = {"L1", "L2", "RAM"};
    h.level_count = 3;
    for (size_t l = 0; l < 3; l++) {
        snprintf(h.level[l].name, sizeof h.level[l].name, "%s", names[l]);
        h.level[l].bytes = bytes[l];
        h.level[l].shared_by = 1;
        h.level[l].read[0] = rate[l];
        h.level[l].read[1] = 2 * rate[l];
    }
    h.peak[0] = (cb_hardware_peak){"f32", "neon", 1, 8e9};
    h.peak[1] = (cb_hardware_peak){"f32", "neon", 2, 16e9};
    h.peak_count = 2;
    return h;
}

static cb_gemm_loops square(double n, double kc)
{
    return (cb_gemm_loops){.m = n,
                           .n = n,
                           .k = n,
                           .mr = 8,
                           .nr = 12,
                           .mc = 96,
                           .kc = kc,
                           .nc = n,
                           .b_outer = true,
                           .pack_a = true,
                           .pack_b = true,
                           .a_bytes = 4,
                           .b_bytes = 4,
                           .c_bytes = 4,
                           .vector_bytes = 16};
}

static cb_demand demand_with(const cb_hardware *h, double n, double kc, bool packs)
{
    cb_demand d = {.kernel = "k", .dtype = "f32", .isa = "neon", .threads = 1};
    cb_gemm_loops g = square(n, kc);
    g.pack_a = g.pack_b = packs;
    cb_demand_gemm(&g, 1, h, &d);
    return d;
}

static cb_demand demand_of(const cb_hardware *h, double n, double kc)
{
    return demand_with(h, n, kc, true);
}

static void test_shares_sum_to_one(void **state)
{
    cb_hardware h = machine();
    cb_costs costs = cb_costs_start();
    (void)state;
    for (double n = 16; n <= 1024; n *= 2) {
        cb_time t;
        double sum = 0;
        cb_demand d = demand_of(&h, n, 256);
        assert_true(cb_time_predict(&d, &h, &costs, &t));
        for (int i = 0; i < CB_PART_COUNT; i++)
            sum += t.share[i];
        assert_true(fabs(sum - 1) < 1e-9);
    }
}

/* The share of a limit is by how much the time follows it: the logarithms' derivative. */
static void test_a_share_is_what_a_faster_limit_gains(void **state)
{
    cb_hardware h = machine(), faster = machine();
    cb_costs costs = cb_costs_start();
    cb_time t, u;
    (void)state;
    cb_demand d = demand_of(&h, 256, 128);
    assert_true(cb_time_predict(&d, &h, &costs, &t));
    faster.level[1].read[0] *= 1.001;
    assert_true(cb_time_predict(&d, &faster, &costs, &u));
    double elasticity = log(t.time_s / u.time_s) / log(1.001);
    assert_true(fabs(elasticity - t.share[CB_PART_L2]) < 1e-3);
}

static void test_no_time_is_below_any_limit(void **state)
{
    cb_hardware h = machine();
    cb_costs costs = cb_costs_start();
    cb_time t;
    (void)state;
    cb_demand d = demand_of(&h, 512, 256);
    assert_true(cb_time_predict(&d, &h, &costs, &t));
    for (int i = 0; i < CB_PART_COUNT; i++)
        assert_true(t.time_s >= t.alone_s[i]);
    assert_true(t.time_s >= 2.0 * 512 * 512 * 512 / 8e9);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value / expected - 1) < 1e-6))
        fail_msg("%.9g, expected %.9g", value, expected);
}

/* Lines that nothing announced take the latency of data of that size; what is announced does not.
 */
static void test_scattered_lines_take_their_latency(void **state)
{
    (void)state;
    cb_hardware h = machine();
    cb_costs costs = cb_costs_start();
    cb_demand d = demand_of(&h, 256, 64);
    cb_time near, far, announced;
    h.ladder[0] = (cb_hardware_step){1e5, 5e-9};
    h.ladder[1] = (cb_hardware_step){1e6, 50e-9};
    h.ladder[2] = (cb_hardware_step){1e8, 150e-9};
    h.ladder_count = 3;
    assert_true(cb_hardware_latency(&h, 1e5) == 5e-9);
    assert_true(cb_hardware_latency(&h, 2e5) == 50e-9);
    assert_true(cb_hardware_latency(&h, 1e12) == 150e-9);
    memset(d.bytes[CB_PHASE_MOVE].scattered, 0, sizeof d.bytes[CB_PHASE_MOVE].scattered);
    assert_true(cb_time_predict(&d, &h, &costs, &announced));
    d.bytes[CB_PHASE_MOVE].scattered[1] = 64000;
    assert_true(cb_time_predict(&d, &h, &costs, &near));
    d.far_bytes = 5e7;
    assert_true(cb_time_predict(&d, &h, &costs, &far));
    double under_way = costs.of[CB_COST_SCATTER];
    assert_near(near.alone_s[CB_PART_RAM] - announced.alone_s[CB_PART_RAM],
                1000 * 50e-9 / under_way);
    assert_near(far.alone_s[CB_PART_RAM] - announced.alone_s[CB_PART_RAM],
                1000 * 150e-9 / under_way);
    h.ladder_count = 0; /* a cost file: the level's own */
    h.level[2].latency_s = 80e-9;
    assert_true(cb_hardware_latency(&h, 5e7) == 80e-9);
}

/* AMX stores wait for lines that another thread holds; vector kernels multiply meanwhile. */
static void test_a_unit_that_waits_adds_lines_of_other_threads(void **state)
{
    (void)state;
    cb_hardware h = machine();
    cb_costs costs = cb_costs_start();
    cb_demand d = demand_of(&h, 256, 64);
    cb_time alone, shared;
    d.waits_for_l2 = true;
    d.shared_lines = 0;
    assert_true(cb_time_predict(&d, &h, &costs, &alone));
    d.shared_lines = 1000;
    assert_true(cb_time_predict(&d, &h, &costs, &shared));
    double lines_s = 1000 * costs.of[CB_COST_LINE] / h.clock_hz, sum = 0;
    assert_near(shared.time_s - alone.time_s, lines_s);
    for (int i = 0; i < CB_PART_COUNT; i++)
        sum += shared.share[i];
    assert_near(sum, 1);
    d.waits_for_l2 = false;
    assert_true(cb_time_predict(&d, &h, &costs, &alone));
    d.shared_lines = 0;
    assert_true(cb_time_predict(&d, &h, &costs, &shared));
    assert_true(alone.time_s - shared.time_s < lines_s);
}

/* What it loads from the L2 adds to its arithmetic, as long as reading takes; C drains meanwhile.
 */
static void test_a_unit_that_waits_adds_what_it_loads(void **state)
{
    (void)state;
    cb_hardware h = machine();
    cb_costs costs = cb_costs_start();
    cb_demand d = {.dtype = "f32",
                   .isa = "neon",
                   .threads = 1,
                   .tile = {{1000, 100}},
                   .tile_kinds = 1,
                   .product_ops = 8,
                   .waits_for_l2 = true,
                   .boundaries = 1};
    cb_time without, with, stored;
    assert_true(cb_time_predict(&d, &h, &costs, &without));
    d.bytes[CB_PHASE_MULTIPLY].in[0] = 40000;
    assert_true(cb_time_predict(&d, &h, &costs, &with));
    assert_near(with.time_s - without.time_s, 40000 / 4e9);
    costs.of[CB_COST_L2] = 0.5; /* of kernels that load ahead */
    assert_true(cb_time_predict(&d, &h, &costs, &stored));
    assert_near(stored.time_s, with.time_s);
    d.c_in = 40000;
    assert_true(cb_time_predict(&d, &h, &costs, &stored));
    assert_true(stored.time_s < with.time_s && stored.time_s > without.time_s);
    assert_near(stored.share[CB_PART_COMPUTE] + stored.share[CB_PART_L2], 1);
}

/* 64 columns of B in panels of 12, and again for each block of k; A lies where it is. */
static void test_each_packed_panel_costs(void **state)
{
    (void)state;
    cb_hardware h = machine();
    cb_costs costs = cb_costs_start();
    cb_gemm_loops g = {.m = 8,
                       .n = 64,
                       .k = 64,
                       .mr = 8,
                       .nr = 12,
                       .mc = 8,
                       .kc = 32,
                       .nc = 64,
                       .b_outer = true,
                       .pack_b = true,
                       .a_bytes = 4,
                       .b_bytes = 4,
                       .c_bytes = 4,
                       .vector_bytes = 16};
    cb_demand d = {.dtype = "f32", .isa = "neon", .threads = 1, .share = 1};
    cb_time dear, free;
    cb_demand_gemm(&g, 1, &h, &d);
    assert_near(d.packed_panels, 6 * 2);
    memset(d.bytes, 0, sizeof d.bytes);
    assert_true(cb_time_predict(&d, &h, &costs, &dear));
    d.packed_panels = 0;
    assert_true(cb_time_predict(&d, &h, &costs, &free));
    assert_near(dear.time_s - free.time_s, 12 * costs.of[CB_COST_PANEL] / h.clock_hz);
}

static void test_a_type_without_a_peak_is_not_predicted(void **state)
{
    cb_hardware h = machine();
    cb_costs costs = cb_costs_start();
    cb_time t;
    (void)state;
    cb_demand d = demand_of(&h, 64, 64);
    d.dtype = "bf16";
    assert_false(cb_time_predict(&d, &h, &costs, &t));
}

enum { ROWS = 48 };

/* Products of many sizes whose times `truth` made; every other one packs. */
static void make_rows(const cb_hardware *h, const cb_costs *truth, cb_fit_row *rows)
{
    for (int i = 0; i < ROWS; i++) {
        cb_time t;
        double n = round(16 * pow(1.1, i));
        rows[i] = (cb_fit_row){.op = {.family = "gemm", .dtype = "f32"},
                               .demand = demand_with(h, n, 128, i % 2),
                               .hardware = h,
                               .state = 1,
                               .shape = i};
        assert_true(cb_time_predict(&rows[i].demand, h, truth, &t));
        rows[i].time_s = t.time_s;
    }
}

static void test_a_fit_finds_the_figures_behind_the_times(void **state)
{
    cb_hardware h = machine();
    cb_costs truth = cb_costs_start();
    cb_fit_row rows[ROWS];
    static cb_fit fit;
    cb_fit_validation v;
    cb_error err;
    (void)state;
    truth.of[CB_COST_CALL] = 900;
    truth.of[CB_COST_TILE] = 55;
    truth.of[CB_COST_TRANSPOSE] = 0.4;
    make_rows(&h, &truth, rows);
    cb_status status = cb_fit_run(rows, ROWS, NULL, &err, &fit);
    if (status == CB_UNSUPPORTED)
        skip();
    assert_int_equal(status, CB_OK);
    assert_int_equal(cb_fit_validate(rows, ROWS, &fit, &err, NULL, &v), CB_OK);
    assert_true(v.folds.median < 0.01);
    assert_true(fit.term[CB_COST_CALL].low < 900 && fit.term[CB_COST_CALL].high > 900);
    assert_true(fit.term[CB_COST_TILE].low < 55 && fit.term[CB_COST_TILE].high > 55);
    /* Nothing here meets others or has bits: those figures stay unknown, and say so. */
    assert_false(fit.term[CB_COST_MEETING].determined);
    assert_false(fit.term[CB_COST_BITS].determined);
}

static void test_errors_are_told_by_size(void **state)
{
    double errors[] = {-0.5, 0.1, -0.2, 0.3, 0.0};
    (void)state;
    cb_fit_errors e = cb_fit_errors_of(errors, 5);
    assert_int_equal(e.rows, 5);
    assert_true(fabs(e.median - 0.2) < 1e-12);
    assert_true(fabs(e.worst - 0.5) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares_sum_to_one),
        cmocka_unit_test(test_a_share_is_what_a_faster_limit_gains),
        cmocka_unit_test(test_no_time_is_below_any_limit),
        cmocka_unit_test(test_scattered_lines_take_their_latency),
        cmocka_unit_test(test_a_unit_that_waits_adds_lines_of_other_threads),
        cmocka_unit_test(test_a_unit_that_waits_adds_what_it_loads),
        cmocka_unit_test(test_each_packed_panel_costs),
        cmocka_unit_test(test_a_type_without_a_peak_is_not_predicted),
        cmocka_unit_test(test_a_fit_finds_the_figures_behind_the_times),
        cmocka_unit_test(test_errors_are_told_by_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
